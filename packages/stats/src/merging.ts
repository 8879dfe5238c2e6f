import { LN10, log10Sum } from './log-space.ts';
import { ascending, checkLogs } from './multiplicity.ts';

/** One p-value from several under ANY dependence, log10 in and out (Vovk & Wang 2020, "Combining p-values
 *  via averaging"); `cauchyMerge` alone is not of that kind. No p-values give 0, that is p = 1. Error
 *  of the log10 below 1e-12 down to 1e-5000. */

/** Hommel's (1983) combined p-value, valid under any dependence: H_n · min over i of (n / i) p_(i). */
export function hommel(log10Ps: readonly number[]): number {
  const n = checkLogs(log10Ps);
  if (n === 0) return 0;
  let harmonic = 0;
  let least = 0;
  ascending(log10Ps).forEach((index, rank) => {
    harmonic += 1 / (rank + 1);
    const scaled = log10Ps[index]! + Math.log10(n / (rank + 1));
    least = rank === 0 ? scaled : Math.min(least, scaled);
  });
  return Math.min(0, least + Math.log10(harmonic));
}

/** Twice the mean p-value: a p-value under any dependence (Rüschendorf 1982). */
export function twiceMean(log10Ps: readonly number[]): number {
  const n = checkLogs(log10Ps);
  return n === 0 ? 0 : Math.min(0, log10Sum(log10Ps) + Math.log10(2 / n));
}

/** e times the geometric mean of the p-values (a single one unchanged). */
export function geometricMerge(log10Ps: readonly number[]): number {
  const n = checkLogs(log10Ps);
  if (n <= 1) return log10Ps[0] ?? 0;
  return Math.min(0, log10Ps.reduce((sum, value) => sum + value, 0) / n + Math.LOG10E);
}

/** e · ln(k) times the harmonic mean of k >= 3 p-values, twice it for two. The raw harmonic mean is not a
 *  p-value. */
export function harmonicMerge(log10Ps: readonly number[]): number {
  const n = checkLogs(log10Ps);
  if (n <= 1) return log10Ps[0] ?? 0;
  const log10Mean = Math.log10(n) - log10Sum(log10Ps.map((value) => -value));
  return Math.min(0, log10Mean + Math.log10(n === 2 ? 2 : Math.E * Math.log(n)));
}

/**
 * Cauchy combination (Liu & Xie 2020): T = Σ w tan((1/2 - p) π), p = 1/2 - atan(T)/π. Holds only in the
 * limit of small p and under conditions on the dependence, so it is for exploration and never decides. A
 * single p of exactly 1 makes the whole 1.
 * @throws RangeError for weights that are negative or do not add up to 1.
 */
export function cauchyMerge(log10Ps: readonly number[], weights?: readonly number[]): number {
  const n = checkLogs(log10Ps);
  if (n === 0) return 0;
  const shares = weights ?? new Array<number>(n).fill(1 / n);
  const total = shares.reduce((sum, weight) => sum + weight, 0);
  if (shares.length !== n || !shares.every((weight) => weight >= 0) || !(Math.abs(total - 1) < 1e-9))
    throw new RangeError(`${shares.length} weights of total ${total} do not weigh ${n} p-values`);
  // T overflows from p = 1e-308 on: it is held as T · 10^least.
  const used = log10Ps.map((value, i) => ({ value, weight: shares[i]! })).filter(({ weight }) => weight > 0);
  const least = used.reduce((low, { value }) => Math.min(low, value), 0);
  let scaled = 0;
  for (const { value, weight } of used) scaled += weight * scaledCotangent(value, least);
  if (scaled === 0) return -Math.log10(2);
  const inverse = 10 ** least / scaled;
  // p above one half: 1 - p is atan(-1/T) / π. The 0 keeps p = 1 from becoming -0.
  if (scaled < 0) return 0 + Math.log1p(Math.atan(inverse) / Math.PI) / LN10;
  return inverse < 1e-9 ? least - Math.log10(Math.PI * scaled) : Math.log10(Math.atan(inverse) / Math.PI);
}

/** 10^least · cot(π p), with p from its log10; -Infinity at p = 1. */
function scaledCotangent(log10P: number, least: number): number {
  if (log10P === 0) return Number.NEGATIVE_INFINITY;
  if (log10P < -12) return 10 ** (least - log10P) / Math.PI;
  if (log10P > -0.1) return -(10 ** least) / Math.tan(-Math.PI * Math.expm1(log10P * LN10));
  return 10 ** least / Math.tan(Math.PI * 10 ** log10P);
}
