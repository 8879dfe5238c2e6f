import { checkClasses } from './calibration.ts';
import { clopperPearson, type RateInterval } from './clopper-pearson.ts';

/** One step of a Tippett plot: the shares of cases with a log10 LR of at least this. */
export interface TippettPoint {
  readonly log10LR: number;
  readonly related: number;
  readonly unrelated: number;
}

/** Tippett data (Evett & Buckleton 1996): one point at each distinct log10 LR, rising; infinite ones are
 *  kept. @throws RangeError where a class is empty or a value is NaN. */
export function tippett(related: readonly number[], unrelated: readonly number[]): TippettPoint[] {
  checkClasses(related, unrelated);
  const values = [...new Set([...related, ...unrelated])].sort((a, b) => a - b);
  const [ours, others] = [countdown(related), countdown(unrelated)];
  return values.map((log10LR) => ({ log10LR, related: ours(log10LR), unrelated: others(log10LR) }));
}

/** Share of values >= x, asked at rising x. */
function countdown(values: readonly number[]): (x: number) => number {
  const sorted = [...values].sort((a, b) => a - b);
  let below = 0;
  return (x) => {
    while (below < sorted.length && sorted[below]! < x) below++;
    return (sorted.length - below) / sorted.length;
  };
}

/** How often and how far likelihood ratios point the wrong way. */
export interface MisleadingEvidence {
  /** Share of related cases with LR < 1, and its 95 % Clopper–Pearson interval over cases. */
  readonly related: RateInterval;
  /** Share of unrelated cases with LR > 1. */
  readonly unrelated: RateInterval;
  /** Lowest log10 LR of a related case, highest of an unrelated one. */
  readonly lowestRelated: number;
  readonly highestUnrelated: number;
}

/** Rates of misleading evidence (Royall 1997). The intervals take cases as independent: hand in one case a
 *  family, or see them as too narrow. @throws RangeError where a class is empty or a value is NaN. */
export function misleadingEvidence(
  related: readonly number[],
  unrelated: readonly number[],
): MisleadingEvidence {
  checkClasses(related, unrelated);
  return {
    related: clopperPearson(related.filter((value) => value < 0).length, related.length),
    unrelated: clopperPearson(unrelated.filter((value) => value > 0).length, unrelated.length),
    lowestRelated: related.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY),
    highestUnrelated: unrelated.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY),
  };
}
