import { type RandomStream, randomStream } from '@filiation/stats';
import { type MemoryTensor, memoryModel } from '../canonical/memory-model.ts';
import type { CanonicalModel, TensorRole } from '../canonical/model.ts';
import { type Matrix, matrix, selectRows, transpose } from '../matrix.ts';

/** Shape of a simulated gated model with what real ones have: a language all models share, outlier
 *  channels, and gains that are not all 1. */
export interface SimulatedShape {
  readonly hidden: number;
  readonly layers: number;
  readonly units: number;
  readonly tokens: number;
  /** Weight of the directions over tokens that every model learns (frequency, spelling). */
  readonly language: number;
}

export const SMALL: SimulatedShape = { hidden: 24, layers: 2, units: 40, tokens: 160, language: 1 };

const LANGUAGE_DIRECTIONS = 4;
const READERS: readonly TensorRole[] = [
  'attention-q',
  'attention-k',
  'attention-v',
  'mlp-gate',
  'mlp-up',
  'head',
];
const WRITERS: readonly TensorRole[] = ['attention-o', 'mlp-down'];

/** Tensors of an independently drawn model. */
export function simulatedTensors(seed: string, shape: SimulatedShape = SMALL): MemoryTensor[] {
  const stream = randomStream(seed);
  const { hidden, layers, units, tokens } = shape;
  const tensors: MemoryTensor[] = [{ role: 'embedding', matrix: simulatedEmbedding(stream, shape) }];
  for (let layer = 0; layer < layers; layer++) {
    const add = (role: TensorRole, m: Matrix): void => void tensors.push({ role, layer, matrix: m });
    add('attention-norm', gains(stream, hidden));
    for (const role of ['attention-q', 'attention-k', 'attention-v'] as const)
      add(role, gaussian(stream, hidden, hidden));
    add('attention-o', gaussian(stream, hidden, hidden));
    add('mlp-norm', gains(stream, hidden));
    add('mlp-gate', gaussian(stream, units, hidden));
    add('mlp-up', gaussian(stream, units, hidden));
    add('mlp-down', gaussian(stream, hidden, units));
  }
  tensors.push({ role: 'final-norm', matrix: gains(stream, hidden) });
  tensors.push({ role: 'head', matrix: gaussian(stream, tokens, hidden) });
  return tensors;
}

/** Tensors with independent noise of `share` times each tensor's own size: a model trained on. */
export function noisy(tensors: readonly MemoryTensor[], seed: string, share: number): MemoryTensor[] {
  const stream = randomStream(seed);
  return tensors.map((entry) => {
    const size = Math.hypot(...entry.matrix.data) / Math.sqrt(entry.matrix.data.length);
    const data = entry.matrix.data.map((value) => value + share * size * stream.normal());
    return { ...entry, matrix: matrix(entry.matrix.rows, entry.matrix.columns, data) };
  });
}

/** The same function with the residual stream turned by `turn` (hidden × hidden, orthogonal) and gains
 *  folded away. */
export function turned(tensors: readonly MemoryTensor[], turn: Matrix): MemoryTensor[] {
  const gainOf = (role: TensorRole, layer?: number): Float32Array =>
    tensors.find((entry) => entry.role === role && entry.layer === layer)!.matrix.data;
  return tensors.map((entry) => {
    const { role, layer, matrix: held } = entry;
    if (role === 'embedding') return { ...entry, matrix: product(held, turn) };
    if (WRITERS.includes(role)) return { ...entry, matrix: product(transpose(turn), held) };
    if (!READERS.includes(role))
      return {
        ...entry,
        matrix: matrix(
          1,
          held.columns,
          held.data.map(() => 1),
        ),
      };
    const norm = role === 'head' ? 'final-norm' : role.startsWith('mlp') ? 'mlp-norm' : 'attention-norm';
    const gain = gainOf(norm, role === 'head' ? undefined : layer);
    const folded = held.data.map((value, at) => value * gain[at % held.columns]!);
    return { ...entry, matrix: product(matrix(held.rows, held.columns, folded), turn) };
  });
}

/** The same function with the MLP units of each layer shuffled; `keep` drops the units beyond it. */
export function shuffledUnits(tensors: readonly MemoryTensor[], seed: string, keep?: number): MemoryTensor[] {
  const stream = randomStream(seed);
  const orders = new Map<number, Int32Array>();
  return tensors.map((entry) => {
    if (entry.layer === undefined || !/^mlp-(gate|up|down)$/.test(entry.role)) return entry;
    const down = entry.role === 'mlp-down';
    const rows = down ? transpose(entry.matrix) : entry.matrix;
    const order = orders.get(entry.layer) ?? stream.permutation(rows.rows).slice(0, keep ?? rows.rows);
    orders.set(entry.layer, order);
    const moved = selectRows(rows, order);
    return { ...entry, matrix: down ? transpose(moved) : moved };
  });
}

export function simulatedModel(name: string, tensors: readonly MemoryTensor[], heads = 4): CanonicalModel {
  const hidden = tensors[0]!.matrix.columns;
  const architecture = { heads, keyValueHeads: heads, headSize: hidden / heads };
  return memoryModel({ name, tensors, architecture });
}

/** Random orthogonal matrix: Gram–Schmidt of a Gaussian one. */
export function randomRotation(seed: string, size: number): Matrix {
  const out = gaussian(randomStream(seed), size, size);
  for (let i = 0; i < size; i++) {
    const row = out.data.subarray(i * size, (i + 1) * size);
    for (let k = 0; k < i; k++) {
      const other = out.data.subarray(k * size, (k + 1) * size);
      const along = row.reduce((sum, value, t) => sum + value * other[t]!, 0);
      for (let t = 0; t < size; t++) row[t] = row[t]! - along * other[t]!;
    }
    const length = Math.hypot(...row);
    for (let t = 0; t < size; t++) row[t] = row[t]! / length;
  }
  return out;
}

/** Signed permutation as a matrix. */
export function randomSignedPermutation(seed: string, size: number): Matrix {
  const stream = randomStream(seed);
  const out = matrix(size, size);
  stream.permutation(size).forEach((to, from) => {
    out.data[from * size + to] = stream.integer(2) === 0 ? 1 : -1;
  });
  return out;
}

export function product(a: Matrix, b: Matrix): Matrix {
  const out = matrix(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < a.columns; k++) {
      const value = a.data[i * a.columns + k]!;
      for (let j = 0; j < b.columns; j++)
        out.data[i * b.columns + j] = out.data[i * b.columns + j]! + value * b.data[k * b.columns + j]!;
    }
  return out;
}

function simulatedEmbedding(stream: RandomStream, { hidden, tokens, language }: SimulatedShape): Matrix {
  const shared = randomStream('the language');
  const directions = gaussian(shared, tokens, LANGUAGE_DIRECTIONS);
  const common = product(directions, gaussian(stream, LANGUAGE_DIRECTIONS, hidden));
  const own = gaussian(stream, tokens, hidden);
  const scale = Float64Array.from({ length: hidden }, () => (stream.integer(8) === 0 ? 6 : 1));
  return matrix(
    tokens,
    hidden,
    own.data.map((value, at) => (value + language * common.data[at]!) * scale[at % hidden]!),
  );
}

function gains(stream: RandomStream, size: number): Matrix {
  return matrix(
    1,
    size,
    Float32Array.from({ length: size }, () => Math.exp(0.2 * stream.normal())),
  );
}

function gaussian(stream: RandomStream, rows: number, columns: number): Matrix {
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => stream.normal()),
  );
}
