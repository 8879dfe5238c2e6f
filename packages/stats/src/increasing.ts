import { logBinomial, logFactorial } from './gamma.ts';
import { LN10 } from './log-space.ts';

/** Length of the longest strictly increasing subsequence (patience sorting). */
export function longestIncreasingSubsequence(values: ArrayLike<number>): number {
  const tails: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (tails[middle]! < value) low = middle + 1;
      else high = middle;
    }
    tails[low] = value;
  }
  return tails.length;
}

/**
 * log10 of an upper bound on P(longest increasing subsequence >= k) for a uniformly random order of m
 * things. Increasing subsequences of length j number C(m, j)/j! on average, and one of length k contains
 * C(k, j) of them, so by Markov P <= C(m, j) / (j! C(k, j)) for every j <= k; the best j is taken
 * (j = k gives C(m, k)/k!).
 */
export function increasingSubsequenceBound(m: number, k: number): number {
  if (!Number.isInteger(m) || !Number.isInteger(k) || k < 0 || k > m)
    throw new RangeError(`need integers 0 <= k <= m, got k=${k}, m=${m}`);
  let best = 0;
  for (let j = 1; j <= k; j++) best = Math.min(best, logBinomial(m, j) - logFactorial(j) - logBinomial(k, j));
  return best / LN10;
}
