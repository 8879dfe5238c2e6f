import type { RandomStream } from './random.ts';

/** A p-value by counting how many rearrangements reach the observed statistic. */
export interface CountedP {
  readonly p: number;
  readonly log10P: number;
  /** Rearrangements with a statistic at least as large. */
  readonly atLeast: number;
  /** Rearrangements looked at; all there are, where `exact`. */
  readonly looked: number;
  readonly exact: boolean;
}

/** A statistic of two groups; large values speak against the null. */
export type TwoSampleStatistic = (first: readonly number[], second: readonly number[]) => number;

/** Statistics this close count as equal, relative to the observed one: rounding in another order of the same
 *  numbers must not make a tie look smaller, which would err against the null. */
const TIE = 1e-12;
/** Rearrangements; about a second of simple statistics. */
const MOST_EXACT = 5_000_000;

/**
 * Monte-Carlo p-value (1 + #{T_b >= T_observed}) / (B + 1): valid for any B and never 0 (Phipson & Smyth
 * 2010). Large statistics speak against the null.
 * @throws RangeError where a statistic is NaN.
 */
export function permutationP(observed: number, statistics: ArrayLike<number>): CountedP {
  let atLeast = 0;
  const limit = tieLimit(observed);
  for (let b = 0; b < statistics.length; b++) if (reaches(statistics[b]!, limit)) atLeast++;
  return counted(atLeast, statistics.length, false);
}

/**
 * Two-sample permutation test: exchangeable values under the null, `resamples` random reallocations from the
 * stream. Exact in size for every B. @throws RangeError for an empty group, or a statistic that is NaN.
 */
export function permutationTest(
  first: readonly number[],
  second: readonly number[],
  statistic: TwoSampleStatistic,
  options: { readonly random: RandomStream; readonly resamples?: number },
): CountedP {
  const { random, resamples = 9999 } = options;
  checkGroups(first, second);
  if (!Number.isSafeInteger(resamples) || resamples < 1)
    throw new RangeError(`resamples are an integer >= 1, got ${resamples}`);
  const pooled = [...first, ...second];
  const limit = tieLimit(statistic(first, second));
  let atLeast = 0;
  for (let b = 0; b < resamples; b++) {
    const order = random.permutation(pooled.length);
    const shuffled = Array.from(order, (i) => pooled[i]!);
    if (reaches(statistic(shuffled.slice(0, first.length), shuffled.slice(first.length)), limit)) atLeast++;
  }
  return counted(atLeast, resamples, false);
}

/**
 * The same over all C(n + m, n) allocations, the observed one among them: p = share with a statistic at least
 * as large (Fisher 1935). @throws RangeError for an empty group, a statistic that is NaN, or more than five
 * million allocations.
 */
export function exactPermutationTest(
  first: readonly number[],
  second: readonly number[],
  statistic: TwoSampleStatistic,
): CountedP {
  checkGroups(first, second);
  const pooled = [...first, ...second];
  const limit = tieLimit(statistic(first, second));
  let atLeast = 0;
  let looked = 0;
  for (const chosen of combinations(pooled.length, first.length)) {
    const inside = new Set(chosen);
    const rest = pooled.filter((_, i) => !inside.has(i));
    looked++;
    if (
      reaches(
        statistic(
          chosen.map((i) => pooled[i]!),
          rest,
        ),
        limit,
      )
    )
      atLeast++;
  }
  return counted(atLeast, looked, true);
}

/**
 * Exact sign-flip test of paired differences that are symmetric about 0 under the null: all 2^n sign
 * patterns (Fisher 1935). @throws RangeError for none or more than 22 differences, or a statistic that is NaN.
 */
export function exactSignFlipTest(
  differences: readonly number[],
  statistic: (differences: readonly number[]) => number,
): CountedP {
  const n = differences.length;
  if (n === 0 || n > 22) throw new RangeError(`an exact sign-flip test takes 1 to 22 differences, got ${n}`);
  const limit = tieLimit(statistic(differences));
  let atLeast = 0;
  for (let pattern = 0; pattern < 2 ** n; pattern++)
    if (reaches(statistic(differences.map((d, i) => ((pattern >> i) & 1 ? -d : d))), limit)) atLeast++;
  return counted(atLeast, 2 ** n, true);
}

/** All `size`-element subsets of 0 … n-1, ascending inside and in order.
 *  @throws RangeError unless 0 <= size <= n are integers, or for more than five million subsets. */
export function* combinations(n: number, size: number): Generator<readonly number[]> {
  if (!Number.isInteger(n) || !Number.isInteger(size) || size < 0 || size > n)
    throw new RangeError(`need integers 0 <= size <= n, got ${size} of ${n}`);
  let count = 1;
  for (let i = 0; i < Math.min(size, n - size); i++) {
    count = (count * (n - i)) / (i + 1);
    if (count > MOST_EXACT) throw new RangeError(`too many subsets to list: ${size} of ${n}`);
  }
  const chosen = Array.from({ length: size }, (_, i) => i);
  for (;;) {
    yield [...chosen];
    let at = size - 1;
    while (at >= 0 && chosen[at] === n - size + at) at--;
    if (at < 0) return;
    chosen[at]!++;
    for (let i = at + 1; i < size; i++) chosen[i] = chosen[i - 1]! + 1;
  }
}

/** What a statistic must reach to count as no smaller than the observed one. */
function tieLimit(observed: number): number {
  if (Number.isNaN(observed)) throw new RangeError('the observed statistic is NaN');
  return Number.isFinite(observed) ? observed - TIE * Math.abs(observed) : observed;
}

function reaches(statistic: number, limit: number): boolean {
  if (Number.isNaN(statistic)) throw new RangeError('a rearranged statistic is NaN');
  return statistic >= limit;
}

function counted(atLeast: number, looked: number, exact: boolean): CountedP {
  const p = exact ? atLeast / looked : (1 + atLeast) / (looked + 1);
  return { p, log10P: Math.log10(p), atLeast, looked, exact };
}

function checkGroups(first: readonly number[], second: readonly number[]): void {
  if (first.length === 0 || second.length === 0) throw new RangeError('a group is empty');
}
