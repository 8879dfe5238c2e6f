import type { RandomStream } from './random.ts';

/** One operating point: call a pair related when its score is at least `threshold`. */
export interface OperatingPoint {
  readonly threshold: number;
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/** Operating points from "nothing is related" (threshold Infinity) to "everything is", ties in one step.
 *  Higher scores mean more related. @throws RangeError where a class is empty. */
export function rocCurve(positives: readonly number[], negatives: readonly number[]): OperatingPoint[] {
  checkClasses(positives, negatives);
  const scored = [
    ...positives.map((score) => ({ score, related: true })),
    ...negatives.map((score) => ({ score, related: false })),
  ].sort((a, b) => b.score - a.score);
  const curve: OperatingPoint[] = [
    { threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 },
  ];
  let hits = 0;
  let alarms = 0;
  scored.forEach(({ score, related }, i) => {
    if (related) hits++;
    else alarms++;
    if (scored[i + 1]?.score === score) return;
    curve.push({
      threshold: score,
      falsePositiveRate: alarms / negatives.length,
      truePositiveRate: hits / positives.length,
    });
  });
  return curve;
}

/** P(score of a related pair > score of an unrelated one), ties counting half (Mann–Whitney). */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  const curve = rocCurve(positives, negatives);
  let area = 0;
  for (let i = 1; i < curve.length; i++) {
    const width = curve[i]!.falsePositiveRate - curve[i - 1]!.falsePositiveRate;
    area += (width * (curve[i]!.truePositiveRate + curve[i - 1]!.truePositiveRate)) / 2;
  }
  return area;
}

export interface RateAtLimit extends OperatingPoint {
  /** Smallest false-positive rate above zero that this many negatives can show. */
  readonly resolution: number;
}

/** The most sensitive operating point whose false-positive rate does not exceed `limit`. */
export function truePositiveRateAt(
  positives: readonly number[],
  negatives: readonly number[],
  limit: number,
): RateAtLimit {
  let best: OperatingPoint | undefined;
  for (const point of rocCurve(positives, negatives)) if (point.falsePositiveRate <= limit) best = point;
  if (best === undefined) throw new RangeError(`no operating point has a rate of at most ${limit}`);
  return { ...best, resolution: 1 / negatives.length };
}

export interface BootstrapInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly families: number;
  /** Resamples on which the statistic could be computed. */
  readonly resamples: number;
}

/**
 * Percentile interval of a statistic, resampling whole families: cases of one family are not independent.
 * Right where families share nothing; for pairs that share models it is too narrow, use `pairBootstrap`.
 * Resamples on which the statistic is NaN (a class missing) are drawn but not counted.
 * @throws RangeError for no cases or a level outside (0, 1).
 */
export function familyBootstrap<T>(
  cases: readonly T[],
  familyOf: (item: T) => string,
  statistic: (cases: readonly T[]) => number,
  options: { readonly random: RandomStream; readonly resamples?: number; readonly level?: number },
): BootstrapInterval {
  const { random, resamples = 2000, level = 0.95 } = options;
  if (cases.length === 0 || !(level > 0 && level < 1))
    throw new RangeError(`no interval of level ${level} from ${cases.length} cases`);
  const groups = new Map<string, T[]>();
  for (const item of cases) groups.set(familyOf(item), [...(groups.get(familyOf(item)) ?? []), item]);
  const families = [...groups.values()];
  const values: number[] = [];
  for (let b = 0; b < resamples; b++) {
    const drawn = families.flatMap(() => families[random.integer(families.length)]!);
    const value = statistic(drawn);
    if (!Number.isNaN(value)) values.push(value);
  }
  values.sort((a, b) => a - b);
  const value = statistic(cases);
  const at = (q: number): number => values[Math.round(q * (values.length - 1))] ?? value;
  return {
    value,
    low: at((1 - level) / 2),
    high: at((1 + level) / 2),
    families: families.length,
    resamples: values.length,
  };
}

/** Both classes hold scores, none of them NaN. @throws RangeError otherwise. */
export function checkClasses(positives: readonly number[], negatives: readonly number[]): void {
  if (positives.length === 0 || negatives.length === 0)
    throw new RangeError('calibration needs related and unrelated pairs');
  for (const score of [...positives, ...negatives])
    if (Number.isNaN(score)) throw new RangeError('a score is NaN');
}
