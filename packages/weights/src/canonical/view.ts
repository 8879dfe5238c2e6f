import type { Matrix } from '../matrix.ts';
import { matrix } from '../matrix.ts';
import type { StoredTensor, TensorStore } from '../store.ts';

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

/** Elements asked of a store at once: 16 MiB as float32. */
const CHUNK_ELEMENTS = 4 * 1024 * 1024;

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
  const out = matrix(rows.length, shape.columns);
  if (view.transposed) await gatherColumns(store, stored, view, sources, out);
  else await gatherRows(store, stored, view, sources, out);
  if (view.add !== 0) for (let i = 0; i < out.data.length; i++) out.data[i]! += view.add;
  return out;
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

async function gatherRows(
  store: TensorStore,
  stored: StoredTensor,
  view: TensorView,
  sources: readonly number[],
  out: Matrix,
): Promise<void> {
  const width = view.storedColumns;
  const inOrder = Array.from(sources.keys()).sort((a, b) => sources[a]! - sources[b]!);
  const chunkRows = Math.max(1, Math.floor(CHUNK_ELEMENTS / width));
  let at = 0;
  while (at < inOrder.length) {
    const first = sources[inOrder[at]!]!;
    let end = at + 1;
    let last = first;
    while (end < inOrder.length) {
      const next = sources[inOrder[end]!]!;
      if (next > last + 1 || next - first >= chunkRows) break;
      last = next;
      end++;
    }
    const data = await readRun(store, stored, view, first, last - first + 1);
    for (let k = at; k < end; k++) {
      const target = inOrder[k]!;
      const from = (sources[target]! - first) * width;
      out.data.set(data.subarray(from, from + width), target * width);
    }
    at = end;
  }
}

async function gatherColumns(
  store: TensorStore,
  stored: StoredTensor,
  view: TensorView,
  sources: readonly number[],
  out: Matrix,
): Promise<void> {
  const width = view.storedColumns;
  const chunkRows = Math.max(1, Math.floor(CHUNK_ELEMENTS / width));
  for (let first = 0; first < view.storedRows; first += chunkRows) {
    const count = Math.min(chunkRows, view.storedRows - first);
    const data = await readRun(store, stored, view, first, count);
    for (let i = 0; i < sources.length; i++)
      for (let r = 0; r < count; r++) out.data[i * out.columns + first + r] = data[r * width + sources[i]!]!;
  }
}

/** Neighbouring rows of M, scaled. */
async function readRun(
  store: TensorStore,
  stored: StoredTensor,
  view: TensorView,
  first: number,
  count: number,
): Promise<Float32Array> {
  const width = view.storedColumns;
  const raw = await store.elements(stored, view.offset + first * width, count * width);
  if (view.scale === undefined) return raw;
  const data = new Float32Array(raw.length);
  const { blockRows, blockColumns, columns, factor } = view.scale;
  const firstScale = Math.floor(first / blockRows);
  const scaleRows = Math.floor((first + count - 1) / blockRows) - firstScale + 1;
  const scales = await store.elements(view.scale.stored, firstScale * columns, scaleRows * columns);
  for (let r = 0; r < count; r++) {
    const line = (Math.floor((first + r) / blockRows) - firstScale) * columns;
    for (let c = 0; c < width; c++)
      data[r * width + c] = raw[r * width + c]! * scales[line + Math.floor(c / blockColumns)]! * factor;
  }
  return data;
}
