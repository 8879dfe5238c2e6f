import { sharedTokens } from '../canonical/shared-tokens.ts';
import type { PairContext } from '../context.ts';
import { type Matrix, row, selectRows, transpose } from '../matrix.ts';

/** Embedding rows of the same sampled tokens in both models, each centred over the tokens. */
export interface SharedEmbeddings {
  /** Channels × tokens of the reference: row j is embedding column j. */
  readonly reference: Matrix;
  /** Channels × tokens of the subject. */
  readonly subject: Matrix;
  /** Tokens sampled, and tokens shared. */
  readonly tokens: number;
  readonly shared: number;
  readonly by: 'text' | 'id';
}

/** Seeded sample of shared tokens: `parameters.tokens`, or twice the hidden width where that is more. */
export function sharedEmbeddings(pair: PairContext): Promise<SharedEmbeddings> {
  return pair.once('alignment/embeddings', () => sampleEmbeddings(pair));
}

async function sampleEmbeddings(pair: PairContext): Promise<SharedEmbeddings> {
  const { reference, subject } = pair;
  const a = reference.find('embedding');
  const b = subject.find('embedding');
  const shared = sharedTokens(reference, subject);
  const none = { rows: 0, columns: 0, data: new Float32Array() };
  if (a === undefined || b === undefined)
    return { reference: none, subject: none, tokens: 0, shared: 0, by: shared.by };
  const wanted = Math.max(pair.parameters.tokens, 2 * Math.max(a.columns, b.columns));
  const picked = pair.random('alignment/tokens').sample(shared.reference.length, wanted);
  const rowsA = picked.map((at) => shared.reference[at]!);
  const rowsB = picked.map((at) => shared.subject[at]!);
  const readA = await reference.read(a, { rows: rowsA });
  const readB = await subject.read(b, { rows: rowsB });
  const sound = soundTokens(readA, readB);
  return {
    reference: centredColumns(boundedRows(selectRows(readA, sound))),
    subject: centredColumns(boundedRows(selectRows(readB, sound))),
    tokens: sound.length,
    shared: shared.reference.length,
    by: shared.by,
  };
}

/** Tokens whose rows are finite in both models: one spoilt row must not spoil the alignment. */
function soundTokens(a: Matrix, b: Matrix): number[] {
  const finite = (m: Matrix, at: number): boolean => row(m, at).every(Number.isFinite);
  return Array.from({ length: a.rows }, (_, at) => at).filter((at) => finite(a, at) && finite(b, at));
}

/** Rows longer than this many medians are shortened to the median. */
const STRAY_LENGTH = 16;

/** Keeps stray rows (unused tokens set to something huge) from outweighing all others. */
function boundedRows(rows: Matrix): Matrix {
  const lengths = Float64Array.from({ length: rows.rows }, (_, at) => lengthOf(row(rows, at)));
  const median = lengths.slice().sort()[lengths.length >> 1] ?? 0;
  for (const [at, length] of lengths.entries()) {
    if (!(length > STRAY_LENGTH * median) || median === 0) continue;
    const values = row(rows, at);
    for (let j = 0; j < values.length; j++) values[j] = (values[j]! / length) * median;
  }
  return rows;
}

function lengthOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

/** Transposes tokens × channels and takes each channel's mean away. */
function centredColumns(rows: Matrix): Matrix {
  const out = transpose(rows);
  for (let channel = 0; channel < out.rows; channel++) {
    const values = out.data.subarray(channel * out.columns, (channel + 1) * out.columns);
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i]!;
    const mean = sum / Math.max(1, values.length);
    for (let i = 0; i < values.length; i++) values[i] = values[i]! - mean;
  }
  return out;
}
