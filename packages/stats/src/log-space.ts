/** Natural logarithm of ten: natural logs divided by it are log10. */
export const LN10: number = Math.LN10;

/** ln of the sum of exp(values), without overflow; -Infinity for none. */
export function logSumExp(values: ArrayLike<number>): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) top = Math.max(top, values[i]!);
  if (top === Number.NEGATIVE_INFINITY || top === Number.POSITIVE_INFINITY) return top;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - top);
  return top + Math.log(sum);
}

/** log10 of the sum of 10^values; -Infinity for none. */
export function log10Sum(values: ArrayLike<number>): number {
  return logSumExp(Array.from(values, (value) => value * LN10)) / LN10;
}

/** ln(1 - exp(x)) for x <= 0, accurate at both ends (Mächler 2012). */
export function logOneMinusExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}
