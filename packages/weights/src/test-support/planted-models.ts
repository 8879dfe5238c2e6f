import { type RandomStream, randomStream } from '@filiation/stats';
import { type MemoryTensor, memoryModel } from '../canonical/memory-model.ts';
import type { CanonicalModel, TensorRole } from '../canonical/model.ts';
import type { PairContext } from '../context.ts';
import { castTo } from '../formats/cast.ts';
import { openKernel } from '../kernel/open-kernel.ts';
import { plainKernel } from '../kernel/plain.ts';
import { type Matrix, matrix } from '../matrix.ts';
import { openModel } from '../open-model.ts';
import { pairContext } from '../pair.ts';
import { exampleModel } from './examples.ts';

export interface PlantedShape {
  readonly hidden: number;
  readonly mlp: number;
  readonly layers: number;
  readonly vocabulary: number;
}

export const SMALL: PlantedShape = { hidden: 64, mlp: 96, layers: 2, vocabulary: 160 };

/** Tensors of a small gated model with normal weights, rounded to float16. */
export function plantedTensors(seed: string, shape: PlantedShape = SMALL): MemoryTensor[] {
  const { hidden, mlp, layers, vocabulary } = shape;
  const stream = randomStream(seed);
  const draw = (rows: number, columns: number): Matrix => rounded(normal(stream, rows, columns, 0.05), 'F16');
  const ones = (): Matrix => matrix(1, hidden, new Float32Array(hidden).fill(1));
  const out: MemoryTensor[] = [{ role: 'embedding', matrix: draw(vocabulary, hidden) }];
  for (let layer = 0; layer < layers; layer++) {
    out.push({ role: 'attention-norm', layer, matrix: ones() });
    for (const role of ['attention-q', 'attention-k', 'attention-v', 'attention-o'] as const)
      out.push({ role, layer, matrix: draw(hidden, hidden) });
    out.push({ role: 'mlp-norm', layer, matrix: ones() });
    out.push({ role: 'mlp-gate', layer, matrix: draw(mlp, hidden) });
    out.push({ role: 'mlp-up', layer, matrix: draw(mlp, hidden) });
    out.push({ role: 'mlp-down', layer, matrix: draw(hidden, mlp) });
  }
  out.push({ role: 'final-norm', matrix: ones() }, { role: 'head', matrix: draw(vocabulary, hidden) });
  return out;
}

export function normal(stream: RandomStream, rows: number, columns: number, size: number): Matrix {
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => size * stream.normal()),
  );
}

export function rounded(m: Matrix, dtype: string): Matrix {
  return matrix(m.rows, m.columns, castTo(dtype, m.data));
}

/** The tensors with some of them changed; `change` sees every matrix, vectors stay. */
export function changed(
  tensors: readonly MemoryTensor[],
  change: (m: Matrix, role: TensorRole, layer: number | undefined) => Matrix,
): MemoryTensor[] {
  return tensors.map((tensor) =>
    tensor.matrix.rows === 1
      ? tensor
      : { ...tensor, matrix: change(tensor.matrix, tensor.role, tensor.layer) },
  );
}

/** A + scale · B·A of rank `rank`, rounded to the number type. */
export function lowRank(m: Matrix, rank: number, seed: string, size: number, dtype: string): Matrix {
  const stream = randomStream(seed);
  const left = normal(stream, m.rows, rank, size);
  const right = normal(stream, rank, m.columns, 1);
  const out = m.data.slice();
  for (let i = 0; i < m.rows; i++)
    for (let k = 0; k < rank; k++)
      for (let j = 0; j < m.columns; j++)
        out[i * m.columns + j]! += left.data[i * rank + k]! * right.data[k * m.columns + j]!;
  return rounded(matrix(m.rows, m.columns, out), dtype);
}

/** m + size · noise, rounded to the number type. */
export function nudged(m: Matrix, seed: string, size: number, dtype = 'F16'): Matrix {
  const noise = normal(randomStream(seed), m.rows, m.columns, size);
  return rounded(
    matrix(
      m.rows,
      m.columns,
      m.data.map((value, i) => value + noise.data[i]!),
    ),
    dtype,
  );
}

export function mapped(m: Matrix, change: (value: number, index: number) => number): Matrix {
  return matrix(m.rows, m.columns, m.data.map(change));
}

export function model(name: string, tensors: readonly MemoryTensor[]): CanonicalModel {
  return memoryModel({ name, tensors });
}

export function pairOf(
  reference: readonly MemoryTensor[],
  subject: readonly MemoryTensor[],
  candidates: readonly (readonly MemoryTensor[])[] = [],
): PairContext {
  return pairContext({
    reference: model('reference', reference),
    subject: model('subject', subject),
    candidates: candidates.map((tensors, index) => model(`candidate ${index}`, tensors)),
    kernel: plainKernel(),
  });
}

/** Models that ship with the project, read from their files. */
export async function examplePair(
  reference: string,
  subject: string,
  candidates: readonly string[] = [],
): Promise<PairContext> {
  const open = (name: string): Promise<CanonicalModel> => openModel(exampleModel(name), { digest: 'skip' });
  return pairContext({
    reference: await open(reference),
    subject: await open(subject),
    candidates: await Promise.all(candidates.map(open)),
    kernel: await openKernel('auto', { threads: 1 }),
  });
}

export async function closePair(pair: PairContext): Promise<void> {
  for (const held of [pair.reference, pair.subject, ...pair.candidates]) await held.store.close();
  await pair.kernel.close();
}
