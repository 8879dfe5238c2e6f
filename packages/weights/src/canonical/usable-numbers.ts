import type { Matrix } from '../matrix.ts';
import type { CanonicalModel, CanonicalTensor } from './model.ts';

/** Products of four numbers below this, summed over a layer, stay within float32. */
const LARGEST = 2 ** 28;
/** Numbers of which the largest is between these are read as they are; honest weights lie near 2^-6. */
const USUAL = 2 ** 20;
const SAMPLED_ROWS = 8;

type Read = CanonicalModel['read'];

/**
 * Reading for calculation, whatever somebody planted among the weights: NaN and infinity read as 0,
 * a tensor of extreme size (a rescaling that another tensor undoes) is brought near 1 by a power of two, and
 * what still stands out is held at 2^28. Honest numbers pass unchanged. With `asStored`, nothing is touched.
 */
export function readUsable(readStored: Read): Read {
  const factors = new Map<CanonicalTensor, Promise<number>>();
  // One factor for all rows of a tensor, from rows spread over it: rows are compared with each other.
  const factorOf = (tensor: CanonicalTensor): Promise<number> => {
    const known = factors.get(tensor);
    if (known !== undefined) return known;
    const found = readStored(tensor, { rows: spreadRows(tensor.rows) }).then(usualFactor);
    factors.set(tensor, found);
    return found;
  };
  return async (tensor, selection) => {
    const read = await readStored(tensor, selection);
    if (selection?.asStored !== true && !isUsual(read.data)) makeUsable(read.data, await factorOf(tensor));
    return read;
  };
}

function isUsual(data: Float32Array): boolean {
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]!);
    if (!(size <= largest)) largest = size;
    // NaN compares as neither: it ends here.
    if (!(largest <= USUAL)) return false;
  }
  return largest === 0 || largest >= 1 / USUAL;
}

function spreadRows(rows: number): number[] {
  const count = Math.min(rows, SAMPLED_ROWS);
  return Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}

/** The power of two that brings the median size near 1 where it is extreme; 1 elsewhere. */
function usualFactor({ data }: Matrix): number {
  const sizes = data
    .map(Math.abs)
    .filter((size) => size > 0 && size < Number.POSITIVE_INFINITY)
    .sort();
  const typical = sizes[sizes.length >> 1] ?? 1;
  return typical <= USUAL && typical >= 1 / USUAL ? 1 : 2 ** -Math.round(Math.log2(typical));
}

function makeUsable(data: Float32Array, factor: number): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i]! * factor;
    data[i] = Number.isFinite(data[i]!) ? Math.max(-LARGEST, Math.min(LARGEST, value)) : 0;
  }
}
