import type { Matrix } from '../matrix.ts';
import type { CanonicalModel, CanonicalTensor } from './model.ts';

/** Products of four numbers below this, summed over a layer, stay within float32. */
const LARGEST = 2 ** 28;
/** Typical sizes from 2^-20 to 2^20 are read as they are stored; honest weights lie near 2^-6. */
const USUAL_EXPONENT = 20;
const SAMPLED_ROWS = 8;

type Read = CanonicalModel['read'];

/**
 * Reading for calculation, whatever somebody planted among the weights: NaN and infinity read as 0,
 * a tensor of extreme size (a rescaling that another tensor undoes) is brought near 1 by a power of two, and
 * what still stands out is held at 2^28. Honest numbers pass unchanged. With `asStored`, nothing is touched.
 */
export function readUsable(readStored: Read): Read {
  const factors = new Map<CanonicalTensor, Promise<number>>();
  const factorOf = (tensor: CanonicalTensor): Promise<number> => {
    const known = factors.get(tensor);
    if (known !== undefined) return known;
    const found = readStored(tensor, { rows: spreadRows(tensor.rows) }).then(usualFactor);
    factors.set(tensor, found);
    return found;
  };
  return async (tensor, selection) => {
    const read = await readStored(tensor, selection);
    if (selection?.asStored === true) return read;
    // A transposed tensor would be passed over twice for its sample: it is taken from what was asked for.
    const factor = tensor.view?.transposed === true ? usualFactor(read) : await factorOf(tensor);
    makeUsable(read.data, factor);
    return read;
  };
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
  const exponent = sizes.length === 0 ? 0 : Math.round(Math.log2(sizes[sizes.length >> 1]!));
  return Math.abs(exponent) <= USUAL_EXPONENT ? 1 : 2 ** -exponent;
}

function makeUsable(data: Float32Array, factor: number): void {
  for (let i = 0; i < data.length; i++) {
    const value = factor === 1 ? data[i]! : data[i]! * factor;
    if (value <= LARGEST && value >= -LARGEST) {
      if (factor !== 1) data[i] = value;
    } else data[i] = Number.isFinite(data[i]!) ? Math.sign(value) * LARGEST : 0;
  }
}
