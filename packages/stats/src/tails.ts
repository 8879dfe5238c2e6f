import { type BetaPoint, betaPoint, logBetaTails } from './incomplete-beta.ts';
import { type LogTails, logGammaTails } from './incomplete-gamma.ts';
import { LN10 } from './log-space.ts';

/**
 * Tails of continuous laws. Each keeps its digits on both sides of one half: the relative error of the log10 is
 * below 1e-12 against sixty-digit values (worst measured 4e-13, and 7e-14 for p up to one half), for shapes and
 * degrees of freedom up to about 1e12; formulas and sources stand in docs/statistics.md.
 */

/** log10 P(X >= x) for chi-square with df > 0 degrees of freedom; x >= 0, finite.
 *  @throws RangeError outside that range. */
export function log10ChiSquareTail(x: number, df: number): number {
  return logGammaTails(df / 2, x / 2).upper / LN10;
}

/** log10 P(X <= x) for chi-square with df > 0 degrees of freedom; x > 0, finite.
 *  @throws RangeError outside that range. */
export function log10ChiSquareLowerTail(x: number, df: number): number {
  return finite(logGammaTails(df / 2, x / 2).lower, `chi-square below ${x}`);
}

/** log10 Q(shape, x) = log10 P(X >= x) for a gamma variable of scale 1; shape > 0, x >= 0, finite.
 *  @throws RangeError outside that range. */
export function log10GammaTail(x: number, shape: number): number {
  return logGammaTails(shape, x).upper / LN10;
}

/** log10 P(shape, x) = log10 P(X <= x) for a gamma variable of scale 1; shape, x > 0, finite.
 *  @throws RangeError outside that range. */
export function log10GammaLowerTail(x: number, shape: number): number {
  return finite(logGammaTails(shape, x).lower, `gamma below ${x}`);
}

/** log10 P(X >= x) = log10 I_(1-x)(b, a) for a beta variable; x in [0, 1), finite a, b > 0.
 *  @throws RangeError outside that range. */
export function log10BetaTail(x: number, a: number, b: number): number {
  return finite(betaTails(x, a, b).upper, `beta above ${x}`);
}

/** log10 P(X <= x) = log10 I_x(a, b) for a beta variable; x in (0, 1], finite a, b > 0.
 *  @throws RangeError outside that range. */
export function log10BetaLowerTail(x: number, a: number, b: number): number {
  return finite(betaTails(x, a, b).lower, `beta below ${x}`);
}

function betaTails(x: number, a: number, b: number): LogTails {
  if (!(a > 0) || !(b > 0) || !(x >= 0) || !(x <= 1))
    throw new RangeError(`no beta tail at x=${x}, a=${a}, b=${b}`);
  if (x === 0) return { lower: Number.NEGATIVE_INFINITY, upper: 0 };
  if (x === 1) return { lower: 0, upper: Number.NEGATIVE_INFINITY };
  return logBetaTails(a, b, betaPoint(a, b, x));
}

/** log10 P(Z >= z) for a standard normal; |z| at most about 1e154. The lower tail is that of -z.
 *  @throws RangeError beyond that. */
export function log10NormalTail(z: number): number {
  const beyond = logGammaTails(0.5, (z * z) / 2).upper - Math.LN2;
  return (z >= 0 ? beyond : Math.log1p(-Math.exp(beyond))) / LN10;
}

/** log10 P(T >= t), one-sided, for Student's t with finite df > 0; t finite. The lower tail is that of -t.
 *  @throws RangeError outside that range. */
export function log10StudentTail(t: number, df: number): number {
  if (!Number.isFinite(t) || !(df > 0)) throw new RangeError(`no Student tail at t=${t}, df=${df}`);
  // The outer part of both tails is I_x(df/2, 1/2) at x = df / (df + t^2).
  const outer = logBetaTails(df / 2, 0.5, studentPoint(Math.abs(t), df)).lower - Math.LN2;
  return (t >= 0 ? outer : Math.log1p(-Math.exp(outer))) / LN10;
}

function studentPoint(t: number, df: number): BetaPoint {
  const ratio = t / Math.sqrt(df);
  const square = ratio * ratio;
  if (square > 1e290) {
    const logX = -2 * (Math.log(t) - Math.log(df) / 2);
    return { x: Math.exp(logX), y: 1, logX, logY: 0, beyond: -df / 2 };
  }
  const x = 1 / (1 + square);
  const logY = square > 1 ? -Math.log1p(1 / square) : 2 * Math.log(ratio) - Math.log1p(square);
  const beyond = (((1 - t) * (1 + t)) / 2) * x;
  return { x, y: square * x, logX: -Math.log1p(square), logY, beyond };
}

function finite(log: number, what: string): number {
  if (log === Number.NEGATIVE_INFINITY) throw new RangeError(`${what} is impossible: it has no log10 tail`);
  return log / LN10;
}
