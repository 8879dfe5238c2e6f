import { assign, mutualNearest } from '@filiation/stats';
import type { PairContext } from '../context.ts';
import { type Matrix, matrix, transpose } from '../matrix.ts';
import { type ChannelMap, columnCosines, homeShare, matchChannels } from './channel-match.ts';
import { polarFactor } from './polar.ts';
import { sharedEmbeddings } from './shared-embeddings.ts';

/** Below this many shared tokens nothing is fitted. */
const FEWEST_TOKENS = 64;
/** Share of channels that must match for the identity or a signed permutation to be taken. Unrelated
 *  models reach about 1/width at home and 0.01 clear; trained children with unmoved channels exceed 0.9. */
const CHOSEN_SHARE = 0.25;
/** Largest width for which left-over channels are assigned by minimum cost as well. */
const LARGEST_ASSIGNED = 2048;

export interface AlignmentFit {
  readonly tokens: number;
  readonly sharedTokens: number;
  readonly tokensBy: 'text' | 'id';
  /** Share of channels whose most similar channel of the other model is the one of the same index. */
  readonly homeShare: number;
  /** Share of channels with a clear mutual partner (see `matchChannels`). */
  readonly clearShare: number;
  /** Median |cosine| between aligned embedding columns. */
  readonly medianCosine: number;
  /** Distance of the Procrustes factor from orthonormal; 0 for the other kinds. */
  readonly defect: number;
  /** Set where the identity was taken for want of shared tokens, not because it fits. */
  readonly assumed: boolean;
}

/** A map between the residual bases of the two models. */
export interface Aligned {
  readonly kind: 'identity' | 'signed-permutation' | 'procrustes';
  readonly referenceSize: number;
  readonly subjectSize: number;
  readonly fit: AlignmentFit;
  /** Absent for `procrustes`. */
  readonly channels?: ChannelMap;
  /** Rows in the subject's basis (n × subjectSize) as rows in the reference's (n × referenceSize). */
  toReference(rows: Matrix): Promise<Matrix>;
  /** The way back: n × referenceSize to n × subjectSize. */
  toSubject(rows: Matrix): Promise<Matrix>;
}

export interface Unaligned {
  readonly kind: 'none';
  /** Why, and what would make it possible. */
  readonly reason: string;
}

export type Alignment = Aligned | Unaligned;

/**
 * Aligns the residual streams on shared-token embeddings alone, so that everything found afterwards in
 * the layers is held out. Fixed rule, first that applies: identity where at least a quarter of the
 * channels have their own index as nearest; signed permutation where a quarter have a clear mutual
 * partner; else the Procrustes factor, which needs two shared tokens a channel. Norm gains are the
 * caller's to fold (see `residualRows`).
 */
export function alignResidual(pair: PairContext): Promise<Alignment> {
  return pair.once('alignment', () => align(pair));
}

async function align(pair: PairContext): Promise<Alignment> {
  const shared = await sharedEmbeddings(pair);
  const width = pair.reference.architecture.hiddenSize;
  const widthB = pair.subject.architecture.hiddenSize;
  const fit: AlignmentFit = {
    tokens: shared.tokens,
    sharedTokens: shared.shared,
    tokensBy: shared.by,
    homeShare: 0,
    clearShare: 0,
    medianCosine: 0,
    defect: 0,
    assumed: false,
  };
  if (shared.tokens < FEWEST_TOKENS) {
    if (width === widthB && width > 0) return identity(width, { ...fit, assumed: true });
    return unaligned(`the models share ${shared.shared} embedded tokens and their hidden sizes differ`);
  }
  pair.progress('aligning the residual streams', 0);
  const cross = await pair.kernel.timesTransposed(shared.reference, shared.subject);
  const cosines = columnCosines(cross, shared.reference, shared.subject);
  const absolute = cosines.data.map(Math.abs);
  const tie = pair.random('alignment/ties');
  const mutual = mutualNearest(absolute, cosines.rows, cosines.columns, tie);
  const matched = matchChannels(cosines, mutual);
  const square = cosines.rows === cosines.columns;
  const numbers = { ...fit, homeShare: homeShare(cosines), clearShare: matched.clearShare };
  if (square && numbers.homeShare >= CHOSEN_SHARE) {
    const diagonal = Float64Array.from(
      { length: cosines.rows },
      (_, j) => cosines.data[j * cosines.columns + j]!,
    );
    return identity(cosines.rows, { ...numbers, medianCosine: median(diagonal) });
  }
  if (matched.clearShare >= CHOSEN_SHARE) {
    const channels = completed(cosines, matched.channels);
    return signedPermutation(channels, cosines.columns, {
      ...numbers,
      medianCosine: median(mapCosines(cosines, channels)),
    });
  }
  if (shared.tokens < 2 * Math.max(cosines.rows, cosines.columns))
    return unaligned(
      `no channels match and ${shared.tokens} shared tokens are too few to fit a rotation of ` +
        `${Math.max(cosines.rows, cosines.columns)} channels; two a channel are needed`,
    );
  return await procrustes(pair, cross, shared, numbers);
}

