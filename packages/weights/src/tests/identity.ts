import type { JsonObject, PartFinding, TestOutcome } from '@filiation/evidence';
import type { PairContext } from '../context.ts';
import { castText } from '../delta/casts.ts';
import { SAMPLED_ELEMENTS, type TensorMeasure, type TensorPass, tensorPass } from '../delta/tensor-pass.ts';
import type { WeightTest } from '../weight-test.ts';

/** Tensor by tensor: the same numbers, the same after a change of number type, or the same rounded to a
 *  few levels. */
export const identity: WeightTest = {
  card: {
    id: 'weights.identity',
    version: '1',
    title: 'Tensor equality',
    question: 'weights',
    asks: 'Are the weights of the two models the same numbers, or the same after a change of number format?',
    nullHypothesis: 'None is stated: equality is observed, not tested.',
    assumptions: ['The readers decode both files as their formats say.'],
    exactness: 'descriptive',
    blindTo: [
      'Any change of the numbers themselves, however small: see weights.delta.',
      'Copies whose units or channels were moved or rotated: see weights.match.',
    ],
    source: 'Comparison of float32 words; casts are IEEE 754 round to nearest, ties to even.',
  },
  async run(pair: PairContext): Promise<TestOutcome> {
    const pass = await tensorPass(pair);
    const { measures, pairing } = pass;
    const parameters = { sampledElementsPerTensor: SAMPLED_ELEMENTS, seed: pair.parameters.seed };
    if (measures.length === 0)
      return {
        status: 'not-testable',
        reason: 'No tensor of one model has the place and shape of one of the other.',
        alternatives: [],
        parameters,
        summary: 'The models have no tensors that can be compared place by place.',
      };
    const share = equalShare(measures);
    const facts = identityFacts(pass);
    return {
      status: 'tested',
      statistic: {
        name: 'share of parameters exactly equal',
        value: share,
        n: measures.reduce((sum, measure) => sum + measure.counts.elements, 0),
      },
      effect: { name: 'share of parameters exactly equal', value: share },
      parts: measures.map(part),
      alternatives: [
        { explanation: 'both parties hold the same public release', ruledOut: false },
        { explanation: 'parts frozen at a shared public initialisation', ruledOut: share > 0.5 },
      ],
      parameters,
      facts,
      figures: [
        {
          id: 'identity-table',
          kind: 'table',
          title: 'Tensors by kind of equality',
          caption: 'A tensor is counted once, in the first row that fits.',
          columns: ['equality', 'tensors'],
          rows: [
            ['bit for bit', facts.identicalTensors],
            ['after a change of number type', facts.castIdenticalTensors],
            ['after rounding to few levels', facts.requantisedTensors],
            ['not equal', facts.differentTensors],
            ['only in the reference', pairing.onlyInReference.length],
            ['only in the subject', pairing.onlyInSubject.length],
            ['of shapes that cannot be compared', pairing.incomparable.length],
          ],
        },
      ],
      summary: summary(pass, facts, share),
    };
  },
};

interface IdentityFacts extends JsonObject {
  readonly identicalTensors: number;
  readonly castIdenticalTensors: number;
  readonly requantisedTensors: number;
  readonly differentTensors: number;
  readonly comparedTensors: number;
  readonly onlyInReference: readonly string[];
  readonly onlyInSubject: readonly string[];
  readonly incomparable: readonly string[];
  readonly casts: readonly string[];
  readonly nonFinite: readonly string[];
  /** Every tensor of both models is equal, where it must be after a change of number type. */
  readonly allIdentical: boolean;
}

function identityFacts({ measures, pairing }: TensorPass): IdentityFacts {
  const identical = measures.filter((measure) => measure.identical);
  const cast = measures.filter((measure) => measure.cast !== undefined);
  const requantised = measures.filter(
    (measure) =>
      !measure.identical && measure.cast === undefined && measure.rounding.requantised !== undefined,
  );
  const equal = identical.length + cast.length;
  const outside = pairing.onlyInReference.length + pairing.onlyInSubject.length + pairing.incomparable.length;
  return {
    identicalTensors: identical.length,
    castIdenticalTensors: cast.length,
    requantisedTensors: requantised.length,
    differentTensors: measures.length - equal - requantised.length,
    comparedTensors: measures.length,
    onlyInReference: pairing.onlyInReference,
    onlyInSubject: pairing.onlyInSubject,
    incomparable: pairing.incomparable,
    casts: [...new Set(cast.map((measure) => castText(measure.cast!)))],
    nonFinite: measures.filter(hasNonFinite).map((measure) => measure.label),
    allIdentical:
      equal === measures.length &&
      outside === 0 &&
      pairing.layers.by === 'same-index' &&
      measures.every((measure) => measure.coversBoth) &&
      // Files of nothing but zeros or NaN are alike without being one model.
      measures.some((measure) => measure.counts.squaresReference > 0),
  };
}

/** Weighted by size, tensors that were sampled counted at their sampled share. */
function equalShare(measures: readonly TensorMeasure[]): number {
  let [equal, all] = [0, 0];
  for (const measure of measures) {
    equal += measure.equalShare * measure.correspondingElements;
    all += measure.correspondingElements;
  }
  return all === 0 ? 0 : equal / all;
}

function hasNonFinite(measure: TensorMeasure): boolean {
  return measure.counts.nonFiniteReference + measure.counts.nonFiniteSubject > 0;
}

function part(measure: TensorMeasure): PartFinding {
  const { counts, cast, rounding } = measure;
  const notes = [
    measure.identical ? 'identical' : cast === undefined ? undefined : `equal to ${castText(cast)}`,
    rounding.requantised === undefined
      ? undefined
      : `${(100 * rounding.requantised.share).toFixed(1)} % equal to the ${rounding.requantised.from} rounded to ${rounding.requantised.as}`,
    measure.complete ? undefined : `${counts.elements} of ${measure.correspondingElements} elements sampled`,
    hasNonFinite(measure)
      ? `not finite: ${counts.nonFiniteReference} in the reference, ${counts.nonFiniteSubject} in the subject; left out of sums`
      : undefined,
  ].filter((note) => note !== undefined);
  return {
    name: measure.label,
    statistic: { name: 'share exactly equal', value: measure.equalShare, n: counts.elements },
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
  };
}

function summary({ measures }: TensorPass, facts: IdentityFacts, share: number): string {
  const bad = facts.nonFinite.length;
  const caution =
    bad === 0 ? '' : ` ${bad} tensor${bad === 1 ? ' has' : 's have'} values that are not finite.`;
  if (facts.allIdentical && facts.castIdenticalTensors === 0)
    return `All ${measures.length} tensors are equal bit for bit.${caution}`;
  if (facts.allIdentical)
    return `All ${measures.length} tensors are equal, ${facts.castIdenticalTensors} after a change of number type (${facts.casts.join('; ')}).${caution}`;
  return (
    `${facts.identicalTensors} of ${measures.length} tensors are equal bit for bit, ` +
    `${facts.castIdenticalTensors} after a change of number type, ` +
    `${facts.requantisedTensors} after rounding to few levels; ` +
    `${(100 * share).toFixed(2)} % of compared parameters are exactly equal.${caution}`
  );
}
