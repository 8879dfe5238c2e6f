import type { StoredTensor, TensorStore } from '../store.ts';
import type { TensorView } from './view.ts';

/** Elements asked of a store at once: 64 MiB as float32. A whole matrix of a model of a billion parameters
 *  comes in one piece, which spares a copy. */
const CHUNK_ELEMENTS = 16 * 1024 * 1024;
/** Scattered rows asked for together: as many as keep Node's four file threads busy. */
const READS_AT_ONCE = 16;

/** Neighbouring stored rows, read at once, and where they go. */
interface Run {
  readonly first: number;
  readonly count: number;
  /** Part of the order of reading that this run serves. */
  readonly from: number;
  readonly to: number;
}

/** Stored rows, in the order asked for, as the rows of the result. */
export async function gatherRows(
  store: TensorStore,
  stored: StoredTensor,
  view: TensorView,
  sources: readonly number[],
): Promise<Float32Array> {
  const width = view.storedColumns;
  const order = readingOrder(sources);
  const runs = runsOf(sources, order, Math.max(1, Math.floor(CHUNK_ELEMENTS / width)));
  const [only] = runs;
  // The commonest case, a whole matrix that lies as it is wanted, needs no copy.
  if (runs.length === 1 && only!.count === sources.length && inSequence(order, 0, order.length))
    return readRun(store, stored, view, only!.first, only!.count);
  const out = new Float32Array(sources.length * width);
  for (const batch of batches(runs, width)) {
    const pieces = await Promise.all(
      batch.map(({ first, count }) => readRun(store, stored, view, first, count)),
    );
    for (const [i, { first, count, from, to }] of batch.entries()) {
      const data = pieces[i]!;
      if (count === to - from && inSequence(order, from, to)) out.set(data, order[from]! * width);
      else
        for (let k = from; k < to; k++) {
          const at = (sources[order[k]!]! - first) * width;
          out.set(data.subarray(at, at + width), order[k]! * width);
        }
    }
  }
  return out;
}

/** Positions of `sources` in ascending order of their value. */
function readingOrder(sources: readonly number[]): Int32Array {
  const order = Int32Array.from(sources.keys());
  const ascending = sources.every((source, i) => i === 0 || sources[i - 1]! <= source);
  return ascending ? order : order.sort((a, b) => sources[a]! - sources[b]!);
}

function inSequence(order: Int32Array, from: number, to: number): boolean {
  for (let k = from + 1; k < to; k++) if (order[k] !== order[k - 1]! + 1) return false;
  return true;
}

function runsOf(sources: readonly number[], order: Int32Array, most: number): Run[] {
  const runs: Run[] = [];
  let from = 0;
  while (from < order.length) {
    const first = sources[order[from]!]!;
    let last = first;
    let to = from + 1;
    for (; to < order.length; to++) {
      const next = sources[order[to]!]!;
      if (next > last + 1 || next - first >= most) break;
      last = next;
    }
    runs.push({ first, count: last - first + 1, from, to });
    from = to;
  }
  return runs;
}

/** Runs read at the same time, within the elements of one chunk. */
function* batches(runs: readonly Run[], width: number): Generator<Run[]> {
  let batch: Run[] = [];
  let elements = 0;
  for (const run of runs) {
    if (
      batch.length === READS_AT_ONCE ||
      (batch.length > 0 && elements + run.count * width > CHUNK_ELEMENTS)
    ) {
      yield batch;
      batch = [];
      elements = 0;
    }
    batch.push(run);
    elements += run.count * width;
  }
  if (batch.length > 0) yield batch;
}

/** Stored columns as the rows of the result; passes over the whole stored matrix. */
export async function gatherColumns(
  store: TensorStore,
  stored: StoredTensor,
  view: TensorView,
  sources: readonly number[],
): Promise<Float32Array> {
  const width = view.storedColumns;
  const height = view.storedRows;
  const out = new Float32Array(sources.length * height);
  const chunkRows = Math.max(1, Math.floor(CHUNK_ELEMENTS / width));
  for (let first = 0; first < height; first += chunkRows) {
    const count = Math.min(chunkRows, height - first);
    const data = await readRun(store, stored, view, first, count);
    for (let i = 0; i < sources.length; i++)
      for (let r = 0; r < count; r++) out[i * height + first + r] = data[r * width + sources[i]!]!;
  }
  return out;
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
