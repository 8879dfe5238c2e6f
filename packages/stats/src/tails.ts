import { logGamma, logUpperGamma } from './gamma.ts';
import { LN10, logOneMinusExp } from './log-space.ts';

/** log10 P(X >= x) for chi-square with df > 0 degrees of freedom; x >= 0, finite.
 *  @throws RangeError outside that range. */
export function log10ChiSquareTail(x: number, df: number): number {
  return logUpperGamma(df / 2, x / 2) / LN10;
}

/** log10 P(Z >= z) for a standard normal; z finite. */
export function log10NormalTail(z: number): number {
  const beyond = logUpperGamma(0.5, (z * z) / 2) - Math.LN2;
  return (z >= 0 ? beyond : Math.log1p(-Math.exp(beyond))) / LN10;
}

/** log10 P(T >= t), one-sided, for Student's t with df > 0; t finite.
 *  @throws RangeError outside that range. */
export function log10StudentTail(t: number, df: number): number {
  if (!Number.isFinite(t) || !(df > 0)) throw new RangeError(`no Student tail at t=${t}, df=${df}`);
  const square = (t / Math.sqrt(df)) ** 2;
  // The outer part of both tails is I_x(df/2, 1/2) at x = df / (df + t^2).
  const outer = logBeta(df / 2, 0.5, 1 / (1 + square), -Math.log1p(square)) - Math.LN2;
  return (t >= 0 ? outer : Math.log1p(-Math.exp(outer))) / LN10;
}

/** ln I_x(a, b), the regularised incomplete beta function, for x in (0, 1] given with its logarithm. */
function logBeta(a: number, b: number, x: number, logX: number): number {
  const rest = -Math.expm1(logX);
  if (rest === 0) return 0;
  const logRest = logOneMinusExp(logX);
  const factor = logGamma(a + b) - logGamma(a) - logGamma(b) + a * logX + b * logRest;
  if (x < (a + 1) / (a + b + 2)) return Math.min(0, factor + Math.log(betaFraction(a, b, x) / a));
  return logOneMinusExp(Math.min(0, factor + Math.log(betaFraction(b, a, rest) / b)));
}

const ITERATIONS = 100_000;
const TINY = 1e-300;

/** Continued fraction of the incomplete beta function (A&S 26.5.8) by Lentz's method. */
function betaFraction(a: number, b: number, x: number): number {
  const guard = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < ITERATIONS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return fraction;
}
