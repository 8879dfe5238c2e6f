import { LN10 } from './log-space.ts';
import { checkLogs } from './multiplicity.ts';
import { normalQuantile } from './quantiles.ts';
import { log10ChiSquareTail, log10NormalTail } from './tails.ts';

/** A symmetric matrix as rows. */
export type Matrix = readonly (readonly number[])[];

/**
 * Brown's (1975) scaling of Fisher's combination for correlated tests, log10 in and out. X = -2 Σ ln p has
 * mean 2k and variance 4k + 2 Σ cov; X/c is taken as chi-square with df degrees of freedom, c = Var/(2E),
 * df = 2E²/Var. Fits two moments only: its far tail is a model. Entry (i, j) of `covariance` is the
 * covariance of -2 ln p_i and -2 ln p_j (see `kostCovariance`); the diagonal is not read.
 * @throws RangeError for what is not a log10 p, a matrix of another size, or a variance of 0 or less.
 */
export function brownCombine(log10Ps: readonly number[], covariance: Matrix): number {
  const k = checkLogs(log10Ps);
  if (k === 0) return 0;
  checkMatrix(covariance, k);
  const mean = 2 * k;
  let variance = 4 * k;
  for (let i = 0; i < k; i++) for (let j = 0; j < i; j++) variance += 2 * covariance[i]![j]!;
  if (!(variance > 0)) throw new RangeError(`the covariances leave a variance of ${variance}`);
  const statistic = log10Ps.reduce((sum, value) => sum - 2 * LN10 * value, 0);
  return log10ChiSquareTail(statistic / (variance / (2 * mean)), (2 * mean * mean) / variance);
}

/**
 * Covariance of -2 ln p and -2 ln q for one-sided tests on normal statistics of the given correlation:
 * 3.263 r + 0.710 r² + 0.027 r³ (Kost & McDermott 2002), within 0.0002 of quadrature.
 * @throws RangeError outside [-1, 1].
 */
export function kostCovariance(correlation: number): number {
  if (!(Math.abs(correlation) <= 1))
    throw new RangeError(`a correlation lies in [-1, 1], got ${correlation}`);
  return correlation * (3.263 + correlation * (0.71 + correlation * 0.027));
}

/**
 * Stouffer's combination of one-sided p-values with known correlation R of their normal scores, log10 in
 * and out: z = Σ w_i z_i / sqrt(w' R w). Exact where the scores are jointly normal. A p of exactly 1 gives 1.
 * Equal weights and independence by default.
 * @throws RangeError for weights that are negative or all 0, a matrix of another size or with entries beyond
 *   [-1, 1], or a variance of 0 or less.
 */
export function stouffer(
  log10Ps: readonly number[],
  options: { readonly weights?: readonly number[]; readonly correlation?: Matrix } = {},
): number {
  const k = checkLogs(log10Ps);
  if (k === 0) return 0;
  const weights = options.weights ?? new Array<number>(k).fill(1);
  if (weights.length !== k || !weights.every((weight) => weight >= 0 && Number.isFinite(weight)))
    throw new RangeError(`${weights.length} weights do not weigh ${k} p-values`);
  if (options.correlation !== undefined) checkMatrix(options.correlation, k);
  let variance = 0;
  for (let i = 0; i < k; i++) {
    variance += weights[i]! ** 2;
    for (let j = 0; j < i; j++)
      variance += 2 * weights[i]! * weights[j]! * (options.correlation?.[i]?.[j] ?? 0);
  }
  if (!(variance > 0)) throw new RangeError(`weights and correlations leave a variance of ${variance}`);
  let sum = 0;
  for (let i = 0; i < k; i++) if (weights[i]! > 0) sum += weights[i]! * normalQuantile(log10Ps[i]!);
  return sum === Number.NEGATIVE_INFINITY ? 0 : log10NormalTail(sum / Math.sqrt(variance));
}

function checkMatrix(matrix: Matrix, size: number): void {
  if (matrix.length !== size || matrix.some((row) => row.length !== size))
    throw new RangeError(`need a ${size} x ${size} matrix`);
  matrix.forEach((row, i) => {
    row.forEach((value, j) => {
      if (!Number.isFinite(value) || value !== matrix[j]![i])
        throw new RangeError(`entry (${i}, ${j}) is ${value}, its mirror ${matrix[j]![i]}`);
    });
  });
}
