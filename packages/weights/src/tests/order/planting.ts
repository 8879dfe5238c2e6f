import { type Matrix, matrix } from '../../matrix.ts';
import { combineBlocks, type Placement } from './order-block.ts';

/** Cosines tried, rising: what an untouched unit of A would still share with its descendant. */
export const PLANTED_COSINES: readonly number[] = [0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9];

/** The evidence at which a relation counts as found. */
export const DETECTION_LOG10P = -6;
/** What the one planted relation must reach, so that nearly every other of its strength reaches -6 after
 *  Holm: outcomes scatter by about two (simulated: at -6 only one to three in six did). */
const PLANTED_LOG10P = -10;

/**
 * Similarities as they would be had B's unit in the place of each source been
 * `cosine · a + sqrt(1 - cosine²) · b`, with b another unit of B (drawn by `scramble`), so that the planted
 * model keeps B's own common directions and hubs. Where sizes agree the place is the source's own index,
 * else one that keeps A's order.
 * @param similarity A's sampled units (rows) by all units of B; all of length one.
 * @param gram A's sampled units by themselves.
 */
export function plant(
  similarity: Matrix,
  gram: Matrix,
  own: Int32Array,
  sizeA: number,
  scramble: Int32Array,
  cosine: number,
): Matrix {
  const { rows, columns } = similarity;
  const out = matrix(rows, columns, similarity.data.slice());
  const rest = Math.sqrt(1 - cosine * cosine);
  const planted = Math.min(rows, columns);
  const place = Int32Array.from({ length: planted }, (_, i) =>
    sizeA === columns ? own[i]! : Math.floor((i * columns) / planted),
  );
  const donor = place.map((at) => scramble[at]!);
  const length = Float64Array.from(donor, (from, i) => {
    const overlap = similarity.data[i * columns + from]!;
    return Math.sqrt(Math.max(1e-12, 1 + 2 * cosine * rest * overlap));
  });
  for (let k = 0, base = 0; k < rows; k++, base += columns)
    for (let i = 0; i < planted; i++) {
      const mixed = cosine * gram.data[k * rows + i]! + rest * similarity.data[base + donor[i]!]!;
      out.data[base + place[i]!] = mixed / length[i]!;
    }
  return out;
}

/** Smallest cosine from which on every planted relation reaches the detection level; undefined for none. */
export function smallestDetected(planted: ReadonlyMap<number, readonly Placement[]>): number | undefined {
  let smallest: number | undefined;
  for (const cosine of PLANTED_COSINES.toReversed()) {
    const blocks = planted.get(cosine);
    if (blocks === undefined || combineBlocks(blocks) > PLANTED_LOG10P) break;
    smallest = cosine;
  }
  return smallest;
}
