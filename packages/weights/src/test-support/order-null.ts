import type { JsonObject, TestOutcome } from '@filiation/evidence';
import {
  fisherCombine,
  type HomeCountBlock,
  kolmogorovSmirnovUniform,
  type RandomStream,
  randomisedHomeCountP,
  randomStream,
} from '@filiation/stats';
import { plainKernel } from '../kernel/plain.ts';
import { pairContext } from '../pair.ts';
import type { WeightTest } from '../weight-test.ts';
import { type ExchangeableShape, exchangeableModel } from './exchangeable-models.ts';

/** What a test reported over many independent pairs. */
export interface NullRun {
  readonly log10Ps: readonly number[];
  /** Exactly uniform where the test is exact: ties between counts split at random. */
  readonly randomised: readonly number[];
}

/** Runs a test on independent simulated pairs, and recomputes randomised p-values from its facts. */
export async function runUnderNull(
  test: WeightTest,
  pairs: number,
  shape: Partial<ExchangeableShape>,
  options: {
    readonly subject?: Partial<ExchangeableShape>;
    readonly poolOf?: (block: string) => string;
  } = {},
): Promise<NullRun> {
  const { subject = shape, poolOf = () => 'all' } = options;
  const random = randomStream(`${test.card.id}/null`);
  const kernel = plainKernel();
  const log10Ps: number[] = [];
  const randomised: number[] = [];
  for (let t = 0; t < pairs; t++) {
    const pair = pairContext({
      reference: exchangeableModel('a', random, shape),
      subject: exchangeableModel('b', random, subject),
      kernel,
      parameters: { seed: `${t}`, unitsPerLayer: 20 },
    });
    const outcome = await test.run(pair);
    log10Ps.push(outcome.log10P!);
    randomised.push(randomisedP(outcome, random, poolOf));
  }
  return { log10Ps, randomised };
}

/** log10 p of the test that the randomised p-values are uniform. */
export function uniformity(run: NullRun): number {
  return kolmogorovSmirnovUniform(run.randomised).log10P;
}

/** Largest excess of P(p <= alpha) over alpha, in standard errors: small where p-values are valid. */
export function worstExcess(run: NullRun): number {
  const n = run.log10Ps.length;
  return Math.max(
    ...[0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7].map((alpha) => {
      const share = run.log10Ps.filter((value) => value <= Math.log10(alpha)).length / n;
      return (share - alpha) / Math.sqrt((alpha * (1 - alpha)) / n);
    }),
  );
}

function randomisedP(
  outcome: TestOutcome,
  random: RandomStream,
  poolOf: (blockName: string) => string,
): number {
  const pools = new Map<string, { blocks: HomeCountBlock[]; hits: number }>();
  const facts = (outcome.facts?.blocks ?? []) as unknown as readonly JsonObject[];
  for (const fact of facts) {
    if (fact.kind !== 'home') continue;
    const key = poolOf(String(fact.name));
    const pool = pools.get(key) ?? { blocks: [], hits: 0 };
    const fibres = (fact.fibres as number[][]).flatMap(([size, count]) =>
      new Array<number>(count!).fill(size!),
    );
    pool.blocks.push({ n: Number(fact.size), fibres });
    pools.set(key, { blocks: pool.blocks, hits: pool.hits + Number(fact.count) });
  }
  const ps = [...pools.values()].map(({ blocks, hits }) =>
    Math.log10(Math.max(1e-300, randomisedHomeCountP(blocks, hits, random.uniform()))),
  );
  return 10 ** fisherCombine(ps);
}
