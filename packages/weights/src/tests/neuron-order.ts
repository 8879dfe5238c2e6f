import type { TestCard, TestOutcome } from '@filiation/evidence';
import type { PairContext } from '../context.ts';
import type { WeightTest } from '../weight-test.ts';
import { type MlpPlace, mlpPlaces } from './order/mlp-places.ts';
import { mlpRole } from './order/mlp-source.ts';
import {
  combineBlocks,
  type OrderBlock,
  orderBlock,
  type Placement,
  placement,
} from './order/order-block.ts';
import { ORDER_ALTERNATIVES, ORDER_ASSUMPTIONS, ORDER_SOURCE } from './order/order-card.ts';
import { describeOrder } from './order/order-outcome.ts';
import { DETECTION_LOG10P, PLANTED_COSINES, plant, smallestDetected } from './order/planting.ts';
import { similarityToAll, unitRows } from './order/unit-rows.ts';

const card: TestCard = {
  id: 'weights.neuron-order',
  version: '1',
  title: 'Order of neurons',
  question: 'weights',
  asks: 'Do the hidden units of the two models stand in the same order, as they would only if one set of weights grew out of the other?',
  nullHypothesis:
    'B was initialised and trained independently of A, so in every layer the order of its MLP hidden units is a uniformly random shuffle relative to A.',
  assumptions: ORDER_ASSUMPTIONS,
  exactness: 'exact',
  blindTo: [
    'hidden units that were shuffled after copying',
    'a residual stream that was permuted or rotated after copying',
    'layers put in another order, or some dropped and others added, at the same depth',
    'copies with another hidden size',
    'training on outputs (distillation) from a fresh initialisation',
  ],
  source: ORDER_SOURCE,
};

/** Each sampled unit of A looks for the most similar unit of B by its input weights: how many find it at
 *  their own index? */
export const neuronOrder: WeightTest = { card, primary: { family: 'mlp' }, run };

async function run(pair: PairContext): Promise<TestOutcome> {
  const role = mlpRole(pair);
  const { unitsPerLayer, seed } = pair.parameters;
  const { places, reason, layers, copies } = await mlpPlaces(pair, role);
  const parameters = { seed, unitsPerLayer, role };
  if (places.length === 0)
    return {
      status: 'not-testable',
      reason,
      alternatives: [],
      parameters,
      summary: `Not testable: ${reason}.`,
    };
  const blocks: OrderBlock[] = [];
  const planted = new Map<number, Placement[]>(PLANTED_COSINES.map((cosine) => [cosine, []]));
  for (const [index, place] of places.entries()) {
    pair.progress(place.name, index / places.length);
    blocks.push(await comparePlace(pair, place, planted));
  }
  const outcome = describeOrder(card.id, [
    { things: 'units', layers: new Set(places.map((place) => place.subject.tensor.layer)).size, blocks },
  ]);
  // Units of a related B are no donors of unrelated noise, and the question no longer arises.
  const detectable = outcome.log10P > DETECTION_LOG10P ? smallestDetected(planted) : undefined;
  return {
    ...outcome,
    ...(detectable === undefined
      ? {}
      : {
          detectable: {
            name: 'cosine kept by every unit (the rest resembling other units of the subject)',
            value: detectable,
            level: 'log10 p <= -6',
          },
        }),
    alternatives: ORDER_ALTERNATIVES,
    parameters: {
      ...parameters,
      referenceLayers: layers,
      ...(copies.length === 0 ? {} : { copiesLeftOut: copies }),
    },
  };
}

async function comparePlace(
  pair: PairContext,
  place: MlpPlace,
  planted: ReadonlyMap<number, Placement[]>,
): Promise<OrderBlock> {
  const random = pair.random(`${card.id}/${place.name}`);
  const size = place.reference.tensor.rows;
  const experts = place.reference.tensor.expert === undefined ? 1 : pair.reference.architecture.experts;
  const own = random.sample(size, Math.max(16, Math.ceil(pair.parameters.unitsPerLayer / experts)));
  const units = await unitRows(place.reference, own);
  const similarity = await similarityToAll(pair, units, place.subject);
  const block = orderBlock(place.name, similarity, own, size, random);
  if (combineBlocks([block]) <= DETECTION_LOG10P) return block;
  const gram = await pair.kernel.timesTransposed(units, units);
  const scramble = random.permutation(similarity.columns);
  for (const [cosine, list] of planted)
    list.push(placement(plant(similarity, gram, own, size, scramble, cosine), own, size, random));
  return block;
}
