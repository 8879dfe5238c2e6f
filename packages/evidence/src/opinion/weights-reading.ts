import type { WeightOpinion } from '../opinion.ts';
import type { OpinionAlternative, OpinionReading } from './case-opinion.ts';
import type { NumberedFinding } from './sorting.ts';

/** Passed on from the rule of the weight tests to the opinion of a case: what was done to the weights,
 *  which came first, whether only the initial weights are shared, and what else could explain it. */
export function readingOfWeights(
  opinion: WeightOpinion,
  findings: readonly NumberedFinding[],
): OpinionReading {
  const { rule } = opinion;
  const numberOf = (test: string | undefined): string | undefined =>
    findings.find(({ finding }) => finding.test.id === test && finding.status === 'tested')?.number;
  return {
    by: typeof rule.id === 'string' ? rule.id : 'weights-opinion',
    sentence: opinion.sentence,
    ...(opinion.relation === 'shared-initialisation'
      ? {
          third: {
            explanation:
              'both models began from the same initial weights and were trained apart: what each learned is not shared',
            by: 'weights.learned-structure',
          },
        }
      : {}),
    details: [
      ...opinion.mechanisms.map(({ name, detail, by }) => ({ name, text: detail, by })),
      ...(opinion.direction === 'undetermined'
        ? []
        : [
            {
              name: 'direction',
              text: `${opinion.direction === 'reference-to-subject' ? 'the reference came first' : 'the subject came first'}: ${opinion.directionReason}`,
              by: 'weights.direction',
            },
          ]),
    ],
    alternatives: opinion.alternatives.map((each): OpinionAlternative => {
      const number = numberOf(each.by);
      const ruledOut = each.ruledOut && (each.by === undefined || number !== undefined);
      return {
        explanation: each.explanation,
        ruledOut,
        ...(each.by === undefined ? {} : { by: each.by }),
        ...(number === undefined ? {} : { finding: number }),
      };
    }),
    ...(opinion.detectable === undefined ? {} : { detectable: opinion.detectable }),
  };
}
