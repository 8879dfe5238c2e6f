import { type RandomStream, symmetricEigenvalues } from '@filiation/stats';
import { type Matrix, transpose } from '../matrix.ts';

/** Singular values of a difference, beside the largest one that rounding alone would make. */
export interface DifferenceSpectrum {
  /** Descending. */
  readonly singularValues: Float64Array;
  /** Largest singular value of simulated rounding errors of the same elements. */
  readonly floor: number;
  /** Singular values above `FLOOR_MARGIN` times the floor. */
  readonly rank: number;
  /** Ratio of the last singular value counted to the first not counted. */
  readonly gap: number;
}

/** Singular values count as signal from this multiple of the simulated rounding floor: above the √2 by
 *  which two roundings, of the reference as well, exceed one, and the few per cent by which draws differ. */
export const FLOOR_MARGIN: number = 1.6;

/**
 * Numerical rank of a difference that was stored on a grid. The floor σ₊ = s(√m + √n) of equal noise
 * (Marchenko–Pastur) is replaced by one draw of the errors themselves: uniform within half a grid step
 * of every element, because weights of mixed size are rounded with mixed error.
 * @param steps grid spacing at every element of `difference`.
 */
export function numericalRank(
  difference: Matrix,
  steps: Float32Array,
  stream: RandomStream,
): DifferenceSpectrum {
  const errors = new Float32Array(steps.length);
  for (let i = 0; i < errors.length; i++) errors[i] = (stream.uniform() - 0.5) * steps[i]!;
  const singularValues = singularValuesOf(difference);
  const floor = largestSingularValue({ ...difference, data: errors });
  let rank = 0;
  while (rank < singularValues.length && singularValues[rank]! > FLOOR_MARGIN * floor) rank++;
  const next = singularValues[rank] ?? 0;
  const gap = rank === 0 ? 1 : singularValues[rank - 1]! / Math.max(next, floor, Number.MIN_VALUE);
  return { singularValues, floor, rank, gap };
}

/** From the eigenvalues of the smaller Gram matrix, summed in float64: values below about 1e-8 of the
 *  largest are noise. */
export function singularValuesOf(m: Matrix): Float64Array {
  const wide = m.rows > m.columns ? transpose(m) : m;
  return symmetricEigenvalues(gramOfRows(wide), wide.rows).map((value) => Math.sqrt(Math.max(0, value)));
}

/** Two rows against two at a time: each number loaded serves two sums. */
function gramOfRows({ rows, columns, data }: Matrix): Float64Array {
  const out = new Float64Array(rows * rows);
  const last = rows - 1;
  for (let i = 0; i < rows; i += 2)
    for (let j = i; j < rows; j += 2) {
      const [x, y] = [i * columns, j * columns];
      // an odd last row stands in for its missing neighbour
      const [nextX, nextY] = [Math.min(i + 1, last) * columns, Math.min(j + 1, last) * columns];
      let [s00, s01, s10, s11] = [0, 0, 0, 0];
      for (let k = 0; k < columns; k++) {
        const a0 = data[x + k]!;
        const a1 = data[nextX + k]!;
        const b0 = data[y + k]!;
        const b1 = data[nextY + k]!;
        s00 += a0 * b0;
        s01 += a0 * b1;
        s10 += a1 * b0;
        s11 += a1 * b1;
      }
      const put = (p: number, q: number, value: number): void => {
        out[p * rows + q] = value;
        out[q * rows + p] = value;
      };
      put(i, j, s00);
      if (j < last) put(i, j + 1, s01);
      if (i < last) put(i + 1, j, s10);
      if (i < last && j < last) put(i + 1, j + 1, s11);
    }
  return out;
}

/** Power iterations, ended early where one adds next to nothing: for the flat spectrum of noise they end
 *  within a few per cent below the largest. */
const POWER_ITERATIONS = 60;
const SMALLEST_GROWTH = 2e-4;

/** Largest singular value, from a fixed start. */
export function largestSingularValue({ rows, columns, data }: Matrix): number {
  let right = Float64Array.from({ length: columns }, (_, j) => 1 + 0.5 * Math.sin(1 + j));
  let size = 0;
  for (let turn = 0; turn < POWER_ITERATIONS; turn++) {
    const scale = lengthOf(right);
    if (scale === 0) return 0;
    const next = new Float64Array(columns);
    for (let i = 0; i < rows; i++) {
      const from = i * columns;
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += data[from + j]! * right[j]!;
      sum /= scale;
      for (let j = 0; j < columns; j++) next[j]! += sum * data[from + j]!;
    }
    right = next;
    const before = size;
    size = Math.sqrt(lengthOf(right));
    if (turn > 0 && size < before * (1 + SMALLEST_GROWTH)) break;
  }
  return size;
}

function lengthOf(vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  return Math.sqrt(sum);
}
