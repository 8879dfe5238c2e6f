import { type RandomStream, symmetricEigen } from '@filiation/stats';
import type { Matrix } from '../matrix.ts';

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
 *  which two roundings, of the reference as well, exceed one. */
export const FLOOR_MARGIN: number = 1.5;

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
  const errors = Float32Array.from(steps, (step) => (stream.uniform() - 0.5) * step);
  const singularValues = singularValuesOf(difference);
  const floor = singularValuesOf({ ...difference, data: errors })[0] ?? 0;
  let rank = 0;
  while (rank < singularValues.length && singularValues[rank]! > FLOOR_MARGIN * floor) rank++;
  const next = singularValues[rank] ?? 0;
  const gap = rank === 0 ? 1 : singularValues[rank - 1]! / Math.max(next, floor, Number.MIN_VALUE);
  return { singularValues, floor, rank, gap };
}

/** From the eigenvalues of the smaller Gram matrix, summed in float64: values below about 1e-8 of the
 *  largest are noise. */
export function singularValuesOf(m: Matrix): Float64Array {
  const tall = m.rows > m.columns;
  const gram = tall ? gramOfColumns(m) : gramOfRows(m);
  const size = Math.min(m.rows, m.columns);
  return symmetricEigen(gram, size).values.map((value) => Math.sqrt(Math.max(0, value)));
}

function gramOfRows(m: Matrix): Float64Array {
  const { rows, columns, data } = m;
  const out = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++)
    for (let j = i; j < rows; j++) {
      let sum = 0;
      const x = i * columns;
      const y = j * columns;
      for (let k = 0; k < columns; k++) sum += data[x + k]! * data[y + k]!;
      out[i * rows + j] = sum;
      out[j * rows + i] = sum;
    }
  return out;
}

function gramOfColumns(m: Matrix): Float64Array {
  const { rows, columns, data } = m;
  const out = new Float64Array(columns * columns);
  for (let k = 0; k < rows; k++) {
    const values = data.subarray(k * columns, (k + 1) * columns);
    for (let i = 0; i < columns; i++) {
      const value = values[i]!;
      for (let j = i; j < columns; j++) out[i * columns + j]! += value * values[j]!;
    }
  }
  for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) out[i * columns + j] = out[j * columns + i]!;
  return out;
}
