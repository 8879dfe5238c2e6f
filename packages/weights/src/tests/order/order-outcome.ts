import type { FigureData, TestOutcome } from '@filiation/evidence';
import { fisherCombine } from '@filiation/stats';
import { combineBlocks, type OrderBlock } from './order-block.ts';
import {
  average,
  countsFigure,
  orderFacts,
  orderParts,
  percent,
  rounded,
  smallestLog10P,
  statisticName,
  totals,
} from './order-report.ts';

/** Blocks that are counted together, named for people. */
export interface OrderPool {
  /** Plural: `units`, `heads`, `channels`. */
  readonly things: string;
  /** How many layers the blocks come from; 0 where they come from none. */
  readonly layers: number;
  readonly blocks: readonly OrderBlock[];
}

/** Independent models were never seen to have a mean lead of the best over the second best partner this
 *  large (below 0.04 on the trained examples). */
const CLEAR_LEAD = 0.2;
/** From here on a summary speaks of chance as excluded. */
const EXCLUDED_LOG10P = -6;
const NOTABLE_LOG10P = -2;

/** log10 p of pools whose shuffles are independent of each other. */
export function combinePools(pools: readonly OrderPool[]): number {
  const ps = pools.map(({ blocks }) => combineBlocks(blocks));
  return ps.length === 1 ? ps[0]! : fisherCombine(ps);
}

/** The part of an outcome that all order tests share; at least one pool, none of them empty. */
export function describeOrder(
  id: string,
  pools: readonly OrderPool[],
): Omit<TestOutcome, 'alternatives' | 'parameters'> & { log10P: number } {
  const log10P = combinePools(pools);
  const counted = pools.map(({ things, layers, blocks }) => ({
    layers,
    name: statisticName(blocks, things),
    ...totals(ofOneKind(blocks)),
  }));
  const [first] = counted as [(typeof counted)[number]];
  const figures = pools
    .map(({ things, blocks }): FigureData | undefined =>
      countsFigure(`${id}.${things.replaceAll(' ', '-')}`, things, blocks),
    )
    .filter((figure) => figure !== undefined);
  return {
    status: 'tested',
    statistic: { name: first.name, value: first.count, n: first.of },
    log10P,
    effect: { name: `share of ${first.name}`, value: rounded(first.of === 0 ? 0 : first.count / first.of) },
    parts: pools.flatMap(({ things, blocks }) => orderParts(blocks, things)),
    figures,
    facts: { ...orderFacts(pools), smallestLog10P: rounded(smallestOfPools(pools)) },
    summary: summarise(pools, counted, log10P),
  };
}

/** Home counts where there are any, else matched orders: the two are never added up. */
function ofOneKind(blocks: readonly OrderBlock[]): readonly OrderBlock[] {
  const home = blocks.filter((block) => block.kind === 'home');
  return home.length > 0 ? home : blocks;
}

function smallestOfPools(pools: readonly OrderPool[]): number {
  const ps = pools.map(({ blocks }) => smallestLog10P(blocks));
  return ps.length === 1 ? ps[0]! : fisherCombine(ps);
}

function summarise(
  pools: readonly OrderPool[],
  counted: readonly { name: string; count: number; of: number; layers: number }[],
  log10P: number,
): string {
  const seen = counted
    .map(
      ({ name, count, of, layers }) => `${count} of ${of} ${name}${layers > 1 ? ` in ${layers} layers` : ''}`,
    )
    .join(', ');
  const text = `${seen[0]!.toUpperCase()}${seen.slice(1)}`;
  if (log10P <= EXCLUDED_LOG10P)
    return `${text}; independent models would show as many with probability below 10^${Math.ceil(log10P)}.`;
  const p = (10 ** log10P).toPrecision(2);
  if (log10P <= NOTABLE_LOG10P)
    return `${text}; independent models would show as many with probability ${p}.`;
  const disguised = pools.filter(({ blocks }) => clearButElsewhere(blocks)).map(({ things }) => things);
  if (disguised.length === 0) return `${text}, as independent models would show (p = ${p}).`;
  const share = percent(
    average(
      pools.flatMap(({ blocks }) => blocks),
      (block) => block.mutualRate,
    ),
  );
  return `${text} (p = ${p}), yet ${share} of possible matches are mutual and clear: a sign of a copy whose ${disguised.join(' and ')} were shuffled.`;
}

function clearButElsewhere(blocks: readonly OrderBlock[]): boolean {
  const { count, of } = totals(blocks);
  const lead = average(blocks, (block) => block.meanLead);
  return lead >= CLEAR_LEAD && average(blocks, (block) => block.mutualRate) >= 0.5 && count < 0.5 * of;
}
