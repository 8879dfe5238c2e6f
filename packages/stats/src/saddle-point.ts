import { logGamma1p } from './gamma.ts';

/**
 * The pieces that keep densities accurate where n! is astronomically large (Loader 2000, "Fast and accurate
 * computation of binomial probabilities"): a density is a product of factorial excesses and of
 * exp(-deviance), none of which cancel. With factorials in plain log space a count of 1e9 would leave six
 * digits; this way it leaves fourteen.
 */

/** B(2k) / (2k (2k-1)) of Stirling's series, k = 1 … 8 (Abramowitz & Stegun 6.1.41). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];
const TWO_PI = 2 * Math.PI;

/** ln Γ(m + 1) - (m ln m - m) for m >= 0, about 2e-15 absolute. */
export function logFactorialExcess(m: number): number {
  if (m === 0) return 0;
  if (m < 9) return logGamma1p(m) - m * Math.log(m) + m;
  const square = 1 / (m * m);
  let series = 0;
  for (let i = STIRLING.length - 1; i >= 0; i--) series = series * square + STIRLING[i]!;
  return Math.log(TWO_PI * m) / 2 + series / m;
}

/**
 * Poisson half-deviance count · ln(count / mean) + mean - count >= 0. `excess` is mean - count, given apart
 * because next to zero it carries all the accuracy; `logMean` is asked where the mean itself underflows.
 */
export function deviance(count: number, mean: number, excess: number, logMean?: number): number {
  if (count === 0) return mean;
  if (Math.abs(excess) < count / 2) return count * excessOverLog1p(excess / count);
  if (mean > 1e-290) return count * Math.log(count / mean) + excess;
  return count * (Math.log(count) - (logMean ?? Math.log(mean))) + excess;
}

/** u - ln(1 + u) for |u| <= 1/2, by ln(1 + u) = 2 atanh(u / (2 + u)). */
function excessOverLog1p(u: number): number {
  const r = u / (2 + u);
  const square = r * r;
  let series = 0;
  let power = 1;
  for (let k = 3; k < 60; k += 2) {
    series += power / k;
    power *= square;
    if (power < 1e-18) break;
  }
  return r * (u - 2 * square * series);
}

/** The product as high + low, exact (Dekker 1971); factors up to about 1e150. */
export function twoProduct(a: number, b: number): readonly [high: number, low: number] {
  const high = a * b;
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  return [high, aLow * bLow - (high - aHigh * bHigh - aLow * bHigh - aHigh * bLow)];
}

function halves(value: number): readonly [number, number] {
  const scaled = value * 134_217_729;
  const high = scaled - (scaled - value);
  return [high, value - high];
}
