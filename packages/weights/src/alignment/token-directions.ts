import { symmetricEigen } from '@filiation/stats';
import type { PairContext } from '../context.ts';
import { type Matrix, matrix, transpose } from '../matrix.ts';
import type { Aligned } from './alignment.ts';
import { polarFactor } from './polar.ts';
import { type SharedEmbeddings, sharedEmbeddings } from './shared-embeddings.ts';

/** Most directions found; wider streams are searched by subspace iteration. */
export const MOST_DIRECTIONS = 384;
const SUBSPACE_STEPS = 4;

/**
 * Orthonormal directions of the residual stream (rows, reference basis) along which the aligned
 * embeddings of shared tokens vary together, the most shared first: eigenvectors of the symmetric part of
 * the cross-covariance. Without embeddings, a seeded choice of channels.
 */
export function tokenDirections(pair: PairContext, alignment: Aligned): Promise<Matrix> {
  return pair.once('alignment/directions', () => findDirections(pair, alignment));
}

async function findDirections(pair: PairContext, alignment: Aligned): Promise<Matrix> {
  const width = alignment.referenceSize;
  const count = Math.min(width, alignment.subjectSize, MOST_DIRECTIONS);
  const stream = pair.random('directions');
  if (alignment.fit.assumed) return unitVectors(stream.sample(width, count), width);
  const shared = await sharedEmbeddings(pair);
  if (width <= MOST_DIRECTIONS) {
    const start = unitVectors(
      Array.from({ length: width }, (_, j) => j),
      width,
    );
    return await ritz(pair, start, await covary(pair, alignment, shared, start), count);
  }
  let basis = matrix(count, width);
  for (let at = 0; at < basis.data.length; at++) basis.data[at] = stream.normal();
  for (let step = 0; step < SUBSPACE_STEPS; step++) {
    pair.progress('finding directions of shared tokens', step / SUBSPACE_STEPS);
    basis = (await polarFactor(await covary(pair, alignment, shared, basis), pair.kernel)).factor;
  }
  return await ritz(pair, basis, await covary(pair, alignment, shared, basis), count);
}

/** rows · (C + Cᵀ)/2, with C the cross-covariance of reference and aligned subject channels. */
async function covary(
  pair: PairContext,
  alignment: Aligned,
  { reference, subject }: SharedEmbeddings,
  rows: Matrix,
): Promise<Matrix> {
  const { kernel } = pair;
  const onReference = await kernel.timesTransposed(rows, transpose(reference));
  const onSubject = await kernel.timesTransposed(await alignment.toSubject(rows), transpose(subject));
  const forth = await alignment.toReference(await kernel.timesTransposed(onReference, subject));
  const back = await kernel.timesTransposed(onSubject, reference);
  return matrix(
    forth.rows,
    forth.columns,
    forth.data.map((value, at) => (value + back.data[at]!) / 2),
  );
}

/** Eigenvectors within the span of an orthonormal basis, given the basis times the operator. */
async function ritz(pair: PairContext, basis: Matrix, image: Matrix, count: number): Promise<Matrix> {
  const small = await pair.kernel.timesTransposed(image, basis);
  const n = small.rows;
  const symmetric = Float64Array.from(
    small.data,
    (value, at) => (value + small.data[(at % n) * n + Math.floor(at / n)]!) / 2,
  );
  const { vectors } = symmetricEigen(symmetric, n);
  const leading = matrix(count, n, Float32Array.from(vectors.subarray(0, count * n)));
  return await pair.kernel.timesTransposed(leading, transpose(basis));
}

function unitVectors(channels: ArrayLike<number>, width: number): Matrix {
  const out = matrix(channels.length, width);
  for (let i = 0; i < channels.length; i++) out.data[i * width + channels[i]!] = 1;
  return out;
}
