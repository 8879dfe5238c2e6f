import type { Matrix } from '../matrix.ts';
import { matrix } from '../matrix.ts';
import type { StoredTensor, TensorStore } from '../store.ts';
import { gatherColumns, gatherRows } from './gather.ts';

/**
 * A canonical matrix as part of a stored tensor. The stored elements from `offset` on are a row-major
 * `storedRows` × `storedColumns` matrix M; canonical row i is row `storedRow(i)` of M, or of Mᵀ where
 * `transposed`. A vector (norm gain, bias) is stored as one column and read as one row.
 */
export interface TensorView {
  readonly offset: number;
  readonly storedRows: number;
  readonly storedColumns: number;
  readonly transposed: boolean;
  readonly vector: boolean;
  /** Canonical row i comes from block ⌊i / size⌋; block b starts at `first + b · stride`. */
  readonly blocks: { readonly first: number; readonly size: number; readonly stride: number };
  /** Applied before `blocks`: canonical row i is row `order[i]` of the part. */
  readonly order?: Int32Array;
  /** Added to every element: Gemma's norm gains are stored without their 1. */
  readonly add: number;
  /** Multipliers stored beside low-precision weights. */
  readonly scale?: ScaleView;
}

/** Element (r, c) of M is multiplied by element (⌊r / blockRows⌋, ⌊c / blockColumns⌋) of a stored matrix
 *  of `columns` columns, times `factor`. */
export interface ScaleView {
  readonly stored: StoredTensor;
  readonly blockRows: number;
  readonly blockColumns: number;
  readonly columns: number;
  readonly factor: number;
}

/** Index in M (or Mᵀ) of a canonical row. */
export function storedRow(view: TensorView, index: number): number {
  const part = view.order === undefined ? index : view.order[index]!;
  const { first, size, stride } = view.blocks;
  return first + Math.floor(part / size) * stride + (part % size);
}

/**
 * Reads rows of a view as float32 (`columns` wide; one row for a vector). Runs of neighbouring rows are
 * read together, other rows not at all; a transposed view has to pass over the whole stored matrix.
 * @throws RangeError for a row the view does not have.
 */
export async function readView(
  store: TensorStore,
  stored: StoredTensor,
  view: TensorView,
  shape: { readonly rows: number; readonly columns: number },
  wanted?: ArrayLike<number>,
): Promise<Matrix> {
  if (view.vector) return readVector(store, stored, view, shape, wanted);
  const rows = Array.from(wanted ?? { length: shape.rows }, (value, i) => (wanted === undefined ? i : value));
  const sources = rows.map((index) => {
    if (!Number.isInteger(index) || index < 0 || index >= shape.rows)
      throw new RangeError(`row ${index} of ${shape.rows} asked of ${stored.name}`);
    return storedRow(view, index);
  });
  const gather = view.transposed ? gatherColumns : gatherRows;
  const data = await gather(store, stored, view, sources);
  if (view.add !== 0) for (let i = 0; i < data.length; i++) data[i]! += view.add;
  return matrix(rows.length, shape.columns, data);
}

/** A vector is a one-column matrix that is handed out as one row. */
async function readVector(
  store: TensorStore,
  stored: StoredTensor,
  view: TensorView,
  shape: { readonly rows: number; readonly columns: number },
  wanted: ArrayLike<number> | undefined,
): Promise<Matrix> {
  const column = await readView(
    store,
    stored,
    { ...view, vector: false },
    { rows: shape.columns, columns: 1 },
  );
  const copies = wanted === undefined ? 1 : wanted.length;
  const out = matrix(copies, shape.columns);
  for (let i = 0; i < copies; i++) {
    if (wanted !== undefined && wanted[i] !== 0)
      throw new RangeError(`row ${wanted[i]} of 1 asked of ${stored.name}`);
    out.data.set(column.data, i * shape.columns);
  }
  return out;
}
