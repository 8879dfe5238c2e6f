import type { TestCard, TestOutcome } from '@filiation/evidence';
import { LN10, type RandomStream } from '@filiation/stats';
import { polarFactor } from '../alignment/polar.ts';
import { type SharedEmbeddings, sharedEmbeddings } from '../alignment/shared-embeddings.ts';
import { type ChannelSymmetry, logTraceTailBound } from '../alignment/trace-bound.ts';
import type { PairContext } from '../context.ts';
import { type Matrix, selectRows } from '../matrix.ts';
import type { WeightTest } from '../weight-test.ts';
import { SHARED_ORIGIN_ALTERNATIVES } from './weight-alternatives.ts';

/** Channels compared; more would cost a larger polar factor and add nothing. */
const MOST_CHANNELS = 1024;
const FEWEST_CHANNELS = 8;
const TOKENS_PER_CHANNEL = 2;
/** |entry| from which a row of the rotation counts as a signed unit vector. */
const NEAR_UNIT = 0.9;
/** Sums that differ by less than this are ties: float32 rounding. */
const TIE = 1e-6;

const card: TestCard = {
  id: 'weights.rotation',
  version: '1',
  title: 'Same axes of the embedding',
  question: 'weights',
  asks: 'Is the rotation that best turns one embedding into the other close to no rotation at all?',
  nullHypothesis:
    "The subject's residual channels are in an order, and point in directions, drawn independently of the " +
    "reference's.",
  assumptions: [
    'Initialisation is exchangeable over residual channels and, in models with root-mean-square norms, ' +
      'symmetric in sign, and training keeps it so (true of Adam and gradient descent).',
    'Embeddings are centred over the shared tokens; nothing is assumed about what they have in common.',
  ],
  exactness: 'exact',
  blindTo: [
    'Copies whose residual channels were permuted or rotated (weights.match and weights.attention see them).',
    'Embeddings that were replaced.',
    'Whether two models share a parent or a random seed, or one descends from the other.',
  ],
  source:
    'Trace of the orthogonal factor as in MDIR (Zhang and Goldstein, arXiv:2508.06309), with the signed-' +
    'permutation law instead of the Haar law, which adaptive optimisers do not keep.',
};

export const rotation: WeightTest = { card, primary: { family: 'embedding' }, run };

async function run(pair: PairContext): Promise<TestOutcome> {
  const shared = await sharedEmbeddings(pair);
  const symmetry = channelSymmetry(pair);
  const width = shared.reference.rows;
  const channels = Math.min(width, MOST_CHANNELS, Math.floor(shared.tokens / TOKENS_PER_CHANNEL));
  const parameters = {
    tokensUsed: shared.tokens,
    permutations: pair.parameters.permutations,
    symmetry,
    channels,
  };
  const reason = notTestable(shared, channels);
  if (reason !== undefined)
    return {
      status: 'not-testable',
      reason,
      alternatives: [],
      parameters,
      summary: `The axes of the embeddings could not be compared: ${reason}.`,
    };
  const stream = pair.random('weights.rotation');
  const u = await rotationOf(pair, shared, stream.sample(width, channels));
  const trace = traceOf(u);
  const drawn = Float64Array.from({ length: pair.parameters.permutations }, () =>
    shuffledTrace(u, symmetry, stream),
  );
  const monteCarlo = (1 + drawn.filter((value) => value >= trace - TIE).length) / (drawn.length + 1);
  const bound = logTraceTailBound(u, trace, symmetry) / LN10;
  const inPlace = shareNearUnit(u, true);
  const anywhere = shareNearUnit(u, false);
  return {
    status: 'tested',
    statistic: { name: 'trace of the rotation', value: trace, n: channels },
    log10P: Math.min(0, Math.log10(2) + Math.min(Math.log10(monteCarlo), bound)),
    effect: { name: 'trace per channel (1: no rotation)', value: trace / channels },
    controls: [
      { name: 'scrambled twin of the subject', value: drawn[0] ?? 0 },
      {
        name: 'largest of the random shuffles',
        value: drawn.reduce((most, value) => Math.max(most, value), 0),
      },
    ],
    figures: [
      {
        kind: 'distribution',
        id: 'rotation-null',
        title: 'Trace of the rotation beside shuffled channels of the subject',
        caption: 'A copy with untouched axes lies at the number of channels; independent models near 0.',
        unit: 'trace',
        observed: trace,
        groups: [{ label: 'channels shuffled at random', values: [...drawn] }],
      },
    ],
    alternatives: SHARED_ORIGIN_ALTERNATIVES,
    parameters,
    facts: {
      monteCarloP: monteCarlo,
      // The two tails of the drawn null: a p-value drawn between them is uniform if the null holds.
      tailAtLeast: monteCarlo,
      tailBeyond: monteCarlo - 1 / (1 + pair.parameters.permutations),
      log10Bound: bound,
      channelsInPlace: inPlace,
      channelsFoundAnywhere: anywhere,
    },
    summary:
      `The rotation between the embeddings has trace ${trace.toFixed(1)} over ${channels} channels; ` +
      `${percent(inPlace)} of the channels are in place and ${percent(anywhere)} appear somewhere.` +
      (anywhere > 0.5 && inPlace < 0.5 ? ' The channels look permuted.' : ''),
  };
}

function notTestable(shared: SharedEmbeddings, channels: number): string | undefined {
  const { reference, subject } = shared;
  if (reference.rows === 0) return 'one of the models has no embedding';
  if (reference.rows !== subject.rows)
    return `the residual streams have ${reference.rows} and ${subject.rows} channels`;
  if (channels < FEWEST_CHANNELS)
    return `the ${shared.tokens} shared tokens allow ${channels} channels; ${FEWEST_CHANNELS} are needed`;
  return undefined;
}

/** Signs are exchangeable only where no mean is subtracted from the stream. */
function channelSymmetry(pair: PairContext): ChannelSymmetry {
  const rms = [pair.reference, pair.subject].every((model) => model.architecture.norm === 'rms');
  return rms ? 'signed-permutation' : 'permutation';
}

/**
 * Polar factor of the cross-covariance of the sampled channels, the same in both models. Shuffling the
 * subject's channels among the sample shuffles the factor's columns alike, so the law under the null is
 * exact for any sample.
 */
async function rotationOf(pair: PairContext, shared: SharedEmbeddings, sample: Int32Array): Promise<Matrix> {
  const a = selectRows(shared.reference, sample);
  const b = selectRows(shared.subject, sample);
  return (await polarFactor(await pair.kernel.timesTransposed(a, b), pair.kernel)).factor;
}

function traceOf(u: Matrix): number {
  let sum = 0;
  for (let i = 0; i < u.rows; i++) sum += u.data[i * u.columns + i]!;
  return sum;
}

function shuffledTrace(u: Matrix, symmetry: ChannelSymmetry, stream: RandomStream): number {
  const order = stream.permutation(u.rows);
  let sum = 0;
  for (let i = 0; i < u.rows; i++) {
    const sign = symmetry === 'permutation' || stream.integer(2) === 0 ? 1 : -1;
    sum += sign * u.data[i * u.columns + order[i]!]!;
  }
  return sum;
}

function shareNearUnit(u: Matrix, inPlace: boolean): number {
  let near = 0;
  for (let i = 0; i < u.rows; i++) {
    const row = u.data.subarray(i * u.columns, (i + 1) * u.columns);
    const found = row.findIndex((value) => Math.abs(value) >= NEAR_UNIT);
    if (found >= 0 && (!inPlace || (found === i && row[i]! > 0))) near++;
  }
  return near / u.rows;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
