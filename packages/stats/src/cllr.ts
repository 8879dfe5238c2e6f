import { checkClasses } from './calibration.ts';
import { LN10 } from './log-space.ts';
import { pavCalibration } from './pav.ts';

/**
 * Cost of a set of likelihood ratios of known truth, from their log10s: `related` for cases where the first
 * proposition holds, `unrelated` where the second does. Infinite ones are allowed (they cost nothing or
 * infinitely much); nothing overflows. Relative error below 1e-13 (worst measured 5e-16 for Cllr).
 */

/**
 * Cllr in bits (Brümmer & du Preez 2006): ½ [mean over related of log2(1 + 1/LR) + mean over unrelated of
 * log2(1 + LR)]. Always-LR-1 costs exactly 1; above 1 the ratios mislead.
 * @throws RangeError where a class is empty or a value is NaN.
 */
export function cllr(related: readonly number[], unrelated: readonly number[]): number {
  return ece(related, unrelated, 0);
}

/** Cllr after the best monotone recalibration of the same set: what is left is the lack of separation, and
 *  cllr - cllrMin the loss by calibration. @throws RangeError as `cllr`. */
export function cllrMin(related: readonly number[], unrelated: readonly number[]): number {
  return pavEce(related, unrelated)(0);
}

/**
 * Empirical cross-entropy in bits at the given log10 prior odds O (Ramos & Gonzalez-Rodriguez 2013), with
 * P = O / (1 + O): P · mean of log2(1 + 1/(LR O)) + (1 - P) · mean of log2(1 + LR O). At even odds it is Cllr.
 * @throws RangeError as `cllr`, or for odds that are not finite.
 */
export function ece(
  related: readonly number[],
  unrelated: readonly number[],
  log10PriorOdds: number,
): number {
  checkClasses(related, unrelated);
  if (!Number.isFinite(log10PriorOdds)) throw new RangeError(`prior odds of 10^${log10PriorOdds}`);
  const mean = (values: readonly number[], sign: 1 | -1): number =>
    values.reduce((sum, value) => sum + bits(sign * (value + log10PriorOdds)), 0) / values.length;
  return share(log10PriorOdds) * mean(related, -1) + share(-log10PriorOdds) * mean(unrelated, 1);
}

/** One abscissa of the ECE plot. */
export interface EcePoint {
  readonly log10PriorOdds: number;
  readonly measured: number;
  /** After the best monotone recalibration. */
  readonly pav: number;
  /** What LR 1 costs: the entropy of the prior. */
  readonly neutral: number;
}

/** The three curves of the ECE plot over log10 prior odds -3 … 3 in steps of 0.1.
 *  @throws RangeError as `cllr`. */
export function eceCurve(related: readonly number[], unrelated: readonly number[]): EcePoint[] {
  const best = pavEce(related, unrelated);
  return Array.from({ length: 61 }, (_, i) => {
    const log10PriorOdds = (i - 30) / 10;
    return {
      log10PriorOdds,
      measured: ece(related, unrelated, log10PriorOdds),
      pav: best(log10PriorOdds),
      neutral: ece([0], [0], log10PriorOdds),
    };
  });
}

function pavEce(
  related: readonly number[],
  unrelated: readonly number[],
): (log10PriorOdds: number) => number {
  const { blocks } = pavCalibration(related, unrelated);
  return (odds) => {
    let cost = 0;
    for (const block of blocks) {
      // A pure block has an infinite ratio, but no case that it misleads.
      if (block.related > 0)
        cost += (share(odds) * block.related * bits(-block.log10LR - odds)) / related.length;
      if (block.unrelated > 0)
        cost += (share(-odds) * block.unrelated * bits(block.log10LR + odds)) / unrelated.length;
    }
    return cost;
  };
}

/** log2(1 + 10^x). */
function bits(x: number): number {
  return (Math.max(x, 0) * LN10 + Math.log1p(10 ** -Math.abs(x))) / Math.LN2;
}

/** O / (1 + O) of log10 odds. */
function share(log10Odds: number): number {
  return 1 / (1 + 10 ** -log10Odds);
}
