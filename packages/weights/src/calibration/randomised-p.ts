import type { JsonObject, TestOutcome } from '@filiation/evidence';
import {
  fisherCombine,
  type HomeCountBlock,
  type RandomStream,
  randomisedHomeCountP,
} from '@filiation/stats';

/**
 * p-value of an order test with ties between counts split at random: exactly uniform if and only if the
 * test is exact. Recomputed from the block sizes, counts and fibres that the finding carries. Tests that
 * state the two tails of their statistic themselves (`tailAtLeast`, `tailBeyond`) are read from those.
 *
 * @returns undefined where the outcome holds neither
 */
export function randomisedP(outcome: TestOutcome, random: RandomStream): number | undefined {
  const { blocks, tailAtLeast, tailBeyond } = outcome.facts ?? {};
  if (typeof tailAtLeast === 'number' && typeof tailBeyond === 'number')
    return tailBeyond + random.uniform() * (tailAtLeast - tailBeyond);
  if (!Array.isArray(blocks)) return undefined;
  const pools = new Map<string, { blocks: HomeCountBlock[]; hits: number }>();
  for (const fact of blocks as readonly JsonObject[]) {
    if (fact.kind !== 'home') continue;
    const key = String(fact.pool);
    const pool = pools.get(key) ?? { blocks: [], hits: 0 };
    const fibres = (fact.fibres as readonly (readonly [number, number])[]).flatMap(([size, count]) =>
      new Array<number>(count).fill(size),
    );
    pools.set(key, {
      blocks: [...pool.blocks, { n: Number(fact.size), fibres }],
      hits: pool.hits + Number(fact.count),
    });
  }
  if (pools.size === 0) return undefined;
  const ps = [...pools.values()].map((pool) =>
    Math.log10(Math.max(SMALLEST_P, randomisedHomeCountP(pool.blocks, pool.hits, random.uniform()))),
  );
  return ps.length === 1 ? 10 ** ps[0]! : 10 ** fisherCombine(ps);
}

/** A randomised p-value of zero has probability zero; rounding must not make one. */
const SMALLEST_P = 1e-300;
