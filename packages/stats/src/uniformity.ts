import { LN10 } from './log-space.ts';

/**
 * Kolmogorov–Smirnov test that values in [0, 1] are uniform, two-sided: largest gap between the empirical
 * and the uniform distribution function, p by Kolmogorov's series with Stephens' (1970) finite-n factor.
 * @throws RangeError for no values or values outside [0, 1].
 */
export function kolmogorovSmirnovUniform(values: ArrayLike<number>): {
  readonly statistic: number;
  readonly log10P: number;
} {
  const n = values.length;
  const sorted = Float64Array.from(values).sort();
  if (n === 0 || !(sorted[0]! >= 0) || !(sorted[n - 1]! <= 1))
    throw new RangeError(`need values in [0, 1], got ${n}`);
  let statistic = 0;
  for (let i = 0; i < n; i++) statistic = Math.max(statistic, (i + 1) / n - sorted[i]!, sorted[i]! - i / n);
  const root = Math.sqrt(n);
  return { statistic, log10P: log10Kolmogorov(statistic * (root + 0.12 + 0.11 / root)) };
}

/** log10 of 2 Σ (-1)^(k-1) exp(-2 k² x²), the first term taken out so that far tails do not underflow. */
function log10Kolmogorov(x: number): number {
  if (x < 0.25) return 0;
  let sum = 0;
  for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * (k * k - 1) * x * x);
  return Math.min(0, (Math.log(2 * sum) - 2 * x * x) / LN10);
}
