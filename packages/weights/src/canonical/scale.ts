import type { StoredTensor } from '../store.ts';
import type { ScaleView } from './view.ts';

/** Side of the square blocks of DeepSeek-V3's FP8 weights, where `weight_scale_inv` stands beside them. */
const FP8_BLOCK = 128;

/** Names of scales beside `X.weight`, and the constant that goes with them: LLM.int8() keeps the largest
 *  absolute value of a row, which stands for the code 127. */
const SCALES: readonly (readonly [suffix: string, factor: number])[] = [
  ['_scale_inv', 1],
  ['_scale', 1],
];

/** The multipliers of an 8-bit weight, where a tensor beside it holds them in a layout we know. */
export function scaleOf(
  stored: StoredTensor,
  offset: number,
  rows: number,
  columns: number,
  byName: ReadonlyMap<string, StoredTensor>,
): ScaleView | undefined {
  if (offset !== 0 || !/^(F8|I8|U8)/.test(stored.dtype)) return undefined;
  for (const [suffix, factor] of SCALES) {
    const scale = byName.get(`${stored.name}${suffix}`);
    const view = scale === undefined ? undefined : layout(scale, rows, columns, factor);
    if (view !== undefined) return view;
  }
  const rowMaxima = byName.get(stored.name.replace(/weight$/, 'SCB'));
  return rowMaxima?.elementCount === rows ? layout(rowMaxima, rows, columns, 1 / 127) : undefined;
}

function layout(scale: StoredTensor, rows: number, columns: number, factor: number): ScaleView | undefined {
  const [down = 1, across = 1] = scale.shape;
  const base = { stored: scale, factor };
  if (scale.elementCount === 1) return { ...base, blockRows: rows, blockColumns: columns, columns: 1 };
  if (scale.elementCount === rows && down === rows)
    return { ...base, blockRows: 1, blockColumns: columns, columns: 1 };
  if (down === Math.ceil(rows / FP8_BLOCK) && across === Math.ceil(columns / FP8_BLOCK))
    return { ...base, blockRows: FP8_BLOCK, blockColumns: FP8_BLOCK, columns: across };
  return undefined;
}
