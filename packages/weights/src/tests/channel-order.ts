import type { TestCard, TestOutcome } from '@filiation/evidence';
import type { CanonicalModel } from '../canonical/model.ts';
import { type SharedTokens, sharedTokens } from '../canonical/shared-tokens.ts';
import type { PairContext } from '../context.ts';
import { type Matrix, transpose } from '../matrix.ts';
import type { WeightTest } from '../weight-test.ts';
import { orderBlock } from './order/order-block.ts';
import { ORDER_ALTERNATIVES, ORDER_ASSUMPTIONS, ORDER_SOURCE } from './order/order-card.ts';
import { describeOrder } from './order/order-outcome.ts';
import { normaliseRows } from './order/unit-rows.ts';

/** With fewer shared tokens the columns are too short to have one clear partner. */
const LEAST_TOKENS = 64;

const card: TestCard = {
  id: 'weights.channel-order',
  version: '1',
  title: 'Order of residual channels',
  question: 'weights',
  asks: 'Do the channels of the two embeddings stand in the same order, as they would only if one set of weights grew out of the other?',
  nullHypothesis:
    'B was initialised and trained independently of A, so the order of its residual channels is a uniformly random shuffle relative to A.',
  assumptions: [
    ...ORDER_ASSUMPTIONS,
    'Nothing fixed acts on particular channels of either model (sinusoidal position embeddings would).',
  ],
  exactness: 'exact',
  blindTo: [
    'residual channels that were permuted, or mixed by a rotation, after copying',
    'embeddings that were replaced or trained anew',
    'vocabularies with few tokens in common',
    'training on outputs (distillation) from a fresh initialisation',
  ],
  source: ORDER_SOURCE,
};

/** Each embedding channel of A, as a pattern over shared tokens, looks for the most similar channel of B,
 *  either sign: how many find it at their own index? */
export const channelOrder: WeightTest = { card, primary: { family: 'embedding' }, run };

async function run(pair: PairContext): Promise<TestOutcome> {
  const { tokens, seed } = pair.parameters;
  const shared = sharedTokens(pair.reference, pair.subject);
  const count = shared.reference.length;
  const parameters = { seed, tokens, tokensUsed: Math.min(tokens, count), matchedBy: shared.by };
  if (count < LEAST_TOKENS) {
    const reason = `the vocabularies share ${count} tokens, fewer than ${LEAST_TOKENS}`;
    return {
      status: 'not-testable',
      reason,
      alternatives: [],
      parameters,
      summary: `Not testable: ${reason}.`,
    };
  }
  const random = pair.random(card.id);
  const chosen = random.sample(count, tokens);
  const a = await channelPatterns(pair.reference, shared, 'reference', chosen);
  const b = await channelPatterns(pair.subject, shared, 'subject', chosen);
  const similarity = await pair.kernel.timesTransposed(a, b);
  for (let i = 0; i < similarity.data.length; i++) similarity.data[i] = Math.abs(similarity.data[i]!);
  const own = Int32Array.from({ length: a.rows }, (_, channel) => channel);
  const blocks = [orderBlock('embedding', similarity, own, a.rows, random)];
  return {
    ...describeOrder(card.id, [{ things: 'channels', layers: 0, blocks }]),
    alternatives: ORDER_ALTERNATIVES,
    parameters,
  };
}

/**
 * One row a channel: its values over the chosen shared tokens, centred and of length one. Every token's
 * row is first brought to length one, so that a few huge rows, or one that is not a number, in tokens
 * nobody uses cannot hide what all the others say. A row's length does not depend on channel order.
 */
async function channelPatterns(
  model: CanonicalModel,
  shared: SharedTokens,
  side: 'reference' | 'subject',
  chosen: Int32Array,
): Promise<Matrix> {
  const embedding = model.find('embedding');
  if (embedding === undefined) throw new RangeError(`${model.name} shares tokens but has no embedding`);
  const rows = await model.read(embedding, { rows: chosen.map((index) => shared[side][index]!) });
  normaliseRows(rows);
  const patterns = transpose(rows);
  for (let i = 0; i < patterns.rows; i++) {
    const values = patterns.data.subarray(i * patterns.columns, (i + 1) * patterns.columns);
    let mean = 0;
    for (let j = 0; j < values.length; j++) mean += values[j]! / values.length;
    for (let j = 0; j < values.length; j++) values[j]! -= mean;
  }
  normaliseRows(patterns);
  return patterns;
}
