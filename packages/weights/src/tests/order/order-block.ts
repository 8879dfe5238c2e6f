import {
  fisherCombine,
  type HomeCountBlock,
  homeCountTail,
  increasingSubsequenceBound,
  longestIncreasingSubsequence,
  mutualNearest,
  nearestRows,
  type RandomStream,
} from '@filiation/stats';
import { type Matrix, row } from '../../matrix.ts';

/** What one independently shuffled set of things (units of a layer, heads, channels) shows. */
export interface OrderBlock {
  /** Blocks of one name are reported as one part. */
  readonly name: string;
  /** `home`: equal sizes, count of sources mapped to their own index. `increasing`: sizes differ, length
   *  of the longest run of mutual matches that keeps A's order. */
  readonly kind: 'home' | 'increasing';
  /** Sources of A looked at. */
  readonly sources: number;
  /** Things of B they could be mapped to. */
  readonly size: number;
  /** Hits for `home`, length kept in order for `increasing`. */
  readonly count: number;
  /** Of how many: sources for `home`, mutual matches for `increasing`. */
  readonly of: number;
  /** How many sources each target received, for `home`. */
  readonly fibres: readonly number[];
  readonly meanBest: number;
  /** Mean gap between the best and the second best similarity of a source. */
  readonly meanLead: number;
  /** Mutual choices as a share of the most that could be. */
  readonly mutualRate: number;
}

/** How a map sits with respect to order, without the figures that describe the map itself. */
export type Placement = Pick<OrderBlock, 'kind' | 'sources' | 'size' | 'count' | 'of' | 'fibres'>;

/**
 * Maps each source (row) to its most similar thing of B (column), ties by the seed, and asks how the map
 * sits with respect to order. Row i belongs to A's index `own[i]`, ascending, out of `sizeA`. Nothing here
 * looks at B's order before the map is made, which is all that exactness needs.
 */
export function placement(
  similarity: Matrix,
  own: Int32Array,
  sizeA: number,
  random: RandomStream,
): Placement {
  const { rows, columns, data } = similarity;
  const common = { sources: rows, size: columns };
  if (sizeA !== columns) {
    const matched = mutualNearest(data, rows, columns, random).filter((column) => column >= 0);
    const count = longestIncreasingSubsequence(matched);
    return { ...common, kind: 'increasing', count, of: matched.length, fibres: [] };
  }
  const target = nearestRows(data, rows, columns, random);
  const received = new Map<number, number>();
  for (const column of target) received.set(column, (received.get(column) ?? 0) + 1);
  const fibres = [...received.values()].sort((a, b) => b - a);
  const count = target.reduce((sum, column, i) => sum + (column === own[i] ? 1 : 0), 0);
  return { ...common, kind: 'home', count, of: rows, fibres };
}

/** `placement` with what describes the map: how similar, how far ahead, how often mutual. */
export function orderBlock(
  name: string,
  similarity: Matrix,
  own: Int32Array,
  sizeA: number,
  random: RandomStream,
): OrderBlock {
  const { rows, columns, data } = similarity;
  const placed = placement(similarity, own, sizeA, random);
  const mutual = mutualNearest(data, rows, columns, random);
  const { best, lead } = leads(similarity);
  return {
    ...placed,
    name,
    meanBest: best,
    meanLead: lead,
    mutualRate: mutual.filter((column) => column >= 0).length / Math.max(1, Math.min(rows, columns)),
  };
}

/** The blocks that count units at home, as the exact tail wants them. */
export function homeBlocks(blocks: readonly Placement[]): HomeCountBlock[] {
  return blocks.filter((block) => block.kind === 'home').map(({ size, fibres }) => ({ n: size, fibres }));
}

/** log10 p over blocks whose orders are independent: one exact total for all home counts, then Fisher with
 *  the bounds of the others. */
export function combineBlocks(blocks: readonly Placement[]): number {
  const home = blocks.filter((block) => block.kind === 'home');
  const ps = blocks
    .filter((block) => block.kind === 'increasing')
    .map((block) => increasingSubsequenceBound(block.of, block.count));
  if (home.length > 0) {
    const hits = home.reduce((sum, block) => sum + block.count, 0);
    ps.push(homeCountTail(homeBlocks(home), hits));
  }
  return ps.length === 1 ? ps[0]! : fisherCombine(ps);
}

/** Means over sources of the best similarity and of its lead over the second best. */
function leads(similarity: Matrix): { best: number; lead: number } {
  let best = 0;
  let lead = 0;
  for (let i = 0; i < similarity.rows; i++) {
    let first = Number.NEGATIVE_INFINITY;
    let second = Number.NEGATIVE_INFINITY;
    const values = row(similarity, i);
    for (let j = 0; j < values.length; j++) {
      const value = values[j]!;
      if (value > first) {
        second = first;
        first = value;
      } else if (value > second) second = value;
    }
    if (Number.isFinite(first)) best += first;
    if (Number.isFinite(second)) lead += first - second;
  }
  const n = Math.max(1, similarity.rows);
  return { best: best / n, lead: lead / n };
}
