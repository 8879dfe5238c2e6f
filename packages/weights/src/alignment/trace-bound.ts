import { logFactorial } from '@filiation/stats';
import type { Matrix } from '../matrix.ts';

/** Exponents tried, geometric from 1/4 to about 200: any exponent gives a valid bound. */
const EXPONENTS: readonly number[] = Array.from({ length: 31 }, (_, i) => 0.25 * 1.25 ** i);

/** What a model's channels may do without changing the architecture: move, or move and change sign. */
export type ChannelSymmetry = 'permutation' | 'signed-permutation';

/**
 * Upper bound on ln P(tr(D·P·U) >= trace) for a uniform permutation P and, with `signed-permutation`,
 * independent random signs D. Chernoff: E exp(λ tr) is a permanent over n!, of cosh(λU_ij) with signs and
 * exp(λU_ij) without, and a permanent of positive entries is at most the product of its row sums, or of its
 * column sums. For U = I it approaches the exact 1/(2ⁿ n!) or 1/n!.
 */
export function logTraceTailBound(u: Matrix, trace: number, symmetry: ChannelSymmetry): number {
  let best = 0;
  for (const exponent of EXPONENTS)
    best = Math.min(best, logPermanentBound(u, exponent, symmetry) - exponent * trace);
  return best;
}

/** ln of the bound on E exp(λ tr(D·P·U)). */
function logPermanentBound(u: Matrix, exponent: number, symmetry: ChannelSymmetry): number {
  const n = u.rows;
  const rows = new Float64Array(n);
  const columns = new Float64Array(n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const grown = Math.exp(exponent * u.data[i * n + j]!);
      const entry = symmetry === 'permutation' ? grown : (grown + 1 / grown) / 2;
      rows[i] = rows[i]! + entry;
      columns[j] = columns[j]! + entry;
    }
  let byRows = 0;
  let byColumns = 0;
  for (let i = 0; i < n; i++) {
    byRows += Math.log(rows[i]!);
    byColumns += Math.log(columns[i]!);
  }
  return Math.min(byRows, byColumns) - logFactorial(n);
}
