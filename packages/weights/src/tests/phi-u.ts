import type { PartFinding, TestCard, TestOutcome } from '@filiation/evidence';
import { assign, fisherCombine, LN10, log10StudentTail, logFactorial, spearman } from '@filiation/stats';
import type { PairContext } from '../context.ts';
import type { WeightTest } from '../weight-test.ts';
import { type MlpPlace, mlpPlaces } from './order/mlp-places.ts';
import { ORDER_ALTERNATIVES, ORDER_ASSUMPTIONS } from './order/order-card.ts';
import { rounded } from './order/order-report.ts';
import { similarityToAll, unitRows } from './order/unit-rows.ts';

/** Student's t needs some degrees of freedom to be close. */
const LEAST_UNITS = 8;

const card: TestCard = {
  id: 'weights.phi-u',
  version: '1',
  title: 'Matched up projections (published comparison)',
  question: 'weights',
  asks: 'Matched one-to-one by their up-projection weights, do the hidden units of the two models keep their ranks?',
  nullHypothesis:
    'B was initialised and trained independently of A, so in every layer the matching is a uniformly random permutation.',
  assumptions: [
    ...ORDER_ASSUMPTIONS,
    'Student’s t stands for the permutation distribution of the rank correlation: asymptotic, hence "calibrated"; never below one in m! for m matched units.',
  ],
  exactness: 'calibrated',
  blindTo: [
    'hidden units that were shuffled after copying',
    'a residual stream that was permuted or rotated after copying',
    'training on outputs (distillation) from a fresh initialisation',
  ],
  source:
    'phi_U of Zhu, Ahmed, Kuditipudi and Liang, "Independence Tests for Language Models" (2025), one-sided, on a sample of units.',
};

/** Assignment of sampled units of A to units of B by cosine, Spearman's correlation of the indices, Fisher
 *  over layers: the published test, for comparison beside `weights.neuron-order`. */
export const phiU: WeightTest = { card, run };

async function run(pair: PairContext): Promise<TestOutcome> {
  const { unitsPerLayer, seed } = pair.parameters;
  const { places, reason, layers } = await mlpPlaces(pair, 'mlp-up');
  const parameters = { seed, unitsPerLayer, referenceLayers: layers };
  const parts: PartFinding[] = [];
  for (const [index, place] of places.entries()) {
    pair.progress(place.name, index / places.length);
    const part = await comparePlace(pair, place);
    if (part !== undefined) parts.push(part);
  }
  if (parts.length === 0) {
    const why = places.length === 0 ? reason : `no layer has ${LEAST_UNITS} units to match`;
    return {
      status: 'not-testable',
      reason: why,
      alternatives: [],
      parameters,
      summary: `Not testable: ${why}.`,
    };
  }
  const log10P = fisherCombine(parts.map((part) => part.log10P!));
  const matched = parts.reduce((sum, part) => sum + part.statistic!.n, 0);
  const mean = parts.reduce((sum, part) => sum + part.statistic!.value * part.statistic!.n, 0) / matched;
  return {
    status: 'tested',
    statistic: { name: 'mean rank correlation', value: rounded(mean), n: matched },
    log10P,
    effect: { name: 'mean rank correlation', value: rounded(mean) },
    parts,
    alternatives: ORDER_ALTERNATIVES,
    parameters,
    summary: `Units matched by up projection keep their ranks with correlation ${mean.toFixed(3)} over ${parts.length} layers (log10 p = ${log10P.toFixed(1)}).`,
  };
}

async function comparePlace(pair: PairContext, place: MlpPlace): Promise<PartFinding | undefined> {
  const random = pair.random(`${card.id}/${place.name}`);
  // Rows as stored: the published statistic does not fold the norm's gain.
  const reference = { ...place.reference, gain: undefined };
  const subject = { ...place.subject, gain: undefined };
  const most = Math.min(pair.parameters.unitsPerLayer, subject.tensor.rows);
  const own = random.sample(reference.tensor.rows, most);
  if (own.length < LEAST_UNITS) return undefined;
  const units = await unitRows(reference, own);
  const { data, columns } = await similarityToAll(pair, units, subject);
  // Equal costs (dead units cost nothing anywhere) would be settled by position: shuffle B's units first.
  const shuffle = random.permutation(columns);
  const cost = new Float32Array(data.length);
  for (let i = 0, at = 0; i < own.length; i++)
    for (let j = 0; j < columns; j++, at++) cost[at] = -data[i * columns + shuffle[j]!]!;
  const partner = assign(cost, own.length, columns).map((column) => shuffle[column]!);
  const cosine = partner.reduce((sum, column, i) => sum + data[i * columns + column]!, 0) / own.length;
  const correlation = spearman(partner, own);
  return {
    name: place.name,
    statistic: { name: 'rank correlation', value: rounded(correlation), n: own.length },
    log10P: log10SpearmanTail(correlation, own.length),
    effect: { name: 'mean cosine of matched units', value: rounded(cosine) },
  };
}

/** One-sided log10 p of a rank correlation of n pairs, by Student's t with n - 2 degrees of freedom, but
 *  never below that of the one order in n! that correlates perfectly. */
export function log10SpearmanTail(correlation: number, n: number): number {
  const floor = -logFactorial(n) / LN10;
  const rest = 1 - correlation * correlation;
  if (!(rest > 0)) return correlation > 0 ? floor : 0;
  return Math.max(floor, Math.min(0, log10StudentTail(correlation * Math.sqrt((n - 2) / rest), n - 2)));
}
