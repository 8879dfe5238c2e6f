import { symmetricEigen } from '@filiation/stats';
import type { MatrixKernel } from '../kernel/kernel.ts';
import { type Matrix, transpose } from '../matrix.ts';

/** Leading components taken as learned structure, and the quantiles of rank between which components are
 *  taken as initial noise. */
const SPIKES = 4;
const BULK_FROM = 1 / 4;
const BULK_TO = 1 / 2;

/** How much of one matrix is found again in another of corresponding rows. */
export interface Retention {
  /** Mean over the leading components, and median over middling ones; 1: found unchanged, 0: absent. */
  readonly spikes: number;
  readonly bulk: number;
}

/**
 * Retention of the singular components of P in Q: r_i = u_iᵀ Q v_i / σ_i. With v_i = Pᵀu_i / σ_i this is
 * u_iᵀ (Q Pᵀ) u_i / σ_i², so that only a Gram matrix is decomposed: of rows or of columns, as either is
 * fewer, since transposing both matrices changes no r_i.
 * @param p,q n × d, row i of one corresponding to row i of the other.
 */
export async function retention(p: Matrix, q: Matrix, kernel: MatrixKernel): Promise<Retention> {
  if (p.rows > p.columns) return await retention(transpose(p), transpose(q), kernel);
  const n = p.rows;
  const gram = await kernel.timesTransposed(p, p);
  const cross = await kernel.timesTransposed(q, p);
  const { values, vectors } = symmetricEigen(Float64Array.from(gram.data), n);
  const retained = (index: number): number => {
    const value = values[index]!;
    if (!(value > 0)) return 0;
    return quadratic(cross, vectors.subarray(index * n, (index + 1) * n)) / value;
  };
  const spikes = Array.from({ length: Math.min(SPIKES, n) }, (_, index) => retained(index));
  const from = Math.floor(n * BULK_FROM);
  const to = Math.max(from + 1, Math.floor(n * BULK_TO));
  const bulk = Array.from({ length: to - from }, (_, at) => retained(from + at)).sort((a, b) => a - b);
  return {
    spikes: spikes.reduce((sum, value) => sum + value, 0) / spikes.length,
    bulk: bulk[bulk.length >> 1]!,
  };
}

function quadratic(m: Matrix, vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < m.rows; i++) {
    let row = 0;
    for (let j = 0, base = i * m.columns; j < m.columns; j++) row += m.data[base + j]! * vector[j]!;
    sum += vector[i]! * row;
  }
  return sum;
}
