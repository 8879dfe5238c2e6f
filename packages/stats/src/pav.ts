import { checkClasses } from './calibration.ts';

/** A run of scores that carry one likelihood ratio. */
export interface PavBlock {
  /** Lowest and highest score of the block. */
  readonly low: number;
  readonly high: number;
  /** Cases of either kind in it. */
  readonly related: number;
  readonly unrelated: number;
  /** log10 of (related / unrelated) · (all unrelated / all related); -Infinity or Infinity at the ends. */
  readonly log10LR: number;
}

/** A calibration by pooled adjacent violators: blocks of rising score and strictly rising LR. */
export interface PavCalibration {
  readonly blocks: readonly PavBlock[];
  readonly related: number;
  readonly unrelated: number;
}

/**
 * Isotonic calibration of scores (higher means more related) by pooling adjacent violators (Ayer et al.
 * 1955; as likelihood ratios Brümmer & du Preez 2006): the monotone LRs that fit these cases best, for every
 * prior at once. The end blocks usually answer 0 and infinity, which no finite set supports: they are kept
 * as data, and must be bounded before any use in a case. Tied scores share a block.
 * @throws RangeError where a class is empty or a score is NaN.
 */
export function pavCalibration(related: readonly number[], unrelated: readonly number[]): PavCalibration {
  checkClasses(related, unrelated);
  const cases = [
    ...related.map((score) => ({ score, kin: 1 })),
    ...unrelated.map((score) => ({ score, kin: 0 })),
  ].sort((a, b) => (a.score === b.score ? 0 : a.score - b.score));
  const pools: { low: number; high: number; related: number; unrelated: number }[] = [];
  for (const { score, kin } of cases) {
    const last = pools.at(-1);
    if (last?.low === score) {
      last.related += kin;
      last.unrelated += 1 - kin;
    } else pools.push({ low: score, high: score, related: kin, unrelated: 1 - kin });
  }
  const pooled: typeof pools = [];
  for (const pool of pools) {
    let top = pool;
    for (let below = pooled.at(-1); below !== undefined && violates(below, top); below = pooled.at(-1)) {
      pooled.pop();
      top = {
        low: below.low,
        high: top.high,
        related: below.related + top.related,
        unrelated: below.unrelated + top.unrelated,
      };
    }
    pooled.push(top);
  }
  const log10Odds = Math.log10(unrelated.length / related.length);
  return {
    blocks: pooled.map((pool) => ({
      ...pool,
      log10LR: Math.log10(pool.related / pool.unrelated) + log10Odds,
    })),
    related: related.length,
    unrelated: unrelated.length,
  };
}

interface Counts {
  readonly related: number;
  readonly unrelated: number;
}

function violates(below: Counts, above: Counts): boolean {
  return below.related * above.unrelated >= above.related * below.unrelated;
}

/** log10 LR of a score: that of its block; between two blocks that of the one nearer to LR 1; beyond the
 *  ends that of the end block. @throws RangeError for NaN. */
export function pavLog10LR(calibration: PavCalibration, score: number): number {
  if (Number.isNaN(score)) throw new RangeError('the score is NaN');
  const { blocks } = calibration;
  const at = blocks.findIndex((block) => score <= block.high);
  if (at === -1) return blocks.at(-1)!.log10LR;
  const here = blocks[at]!.log10LR;
  const below = blocks[at - 1]?.log10LR;
  if (below === undefined || score >= blocks[at]!.low) return here;
  return Math.abs(below) < Math.abs(here) ? below : here;
}
