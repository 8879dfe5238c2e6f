const EULER = 0.577_215_664_901_532_9;
const HALF_LOG_TWO_PI = 0.918_938_533_204_672_8;
/** B(2k) / (2k (2k-1)) of Stirling's series, k = 1 … 8 (Abramowitz & Stegun 6.1.41). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];
/** zeta(k) - 1 for k = 2 … 40, by Euler–Maclaurin summation from n = 20 on. */
const ZETA_LESS_ONE = Array.from({ length: 39 }, (_, i) => {
  const k = i + 2;
  const n = 20;
  let sum = n ** (1 - k) / (k - 1) + n ** -k / 2 + (k * n ** (-k - 1)) / 12;
  sum -= (k * (k + 1) * (k + 2) * n ** (-k - 3)) / 720;
  sum += (k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * n ** (-k - 5)) / 30240;
  for (let j = n - 1; j >= 2; j--) sum += j ** -k;
  return sum;
});

/** ln Γ(x) for x > 0, about 1e-14 relative, at the zeros 1 and 2 too.
 *  @throws RangeError for x <= 0 or NaN. */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma needs x > 0, got ${x}`);
  if (x >= 12) return stirling(x);
  if (x < 0.5) return logGamma(x + 1) - Math.log(x);
  if (x < 1.5) return nearTwo(x - 1) - Math.log1p(x - 1);
  if (x <= 2.5) return nearTwo(x - 2);
  let product = 1;
  let y = x;
  while (y < 12) product *= y++;
  return stirling(y) - Math.log(product);
}

/** ln Γ(1 + z) for z > -1, accurate next to z = 0 where 1 + z would round z away.
 *  @throws RangeError for z <= -1 or NaN. */
export function logGamma1p(z: number): number {
  return Math.abs(z) <= 0.5 ? nearTwo(z) - Math.log1p(z) : logGamma(z + 1);
}

function stirling(x: number): number {
  const square = 1 / (x * x);
  let series = 0;
  for (let i = STIRLING.length - 1; i >= 0; i--) series = series * square + STIRLING[i]!;
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + series / x;
}

/** ln Γ(2 + z) for |z| <= 1/2 (A&S 6.1.33): relative accuracy survives the zero at z = 0. */
function nearTwo(z: number): number {
  let sum = 0;
  for (let k = 40; k >= 2; k--) sum = sum * -z + ZETA_LESS_ONE[k - 2]! / k;
  return z * (1 - EULER) + z * z * sum;
}

const TABLE = 1024;
const LOG_FACTORIALS = Float64Array.from({ length: TABLE }, (_, n) => (n < 2 ? 0 : logGamma(n + 1)));

/** ln n!; n a non-negative integer. @throws RangeError otherwise. */
export function logFactorial(n: number): number {
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`logFactorial needs an integer >= 0, got ${n}`);
  return n < TABLE ? LOG_FACTORIALS[n]! : stirling(n + 1);
}

/** ln of the binomial coefficient; -Infinity outside 0 <= k <= n. */
export function logBinomial(n: number, k: number): number {
  if (k < 0 || k > n) return Number.NEGATIVE_INFINITY;
  if (k === 0 || k === n) return 0;
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}
