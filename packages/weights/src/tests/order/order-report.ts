import type { CountsAgainstNullFigure, JsonObject, PartFinding } from '@filiation/evidence';
import { homeCountPmf, homeCountTail } from '@filiation/stats';
import { combineBlocks, homeBlocks, type OrderBlock } from './order-block.ts';

/** Blocks of one name: one layer, as a rule. */
export function groupByName(blocks: readonly OrderBlock[]): Map<string, OrderBlock[]> {
  const groups = new Map<string, OrderBlock[]>();
  for (const block of blocks) {
    const held = groups.get(block.name);
    if (held === undefined) groups.set(block.name, [block]);
    else held.push(block);
  }
  return groups;
}

export function orderParts(blocks: readonly OrderBlock[], things: string): PartFinding[] {
  return [...groupByName(blocks)].map(([name, group]) => {
    const { count, of } = totals(group);
    return {
      name,
      statistic: { name: statisticName(group, things), value: count, n: of },
      log10P: combineBlocks(group),
      effect: { name: 'mean best similarity', value: average(group, (block) => block.meanBest) },
      note: `${percent(average(group, (block) => block.mutualRate))} of possible matches are mutual; the best partner leads the second by ${average(group, (block) => block.meanLead).toFixed(3)} on average`,
    };
  });
}

/** Everything another party needs to compute the p-value again, and what opinions and views read. */
export function orderFacts(
  pools: readonly { readonly things: string; readonly blocks: readonly OrderBlock[] }[],
): JsonObject {
  const blocks = pools.flatMap((pool) => pool.blocks);
  return {
    mutualMatchRate: average(blocks, (block) => block.mutualRate),
    // If all similarities were independent draws, this share of the possible matches would be mutual.
    mutualMatchRateByChance: average(
      blocks,
      ({ size, sources }) => Math.max(size, sources) / (size + sources - 1),
    ),
    meanBestSimilarity: average(blocks, (block) => block.meanBest),
    meanLead: average(blocks, (block) => block.meanLead),
    blocks: pools.flatMap(({ things, blocks: pooled }) =>
      pooled.map((block) => ({
        pool: things,
        name: block.name,
        kind: block.kind,
        size: block.size,
        sources: block.sources,
        count: block.count,
        of: block.of,
        fibres: histogram(block.fibres),
      })),
    ),
  };
}

/** Units at home in each part beside their exact distribution under the null, averaged over the parts. */
export function countsFigure(
  id: string,
  things: string,
  blocks: readonly OrderBlock[],
): CountsAgainstNullFigure | undefined {
  const groups = [...groupByName(blocks.filter((block) => block.kind === 'home'))];
  if (groups.length === 0) return undefined;
  const mean = Math.max(...groups.map(([, group]) => expected(group)));
  const last = Math.ceil(mean + 6 * Math.sqrt(mean) + 4);
  const probability = new Float64Array(last + 1);
  for (const [, group] of groups)
    nullCounts(group, last).forEach((value, count) => {
      probability[count]! += value / groups.length;
    });
  return {
    kind: 'counts-against-null',
    id,
    title: `${things[0]!.toUpperCase()}${things.slice(1)} at home`,
    caption: `Each set of ${things} holds about one at home when the models are independent, whatever its size. Counts far to the right of the curve share an order that only common weights explain.`,
    unit: `${things} at home`,
    observed: groups.map(([label, group]) => ({ label, ...totals(group) })),
    nullProbability: Array.from(probability, (value, count) => ({ count, probability: value })),
  };
}

export function totals(blocks: readonly OrderBlock[]): { count: number; of: number } {
  let count = 0;
  let of = 0;
  for (const block of blocks) {
    count += block.count;
    of += block.of;
  }
  return { count, of };
}

/** log10 of the smallest p-value that home counts of these sizes could have given. */
export function smallestLog10P(blocks: readonly OrderBlock[]): number {
  const home = blocks.filter((block) => block.kind === 'home');
  const perfect = home.map(({ size, sources }) => ({ n: size, fibres: new Array<number>(sources).fill(1) }));
  return homeCountTail(
    perfect,
    home.reduce((sum, block) => sum + block.sources, 0),
  );
}

export function statisticName(blocks: readonly OrderBlock[], things: string): string {
  return blocks.some((block) => block.kind === 'home') ? `${things} at home` : `matched ${things} in order`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

export function rounded(value: number): number {
  return Number(value.toFixed(6));
}

/** Mean over blocks, weighted by sources, rounded for the record. */
export function average(blocks: readonly OrderBlock[], value: (block: OrderBlock) => number): number {
  let sum = 0;
  let weight = 0;
  for (const block of blocks) {
    sum += value(block) * block.sources;
    weight += block.sources;
  }
  return rounded(weight === 0 ? 0 : sum / weight);
}

function expected(blocks: readonly OrderBlock[]): number {
  return blocks.reduce((sum, { sources, size }) => sum + sources / size, 0);
}

/** P(total hits = 0 … last) of a part, linear scale. */
function nullCounts(blocks: readonly OrderBlock[], last: number): Float64Array {
  let held = Float64Array.from({ length: last + 1 }, (_, count) => (count === 0 ? 1 : 0));
  for (const block of homeBlocks(blocks)) {
    const pmf = homeCountPmf(block, last).map(Math.exp);
    const next = new Float64Array(last + 1);
    for (let i = 0; i <= last; i++) for (let j = 0; i + j <= last; j++) next[i + j]! += held[i]! * pmf[j]!;
    held = next;
  }
  return held;
}

/** [fibre size, how many targets have it], largest first. */
function histogram(fibres: readonly number[]): number[][] {
  const counts = new Map<number, number>();
  for (const size of fibres) counts.set(size, (counts.get(size) ?? 0) + 1);
  return [...counts].sort((a, b) => b[0] - a[0]);
}
