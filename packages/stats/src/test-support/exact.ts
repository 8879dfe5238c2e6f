/** Binomial coefficients C(n, 0) … C(n, n), exact. */
export function pascalRow(n: number): bigint[] {
  const row = [1n];
  for (let k = 1; k <= n; k++) row.push((row[k - 1]! * BigInt(n - k + 1)) / BigInt(k));
  return row;
}

/** log10 of a fraction in (0, 1], accurate next to 1 too. */
export function exactLog10(numerator: bigint, denominator: bigint): number {
  if (2n * numerator > denominator) {
    const rest = denominator - numerator;
    return rest === 0n ? 0 : Math.log1p(-(10 ** exactLog10(rest, denominator))) / Math.LN10;
  }
  // Seventeen digits of the quotient and their exponent.
  let shift = numerator.toString().length - denominator.toString().length;
  const scaled = (numerator * 10n ** BigInt(20 - shift)) / denominator;
  const digits = scaled.toString();
  shift += digits.length - 21;
  return Math.log10(Number(`0.${digits.slice(0, 19)}`) * 10) + shift;
}
