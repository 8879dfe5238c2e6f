import { kolmogorovSmirnovUniform, randomStream } from '@filiation/stats';
import { type ExchangeableShape, exchangeableModel } from '../calibration/exchangeable-model.ts';
import { randomisedP } from '../calibration/randomised-p.ts';
import { plainKernel } from '../kernel/plain.ts';
import { pairContext } from '../pair.ts';
import type { WeightTest } from '../weight-test.ts';

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
  options: { readonly subject?: Partial<ExchangeableShape> } = {},
): Promise<NullRun> {
  const { subject = shape } = options;
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
    const p = randomisedP(outcome, random);
    if (p !== undefined) randomised.push(p);
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
