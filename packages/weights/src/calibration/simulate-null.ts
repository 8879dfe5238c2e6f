import { kolmogorovSmirnovUniform, randomStream } from '@filiation/stats';
import type { MatrixKernel } from '../kernel/kernel.ts';
import { pairContext } from '../pair.ts';
import { WEIGHT_TESTS } from '../registry.ts';
import type { WeightTest } from '../weight-test.ts';
import { exchangeableModel } from './exchangeable-model.ts';
import { randomisedP } from './randomised-p.ts';

/** One exact test on many simulated independent pairs. */
export interface SimulatedNull {
  readonly test: string;
  readonly pairs: number;
  /** Randomised p-values, ascending: uniform if and only if the test is exact. */
  readonly randomisedP: readonly number[];
  /** Kolmogorov–Smirnov distance from uniform and log10 of its p-value. */
  readonly distance: number;
  readonly log10P: number;
  /** Share of reported (not randomised) p-values at most 0.05 and 0.01: must not exceed them. */
  readonly reportedAt05: number;
  readonly reportedAt01: number;
}

export interface SimulateInput {
  readonly pairs: number;
  readonly seed: string;
  readonly kernel: MatrixKernel;
  /** Tests to run; the registered exact ones where absent. */
  readonly tests?: readonly WeightTest[];
  readonly permutations?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Runs the exact tests on pairs that are independent by construction. */
export async function simulateNull(input: SimulateInput): Promise<SimulatedNull[]> {
  const tests = input.tests ?? WEIGHT_TESTS.filter((test) => test.card.exactness === 'exact');
  const coin = randomStream(`${input.seed}/randomised-p`);
  const reported = tests.map((): number[] => []);
  const randomised = tests.map((): number[] => []);
  for (let i = 0; i < input.pairs; i++) {
    input.onProgress?.(i, input.pairs);
    const random = randomStream(`${input.seed}/pair/${i}`);
    const pair = pairContext({
      reference: exchangeableModel('reference', random),
      subject: exchangeableModel('subject', random),
      kernel: input.kernel,
      parameters: { seed: `${input.seed}/${i}`, permutations: input.permutations ?? 199 },
    });
    for (const [t, test] of tests.entries()) {
      const outcome = await test.run(pair);
      const p = randomisedP(outcome, coin);
      if (outcome.log10P === undefined || p === undefined)
        throw new TypeError(`${test.card.id} was not tested on a simulated pair: ${outcome.reason ?? ''}`);
      reported[t]!.push(10 ** outcome.log10P);
      randomised[t]!.push(p);
    }
  }
  return tests.map((test, t) => {
    const uniform = kolmogorovSmirnovUniform(randomised[t]!);
    const share = (limit: number) => reported[t]!.filter((p) => p <= limit).length / input.pairs;
    return {
      test: test.card.id,
      pairs: input.pairs,
      randomisedP: [...randomised[t]!].sort((a, b) => a - b),
      distance: uniform.statistic,
      log10P: uniform.log10P,
      reportedAt05: share(0.05),
      reportedAt01: share(0.01),
    };
  });
}