function unaligned(reason: string): Unaligned {
  return { kind: 'none', reason };
}

function identity(width: number, fit: AlignmentFit): Aligned {
  const same = (rows: Matrix): Promise<Matrix> => Promise.resolve(rows);
  const channels = {
    subject: Int32Array.from({ length: width }, (_, j) => j),
    sign: new Int8Array(width).fill(1),
  };
  return {
    kind: 'identity',
    referenceSize: width,
    subjectSize: width,
    fit,
    channels,
    toReference: same,
    toSubject: same,
  };
}

function signedPermutation(channels: ChannelMap, subjectSize: number, fit: AlignmentFit): Aligned {
  const referenceSize = channels.subject.length;
  const move = (rows: Matrix, back: boolean): Promise<Matrix> => {
    const out = matrix(rows.rows, back ? subjectSize : referenceSize);
    for (let i = 0; i < rows.rows; i++)
      for (let j = 0; j < referenceSize; j++) {
        const other = channels.subject[j]!;
        if (other < 0) continue;
        const [to, from] = back ? [other, j] : [j, other];
        out.data[i * out.columns + to] = channels.sign[j]! * rows.data[i * rows.columns + from]!;
      }
    return Promise.resolve(out);
  };
  return {
    kind: 'signed-permutation',
    referenceSize,
    subjectSize,
    fit,
    channels,
    toReference: (rows) => move(rows, false),
    toSubject: (rows) => move(rows, true),
  };
}

/** U (reference × subject channels) nearest to turning the subject's columns into the reference's. */
async function procrustes(
  pair: PairContext,
  cross: Matrix,
  shared: { readonly reference: Matrix; readonly subject: Matrix },
  fit: AlignmentFit,
): Promise<Aligned> {
  const { factor, defect } = await polarFactor(cross, pair.kernel);
  const back = transpose(factor);
  const turned = await pair.kernel.timesTransposed(factor, transpose(shared.subject));
  return {
    kind: 'procrustes',
    referenceSize: factor.rows,
    subjectSize: factor.columns,
    fit: { ...fit, defect, medianCosine: median(rowCosines(turned, shared.reference)) },
    toReference: (rows) => pair.kernel.timesTransposed(rows, factor),
    toSubject: (rows) => pair.kernel.timesTransposed(rows, back),
  };
}

/** Gives channels without a clear partner the cheapest remaining one. */
function completed(cosines: Matrix, clear: ChannelMap): ChannelMap {
  const { rows, columns } = cosines;
  if (Math.max(rows, columns) > LARGEST_ASSIGNED) return clear;
  const flip = rows > columns;
  const cost = (flip ? transpose(cosines) : cosines).data.map((value) => 1 - Math.abs(value));
  const found = assign(cost, Math.min(rows, columns), Math.max(rows, columns));
  const subject = new Int32Array(rows).fill(-1);
  found.forEach((to, from) => {
    if (flip) subject[to] = from;
    else subject[from] = to;
  });
  const sign = Int8Array.from(subject, (to, j) => (to >= 0 && cosines.data[j * columns + to]! < 0 ? -1 : 1));
  return { subject, sign };
}

function mapCosines(cosines: Matrix, channels: ChannelMap): Float64Array {
  return Float64Array.from(channels.subject, (to, j) =>
    to < 0 ? 0 : Math.abs(cosines.data[j * cosines.columns + to]!),
  );
}

function rowCosines(a: Matrix, b: Matrix): Float64Array {
  return Float64Array.from({ length: a.rows }, (_, i) => {
    let ab = 0;
    let aa = 0;
    let bb = 0;
    for (let t = i * a.columns; t < (i + 1) * a.columns; t++) {
      ab += a.data[t]! * b.data[t]!;
      aa += a.data[t]! ** 2;
      bb += b.data[t]! ** 2;
    }
    return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
  });
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
