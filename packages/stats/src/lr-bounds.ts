import { checkClasses } from './calibration.ts';

/** The range of log10 LRs that a calibration set of a given size can support. */
export interface LrBounds {
  readonly low: number;
  readonly high: number;
}

/**
 * Bounds from size alone: without a case among n unrelated ones the rate of such an outcome is below
 * 1 - (1 - level)^(1/n) at that level (Clopper–Pearson, about 3/n at 95 %), so no LR above the inverse of
 * that, about n/3, is supported; likewise below for the related. `failureRate` is the rate e at which the
 * mechanism behind an exact test fails (a leaked key, a mix-up): no LR above 1/e.
 * @throws RangeError unless counts are integers >= 1 and level and failureRate lie in (0, 1).
 */
export function lrBounds(
  counts: { readonly related: number; readonly unrelated: number },
  options: { readonly level?: number; readonly failureRate?: number } = {},
): LrBounds {
  const { level = 0.95, failureRate } = options;
  const { related, unrelated } = counts;
  for (const n of [related, unrelated])
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`a class holds at least one case, got ${n}`);
  for (const share of [level, failureRate ?? level])
    if (!(share > 0 && share < 1)) throw new RangeError(`level and failure rate lie in (0, 1), got ${share}`);
  const support = (n: number): number => -Math.log10(-Math.expm1(Math.log1p(-level) / n));
  const cap = failureRate === undefined ? Number.POSITIVE_INFINITY : -Math.log10(failureRate);
  return { low: -support(related), high: Math.min(support(unrelated), cap) };
}

/** A log10 LR held inside its bounds; infinite ones too. @throws RangeError for NaN. */
export function boundLogLR(log10LR: number, bounds: LrBounds): number {
  if (Number.isNaN(log10LR)) throw new RangeError('the log10 LR is NaN');
  return Math.max(bounds.low, Math.min(bounds.high, log10LR));
}

/**
 * Empirical lower and upper bounds (ELUB; Vergeer et al. 2016), in log10, from validation LRs of known truth. Upwards
 * from LR 1 the threshold t is raised as long as deciding by "LR >= t" is no worse than always deciding for
 * unrelated, t · (#{unrelated >= t} + 1) / (N_d + 1) + #{related < t} / N_p <= 1, where the 1 is one
 * misleading case more than seen; downwards likewise with the classes exchanged. (0, 0) means that the set
 * supports nothing but LR 1. Perfectly separated classes reach N_d + 1 and 1 / (N_p + 1).
 * @throws RangeError where a class is empty or a value is NaN.
 */
export function elubBounds(related: readonly number[], unrelated: readonly number[]): LrBounds {
  checkClasses(related, unrelated);
  const turned = (values: readonly number[]): number[] => values.map((value) => -value);
  // Not the bare negative, which would answer -0 for 0.
  return { low: 0 - highest(turned(unrelated), turned(related)), high: highest(related, unrelated) };
}

function highest(related: readonly number[], unrelated: readonly number[]): number {
  const rise = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
  const [ours, others] = [rise(related), rise(unrelated)];
  const steps = rise([...new Set([...related, ...unrelated])].filter((value) => value > 0));
  if (steps.at(-1) !== Number.POSITIVE_INFINITY) steps.push(Number.POSITIVE_INFINITY);
  let from = 0;
  let missed = ours.filter((value) => value <= 0).length;
  let alarms = others.filter((value) => value > 0).length;
  let [nextOurs, nextOther] = [missed, others.length - alarms];
  for (const to of steps) {
    // For every threshold in (from, to] both counts stay as they are.
    const limit = Math.log10(((1 - missed / ours.length) * (others.length + 1)) / (alarms + 1));
    if (limit <= from) return from;
    if (limit < to) return limit;
    for (; nextOurs < ours.length && ours[nextOurs]! <= to; nextOurs++) missed++;
    for (; nextOther < others.length && others[nextOther]! <= to; nextOther++) alarms--;
    from = to;
  }
  return from;
}
