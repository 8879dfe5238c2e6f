import type { LogTails } from './incomplete-gamma.ts';
import { logOneMinusExp } from './log-space.ts';
import { deviance, logFactorialExcess, twoProduct } from './saddle-point.ts';

/** A point x of (0, 1) with what an incomplete beta function needs of it, none of it lost to rounding. */
export interface BetaPoint {
  readonly x: number;
  readonly y: number;
  readonly logX: number;
  readonly logY: number;
  /** (a + b) x - a: how far x lies beyond the mean, in counts. */
  readonly beyond: number;
}

/** Steps of the continued fraction; near the mean about sqrt(max(a, b)) are needed. */
const MOST_STEPS = 2e7;
const TINY = 1e-300;

/** The point of a plain x in (0, 1); (a + b) x - a without rounding, since all the accuracy hangs on it. */
export function betaPoint(a: number, b: number, x: number): BetaPoint {
  const total = a + b;
  const larger = Math.max(a, b);
  const lost = Math.min(a, b) - (total - larger);
  const [high, low] = twoProduct(total, x);
  const beyond = high - a + (low + lost * x);
  return { x, y: 1 - x, logX: Math.log(x), logY: Math.log1p(-x), beyond };
}

/** ln of x^a (1-x)^b / B(a, b). */
export function logBetaDensity(a: number, b: number, point: BetaPoint): number {
  const total = a + b;
  const logTotal = Math.log(total);
  return (
    Math.log(a) +
    Math.log(b / total) +
    (logFactorialExcess(total) - logFactorialExcess(a) - logFactorialExcess(b)) -
    deviance(a, total * point.x, point.beyond, logTotal + point.logX) -
    deviance(b, total * point.y, -point.beyond, logTotal + point.logY)
  );
}

/**
 * ln I_x(a, b) and ln (1 - I_x(a, b)), the regularised incomplete beta functions; finite a, b > 0. The tail
 * on the point's side of the mean comes from the even part of the continued fraction DLMF 8.17.22 (Didonato
 * & Morris 1992), the other as its complement.
 * @throws RangeError outside that range, or where a or b is so large that nothing converges.
 */
export function logBetaTails(a: number, b: number, point: BetaPoint): LogTails {
  if (!(a > 0) || !(b > 0) || a + b === Number.POSITIVE_INFINITY)
    throw new RangeError(`the incomplete beta function needs finite a, b > 0, got ${a}, ${b}`);
  const density = logBetaDensity(a, b, point);
  if (point.beyond <= 0) {
    const lower = Math.min(0, density - Math.log(fraction(a, b, point.x, point.y, point.beyond)));
    return { lower, upper: logOneMinusExp(lower) };
  }
  const upper = Math.min(0, density - Math.log(fraction(b, a, point.y, point.x, -point.beyond)));
  return { lower: logOneMinusExp(upper), upper };
}

/** x^a y^b / (B(a, b) I_x(a, b)) by Lentz's method; meant for x at or below the mean. */
function fraction(a: number, b: number, x: number, y: number, beyond: number): number {
  let value = (a * (1 - beyond)) / (a + 1);
  let c = value;
  let d = 0;
  for (let m = 1; ; m++) {
    if (m > MOST_STEPS) throw new RangeError(`no convergence of the beta fraction at a=${a}, b=${b}, x=${x}`);
    const odd = a + 2 * m - 1;
    const pull = (m * (b - m) * x) / odd;
    const numerator = (((a + m - 1) * (a + b + m - 1) * x) / odd) * pull;
    const denominator = m + pull + ((a + m) * (1 - beyond + m * (1 + y))) / (odd + 2);
    d = denominator + numerator * d;
    if (Math.abs(d) < TINY) d = TINY;
    c = denominator + numerator / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    const step = c * d;
    value *= step;
    if (Math.abs(step - 1) < 2e-16) return value;
  }
}
