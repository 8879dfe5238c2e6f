import { rocCurve } from './calibration.ts';
import { pavCalibration } from './pav.ts';
import { normalQuantile } from './quantiles.ts';

/** One point of a detection error trade-off plot. */
export interface DetPoint {
  readonly threshold: number;
  readonly falseAlarmRate: number;
  readonly missRate: number;
  /** The same rates as normal deviates, the axes of the plot; infinite at rates 0 and 1. */
  readonly falseAlarmDeviate: number;
  readonly missDeviate: number;
}

/** Detection error trade-off (Martin et al. 1997), from the strictest threshold to the loosest. Higher scores
 *  mean more related. @throws RangeError where a class is empty or a score is NaN. */
export function detCurve(related: readonly number[], unrelated: readonly number[]): DetPoint[] {
  return rocCurve(related, unrelated).map(({ threshold, falsePositiveRate, truePositiveRate }) => {
    const missRate = 1 - truePositiveRate;
    return {
      threshold,
      falseAlarmRate: falsePositiveRate,
      missRate,
      falseAlarmDeviate: deviate(falsePositiveRate),
      missDeviate: deviate(missRate),
    };
  });
}

function deviate(rate: number): number {
  // Not the bare negative, which would answer -0 at one half.
  return rate === 0 ? Number.NEGATIVE_INFINITY : 0 - normalQuantile(Math.log10(rate));
}

/** Equal error rate on the convex hull of the ROC (Brümmer 2010): the worst Bayes error over all priors.
 *  @throws RangeError where a class is empty or a score is NaN. */
export function equalErrorRate(related: readonly number[], unrelated: readonly number[]): number {
  let falseAlarms = 1;
  let misses = 0;
  for (const block of pavCalibration(related, unrelated).blocks) {
    const fewer = block.unrelated / unrelated.length;
    const more = block.related / related.length;
    // On this edge of the hull both rates change linearly; do they meet?
    if (misses + more >= falseAlarms - fewer) {
      const gap = falseAlarms - misses;
      return misses + (more * gap) / (fewer + more);
    }
    falseAlarms -= fewer;
    misses += more;
  }
  return misses;
}
