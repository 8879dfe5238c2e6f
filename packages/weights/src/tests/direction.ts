import type { DescentDirection, TestOutcome } from '@filiation/evidence';
import type { PairContext } from '../context.ts';
import { kinInPlace } from '../delta/change.ts';
import { type DirectionSign, tensorSigns } from '../delta/direction-signs.ts';
import { hubSigns } from '../delta/low-rank-hub.ts';
import { tensorPass } from '../delta/tensor-pass.ts';
import type { WeightTest } from '../weight-test.ts';

/** Which of two kin came first, where something was lost that could not be guessed back. */
export const direction: WeightTest = {
  card: {
    id: 'weights.direction',
    version: '1',
    title: 'Direction of descent',
    question: 'weights',
    asks: 'If one model descends from the other, does anything in the weights say which came first?',
    nullHypothesis: 'None is stated: without one-way evidence the direction is undetermined.',
    assumptions: [
      'Nobody re-created lost digits, zeroed values, dropped layers or units so as to reverse the order.',
      'No third model is the parent of both.',
    ],
    exactness: 'descriptive',
    blindTo: [
      'Further training of all weights, which leaves no order behind.',
      'A common parent: one-way evidence between two of its children still reads as descent.',
    ],
    source:
      'Loss of information by rounding, zeroing and cutting; hubs of low-rank change after Horwitz et al. 2025, arXiv 2405.18432, without its kurtosis rule, whose sign depends on the stage of training.',
  },
  async run(pair: PairContext): Promise<TestOutcome> {
    const pass = await tensorPass(pair);
    const kin = kinInPlace(pass.measures);
    const signs = kin ? [...tensorSigns(pair, pass), ...(await hubSigns(pair))] : [];
    const decided = decide(signs);
    return {
      status: 'tested',
      alternatives: [
        { explanation: 'both descend from a third model, and only one was cut or rounded', ruledOut: false },
      ],
      parameters: { seed: pair.parameters.seed },
      facts: {
        direction: decided,
        reasons: signs.map((sign) => sign.text),
        signs: signs.map(({ kind, direction: points, strength, text }) => ({
          kind,
          direction: points,
          strength,
          text,
        })),
      },
      figures:
        signs.length === 0
          ? []
          : [
              {
                kind: 'table',
                id: 'direction-signs',
                title: 'Signs of direction',
                caption: 'One-way signs decide when none contradicts; indications never do.',
                columns: ['observation', 'fits', 'strength'],
                rows: signs.map((sign) => [sign.text, sign.direction, sign.strength]),
              },
            ],
      summary: summary(kin, signs, decided),
    };
  },
};

/** One-way signs decide where every sign, indications included, points the same way. */
export function decide(signs: readonly DirectionSign[]): DescentDirection {
  const oneWay = signs.find(({ strength }) => strength === 'one-way');
  if (oneWay === undefined) return 'undetermined';
  return signs.every((sign) => sign.direction === oneWay.direction) ? oneWay.direction : 'undetermined';
}

function summary(kin: boolean, signs: readonly DirectionSign[], decided: DescentDirection): string {
  if (!kin) return 'The tensors do not resemble each other in place; no direction can be read from them.';
  if (decided !== 'undetermined')
    return `If one descends from the other, the ${decided === 'reference-to-subject' ? 'reference' : 'subject'} came first: ${signs.map(({ text }) => text).join('; ')}.`;
  if (signs.some(({ strength }) => strength === 'one-way'))
    return 'The direction is undetermined: the signs contradict each other.';
  return signs.length === 0
    ? 'The direction is undetermined: nothing in the weights is one-way.'
    : `The direction is undetermined; indications only: ${signs.map(({ text }) => text).join('; ')}.`;
}
