import { logBinomial } from './gamma.ts';

/**
 * Natural logs of the elementary symmetric polynomials e_0 … e_depth of non-negative integers, the
 * coefficients of the product of (1 + s x). The ones among them give binomial coefficients; each larger
 * number is multiplied in. Zeros are ignored; -Infinity where e_k is 0.
 */
export function logElementarySymmetric(sizes: ArrayLike<number>, depth: number): Float64Array {
  const larger: number[] = [];
  let ones = 0;
  for (let i = 0; i < sizes.length; i++) {
    if (sizes[i] === 1) ones++;
    else if (sizes[i]! > 1) larger.push(sizes[i]!);
  }
  const out = new Float64Array(depth + 1);
  for (let k = 0; k <= depth; k++) out[k] = logBinomial(ones, k);
  let degree = ones;
  for (const size of larger) {
    degree++;
    const logSize = Math.log(size);
    for (let k = Math.min(depth, degree); k >= 1; k--) out[k] = logAdd(out[k]!, out[k - 1]! + logSize);
  }
  return out;
}

function logAdd(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY) return b;
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}
