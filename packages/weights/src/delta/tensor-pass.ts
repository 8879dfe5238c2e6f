import type { RandomStream } from '@filiation/stats';
import type { TensorRole } from '../canonical/model.ts';
import type { PairContext } from '../context.ts';
import { type Matrix, matrix, row } from '../matrix.ts';
import { allCasts, type CastRelation, castsThatHold } from './casts.ts';
import { type Rounding, roundingOf } from './rounding.ts';
import { addToMeasure, newMeasure, type Ratios, type RunningMeasure, ratios } from './running-measure.ts';
import { type TensorPair, type TensorPairing, tensorPairs } from './tensor-pairs.ts';

/** Elements of a tensor compared when it is plainly not the same; all of them where it may be. */
export const SAMPLED_ELEMENTS: number = 2 ** 20;
/** Differences drawn from a chunk, with replacement, for quantiles. */
const DRAWN_DIFFERENCES = 1024;
/** Bytes held for each element of a chunk: both sides, gathered copies, casts. */
const BYTES_PER_ELEMENT = 32;

/** One pair of tensors, measured once for every test that asks about tensors. */
export interface TensorMeasure extends Ratios {
  readonly pair: TensorPair;
  readonly label: string;
  readonly role: TensorRole | undefined;
  readonly bias: boolean;
  readonly layer: number | undefined;
  readonly counts: RunningMeasure;
  /** Whether every corresponding element was compared. */
  readonly complete: boolean;
  /** Elements that correspond, compared or not. */
  readonly correspondingElements: number;
  /** Whether the maps cover all of both tensors. */
  readonly coversBoth: boolean;
  /** Equal bit for bit, every element. */
  readonly identical: boolean;
  /** Set where one is the other rounded to fewer bits, every element; absent where identical. */
  readonly cast?: CastRelation;
  readonly rounding: Rounding;
  /** |B - A| at 50, 90 and 99 % of sampled elements. */
  readonly differenceQuantiles: readonly [median: number, high: number, higher: number];
}

export interface TensorPass {
  readonly pairing: TensorPairing;
  readonly measures: readonly TensorMeasure[];
}

/** Reads every pair of tensors once; `weights.identity`, `weights.delta` and `weights.direction` share it. */
export function tensorPass(pair: PairContext): Promise<TensorPass> {
  return pair.once('tensor-pass', async () => {
    const pairing = await tensorPairs(pair);
    const measures: TensorMeasure[] = [];
    for (const [index, tensors] of pairing.pairs.entries()) {
      pair.progress(`comparing ${tensors.label}`, index / pairing.pairs.length);
      measures.push(await measureTensor(pair, tensors));
    }
    return { pairing, measures };
  });
}

async function measureTensor(context: PairContext, pair: TensorPair): Promise<TensorMeasure> {
  const stream = context.random(`tensor-pass/${pair.label}`);
  const rows = correspondingRows(pair);
  const columns = pair.columns?.reference.length ?? pair.reference.columns;
  const sampled = stream.sample(rows, Math.max(1, Math.floor(SAMPLED_ELEMENTS / Math.max(1, columns))));
  const state: PassState = { counts: newMeasure(), casts: allCasts(), differences: [], stream };
  await addRows(context, pair, sampled, state);
  const promising = state.counts.equal === state.counts.elements || state.casts.length > 0;
  if (promising && sampled.length < rows) {
    state.counts = newMeasure();
    state.differences.length = 0;
    await addRows(context, pair, everyRow(rows), state);
  }
  const { counts, casts } = state;
  const complete = counts.elements === rows * columns;
  const identical = complete && counts.equal === counts.elements;
  const cast = complete && !identical ? casts[0] : undefined;
  const measured = ratios(counts);
  return {
    pair,
    label: pair.label,
    role: pair.role,
    bias: pair.bias,
    layer: pair.layer,
    counts,
    ...measured,
    complete,
    correspondingElements: rows * columns,
    coversBoth: coversBoth(pair),
    identical,
    ...(cast === undefined ? {} : { cast }),
    rounding: await roundingOf(context, pair, measured, identical || cast !== undefined),
    differenceQuantiles: quantiles(state.differences),
  };
}

function correspondingRows(pair: TensorPair): number {
  return pair.rows?.reference.length ?? pair.reference.rows;
}

function everyRow(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => i);
}

function coversBoth(pair: TensorPair): boolean {
  const { reference, subject, rows, columns } = pair;
  const all = (map: { reference: Int32Array } | undefined, a: number, b: number): boolean =>
    map === undefined || (map.reference.length === a && map.reference.length === b);
  return all(rows, reference.rows, subject.rows) && all(columns, reference.columns, subject.columns);
}

interface PassState {
  counts: RunningMeasure;
  casts: CastRelation[];
  readonly differences: number[];
  readonly stream: RandomStream;
}

async function addRows(
  context: PairContext,
  pair: TensorPair,
  wanted: Int32Array,
  state: PassState,
): Promise<void> {
  const widest = Math.max(1, pair.reference.columns, pair.subject.columns);
  const atOnce = Math.max(1, Math.floor(context.parameters.memoryBytes / (BYTES_PER_ELEMENT * widest)));
  for (let start = 0; start < wanted.length; start += atOnce) {
    const [a, b] = await correspondingChunk(pair, wanted.subarray(start, start + atOnce));
    const equalBefore = state.counts.equal;
    addToMeasure(state.counts, a.data, b.data, a.columns);
    // a chunk that is equal as it stands refutes no cast, and is quicker to pass over than to cast
    const equal = state.counts.equal - equalBefore === a.data.length;
    if (!equal && state.casts.length > 0) state.casts = castsThatHold(state.casts, a.data, b.data);
    for (let k = 0; k < DRAWN_DIFFERENCES && a.data.length > 0; k++) {
      const i = state.stream.integer(a.data.length);
      state.differences.push(Math.abs(b.data[i]! - a.data[i]!));
    }
  }
}

/** Rows of both tensors that stand for each other, their columns put into correspondence. */
export async function correspondingChunk(
  pair: TensorPair,
  wanted: ArrayLike<number>,
): Promise<[Matrix, Matrix]> {
  const through = (map: Int32Array | undefined): ArrayLike<number> =>
    map === undefined ? wanted : Int32Array.from(wanted, (i) => map[i]!);
  const a = await pair.reference.read(through(pair.rows?.reference));
  const b = await pair.subject.read(through(pair.rows?.subject));
  return [gatherColumns(a, pair.columns?.reference), gatherColumns(b, pair.columns?.subject)];
}

function gatherColumns(m: Matrix, columns: Int32Array | undefined): Matrix {
  if (columns === undefined) return m;
  const out = matrix(m.rows, columns.length);
  for (let i = 0; i < m.rows; i++) {
    const from = row(m, i);
    for (let j = 0; j < columns.length; j++) out.data[i * columns.length + j] = from[columns[j]!]!;
  }
  return out;
}

function quantiles(differences: readonly number[]): readonly [number, number, number] {
  const kept = differences.filter(Number.isFinite).sort((x, y) => x - y);
  const at = (share: number): number => kept[Math.floor(share * (kept.length - 1))] ?? 0;
  return [at(0.5), at(0.9), at(0.99)];
}
