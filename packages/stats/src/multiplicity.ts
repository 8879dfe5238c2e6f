import { LN10, log10Sum } from './log-space.ts';
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

/** Hommel's (1983) combined p-value, valid under any dependence: H_n · min over i of (n / i) p_(i). */
export function hommel(log10Ps: readonly number[]): number {
  const n = checkLogs(log10Ps);
  if (n === 0) return 0;
  let harmonic = 0;
  let least = 0;
  ascending(log10Ps).forEach((index, rank) => {
    harmonic += 1 / (rank + 1);
    const scaled = log10Ps[index]! + Math.log10(n / (rank + 1));
    least = rank === 0 ? scaled : Math.min(least, scaled);
  });
  return Math.min(0, least + Math.log10(harmonic));
}

/** Twice the mean p-value: a p-value under any dependence (Rüschendorf 1982). */
export function twiceMean(log10Ps: readonly number[]): number {
  const n = checkLogs(log10Ps);
  return n === 0 ? 0 : Math.min(0, log10Sum(log10Ps) + Math.log10(2 / n));
}

function ascending(values: readonly number[]): number[] {
  return values.map((_, index) => index).sort((a, b) => values[a]! - values[b]! || a - b);
}

function checkLogs(log10Ps: readonly number[]): number {
  for (const value of log10Ps)
    if (!(value <= 0) || value === Number.NEGATIVE_INFINITY)
      throw new RangeError(`log10 p must be finite and at most 0, got ${value}`);
  return log10Ps.length;
}
