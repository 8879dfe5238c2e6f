import { logGamma1p } from './gamma.ts';
import { logOneMinusExp } from './log-space.ts';
import { deviance, logFactorialExcess } from './saddle-point.ts';

/** Natural logs of both tails of a distribution at one point. */
export interface LogTails {
  readonly lower: number;
  readonly upper: number;
}

/** Terms of a series or fraction; near its mean about 10 · sqrt(a) are needed, so a up to about 1e12. */
const MOST_TERMS = 2e7;
const TINY = 1e-300;

/**
 * ln P(a, x) and ln Q(a, x), the regularised incomplete gamma functions; a > 0, x >= 0, finite. The tail
 * beyond the mean is computed itself, the other as its complement: power series below x = a, Legendre's
 * continued fraction above (DLMF 8.7.1, 8.9.2), and next to zero, a < 1 and x < 1, the series of the lower
 * function less its first term (8.7.1, second form). The lower tail is -Infinity at x = 0 alone.
 * @throws RangeError outside that range, or where a is so large that nothing converges.
 */
export function logGammaTails(a: number, x: number): LogTails {
  if (!(a > 0) || !(x >= 0) || a === Number.POSITIVE_INFINITY || x === Number.POSITIVE_INFINITY)
    throw new RangeError(`the incomplete gamma function needs finite a > 0 and x >= 0, got ${a}, ${x}`);
  if (x === 0) return { lower: Number.NEGATIVE_INFINITY, upper: 0 };
  if (a < 1 && x < 1) return nearOrigin(a, x);
  // ln of x^a e^-x / Γ(a)
  const density = Math.log(a) - logFactorialExcess(a) - deviance(a, x, x - a);
  if (x < a) {
    const lower = Math.min(0, density + Math.log(lowerSeries(a, x)));
    return { lower, upper: logOneMinusExp(lower) };
  }
  const upper = Math.min(0, density + Math.log(upperFraction(a, x)));
  return { lower: logOneMinusExp(upper), upper };
}

/** ln Q(a, x): the upper tail of `logGammaTails`. */
export function logUpperGamma(a: number, x: number): number {
  return logGammaTails(a, x).upper;
}

/** P(a, x) = x^a / Γ(1 + a) · (1 + a Σ_(n>=1) (-x)^n / (n! (a + n))), whose complement keeps its digits. */
function nearOrigin(a: number, x: number): LogTails {
  let term = 1;
  let sum = 0;
  for (let n = 1; n < 40 && Math.abs(term) > 1e-18; n++) {
    term *= -x / n;
    sum += term / (a + n);
  }
  const log = a * Math.log(x) - logGamma1p(a);
  const lower = log + Math.log1p(a * sum);
  if (lower < -Math.LN2) return { lower, upper: logOneMinusExp(lower) };
  return { lower, upper: Math.log(-Math.expm1(log) - Math.exp(log) * a * sum) };
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n++) {
    if (n > MOST_TERMS) throw new RangeError(`no convergence of the gamma series at a=${a}, x=${x}`);
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function upperFraction(a: number, x: number): number {
  const guard = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let b = x - a + 1;
  let c = 1 / TINY;
  let d = 1 / guard(b);
  let fraction = d;
  for (let n = 1; ; n++) {
    if (n > MOST_TERMS) throw new RangeError(`no convergence of the gamma fraction at a=${a}, x=${x}`);
    const an = -n * (n - a);
    b += 2;
    d = 1 / guard(an * d + b);
    c = guard(b + an / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 2e-16) return fraction;
  }
}
