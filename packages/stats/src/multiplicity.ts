import { LN10 } from './log-space.ts';
import { log10ChiSquareTail } from './tails.ts';

/** Fisher's combination of INDEPENDENT p-values, log10 in and out; 0 for none. */
export function fisherCombine(log10Ps: readonly number[]): number {
  checkLogs(log10Ps);
  if (log10Ps.length === 0) return 0;
  const sum = log10Ps.reduce((total, value) => total - value, 0);
  return log10ChiSquareTail(2 * LN10 * sum, 2 * log10Ps.length);
}

/** Holm's step-down adjustment (family-wise error under any dependence), in input order. */
export function holm(log10Ps: readonly number[]): number[] {
  const n = checkLogs(log10Ps);
  const adjusted = new Array<number>(n).fill(0);
  let running = Number.NEGATIVE_INFINITY;
  ascending(log10Ps).forEach((index, rank) => {
    running = Math.max(running, Math.min(0, log10Ps[index]! + Math.log10(n - rank)));
    adjusted[index] = running;
  });
  return adjusted;
}

/** Benjamini–Hochberg adjustment (false discovery rate), in input order. */
export function benjaminiHochberg(log10Ps: readonly number[]): number[] {
  const n = checkLogs(log10Ps);
  const adjusted = new Array<number>(n).fill(0);
  let running = 0;
  const order = ascending(log10Ps);
  for (let rank = n - 1; rank >= 0; rank--) {
    const index = order[rank]!;
    running = Math.min(running, log10Ps[index]! + Math.log10(n / (rank + 1)));
    adjusted[index] = running;
  }
  return adjusted;
}

/**
 * Hommel's (1988) adjustment: closed testing with Simes' test of every subset, in input order. Never above
 * Holm's, but it needs Simes' inequality (independence or positive dependence), which Holm's does not. The
 * adjusted p of test i is the largest Simes p of all subsets that hold i; of those of one size, the worst is
 * i with the largest others. O(n²).
 */
export function hommelAdjust(log10Ps: readonly number[]): number[] {
  const n = checkLogs(log10Ps);
  const order = ascending(log10Ps);
  const sorted = order.map((index) => log10Ps[index]!);
  const worst = [...sorted];
  for (let size = 2; size <= n; size++) {
    // Simes over the size - 1 largest, which hold ranks 2 … size of the subset.
    let others = 0;
    for (let rank = 2; rank <= size; rank++)
      others = Math.min(others, sorted[n - size + rank - 1]! + Math.log10(size / rank));
    const first = n - size;
    for (let i = 0; i < n; i++) {
      const least = sorted[Math.min(i, first)]! + Math.log10(size);
      worst[i] = Math.max(worst[i]!, Math.min(others, least));
    }
  }
  const adjusted = new Array<number>(n).fill(0);
  order.forEach((index, rank) => {
    adjusted[index] = worst[rank]!;
  });
  return adjusted;
}

/** Bonferroni's adjustment n · p, in input order; the least of it is a p-value for all together, under any
 *  dependence. */
export function bonferroni(log10Ps: readonly number[]): number[] {
  const factor = Math.log10(checkLogs(log10Ps));
  return log10Ps.map((value) => Math.min(0, value + factor));
}

/** Indices by rising value. */
export function ascending(values: readonly number[]): number[] {
  return values.map((_, index) => index).sort((a, b) => values[a]! - values[b]! || a - b);
}

/** The count of log10 p-values. @throws RangeError for one that is none. */
export function checkLogs(log10Ps: readonly number[]): number {
  for (const value of log10Ps)
    if (!(value <= 0) || value === Number.NEGATIVE_INFINITY)
      throw new RangeError(`log10 p must be finite and at most 0, got ${value}`);
  return log10Ps.length;
}
