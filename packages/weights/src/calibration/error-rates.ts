import type { WeightRelation } from '@filiation/evidence';
import {
  areaUnderCurve,
  familyBootstrap,
  randomStream,
  rocCurve,
  truePositiveRateAt,
} from '@filiation/stats';
import type { PairRelation } from '../tree/relations.ts';
import type { PairTruth } from './truth.ts';

/** One compared pair with its truth. */
export interface LabelledPair {
  readonly relation: PairRelation;
  readonly truth: PairTruth;
  readonly family: string;
}

export interface RateInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How well one primary test tells related (derived) pairs from independent ones, by -log10 p. */
export interface TestRates {
  readonly test: string;
  readonly related: number;
  readonly independent: number;
  readonly independentFamilies: number;
  readonly area: number;
  /** Receiver operating characteristic, ascending in the false positive rate. */
  readonly roc: readonly { readonly falsePositiveRate: number; readonly truePositiveRate: number }[];
  readonly sensitivityAt1Percent: RateInterval;
  readonly sensitivityAt01Percent: RateInterval;
  /** Share of independent pairs with p <= 0.01: at most 0.01 if the p-values are honest. */
  readonly falseAlarmsAtP01: number;
  /** p-values of the independent pairs, ascending: the quantile plot. */
  readonly independentP: readonly number[];
}

export interface ErrorRates {
  readonly schema: 'filiation.error-rates/1';
  readonly models: number;
  readonly pairs: Readonly<Record<PairTruth, number>>;
  /** Opinion by truth: counts. */
  readonly opinions: Readonly<Record<PairTruth, Readonly<Partial<Record<WeightRelation, number>>>>>;
  /** Pairs whose opinion is not what their truth asks for. */
  readonly wrong: readonly {
    readonly a: string;
    readonly b: string;
    readonly truth: PairTruth;
    readonly opinion: WeightRelation;
  }[];
  readonly tests: readonly TestRates[];
}

/** Opinions that a truth allows; an identical pair is derived as well. */
const RIGHT: Readonly<Record<PairTruth, readonly WeightRelation[]>> = {
  derived: ['derived', 'identical'],
  'shared-initialisation': ['shared-initialisation'],
  independent: ['no-evidence'],
};

const TRUTHS: readonly PairTruth[] = ['derived', 'shared-initialisation', 'independent'];

/** Error rates of the tests and of the opinion on pairs of known parentage. */
export function errorRates(pairs: readonly LabelledPair[], seed: string): ErrorRates {
  const of = (truth: PairTruth) => pairs.filter((pair) => pair.truth === truth);
  const tests = [...new Set(pairs.flatMap((pair) => pair.relation.primary.map((entry) => entry.test)))];
  return {
    schema: 'filiation.error-rates/1',
    models: new Set(pairs.flatMap((pair) => [pair.relation.a, pair.relation.b])).size,
    pairs: byTruth((truth) => of(truth).length),
    opinions: byTruth((truth) => countOpinions(of(truth))),
    wrong: pairs
      .filter((pair) => !RIGHT[pair.truth].includes(pair.relation.relation))
      .map(({ relation, truth }) => ({ a: relation.a, b: relation.b, truth, opinion: relation.relation })),
    tests: tests.flatMap((test) => testRates(test, pairs, seed)),
  };
}

function byTruth<T>(make: (truth: PairTruth) => T): Record<PairTruth, T> {
  return Object.fromEntries(TRUTHS.map((truth) => [truth, make(truth)])) as Record<PairTruth, T>;
}

function countOpinions(pairs: readonly LabelledPair[]): Partial<Record<WeightRelation, number>> {
  const counts: Partial<Record<WeightRelation, number>> = {};
  for (const { relation } of pairs) counts[relation.relation] = (counts[relation.relation] ?? 0) + 1;
  return counts;
}

interface ScoredPair {
  readonly score: number;
  readonly related: boolean;
  readonly family: string;
}

function testRates(test: string, pairs: readonly LabelledPair[], seed: string): TestRates[] {
  const scored = pairs.flatMap((pair): ScoredPair[] => {
    const entry = pair.relation.primary.find((result) => result.test === test);
    if (entry === undefined || pair.truth === 'shared-initialisation') return [];
    return [{ score: -entry.log10P, related: pair.truth === 'derived', family: pair.family }];
  });
  const related = scored.filter((entry) => entry.related);
  const independent = scored.filter((entry) => !entry.related);
  if (related.length === 0 || independent.length === 0) return [];
  const scores = (entries: readonly ScoredPair[]) => entries.map((entry) => entry.score);
  const sensitivity = (limit: number): RateInterval => {
    const { value, low, high } = familyBootstrap(
      scored,
      (entry) => entry.family,
      (drawn) => {
        const positives = scores(drawn.filter((entry) => entry.related));
        const negatives = scores(drawn.filter((entry) => !entry.related));
        if (positives.length === 0 || negatives.length === 0) return Number.NaN;
        return truePositiveRateAt(positives, negatives, limit).truePositiveRate;
      },
      { random: randomStream(`${seed}/${test}/${limit}`), resamples: 1000 },
    );
    return { value, low, high };
  };
  const independentP = independent.map((entry) => 10 ** -entry.score).sort((a, b) => a - b);
  return [
    {
      test,
      related: related.length,
      independent: independent.length,
      independentFamilies: new Set(independent.map((entry) => entry.family)).size,
      area: areaUnderCurve(scores(related), scores(independent)),
      roc: rocCurve(scores(related), scores(independent)).map(({ falsePositiveRate, truePositiveRate }) => ({
        falsePositiveRate,
        truePositiveRate,
      })),
      sensitivityAt1Percent: sensitivity(0.01),
      sensitivityAt01Percent: sensitivity(0.001),
      falseAlarmsAtP01: independentP.filter((p) => p <= 0.01).length / independentP.length,
      independentP,
    },
  ];
}
