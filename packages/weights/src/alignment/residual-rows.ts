import type { CanonicalModel, CanonicalTensor, TensorRole } from '../canonical/model.ts';
import { type Matrix, matrix, row, transpose } from '../matrix.ts';

/** Roles whose matrices this file turns into rows over the residual stream. */
export type ResidualRole = 'attention-q' | 'attention-k' | 'attention-v' | 'mlp-gate' | 'mlp-up' | 'mlp-down';

/** Elements of a matrix read at once where columns are picked: few enough to stay in the cache. */
const PIECE_ELEMENTS = 2 ** 20;

/**
 * One row per unit over the residual channels (units × hidden), whatever gains a model keeps apart: a
 * matrix that reads the stream has the gain of the norm before it multiplied into its columns, one that
 * writes (`mlp-down`) is transposed and carries the gain of the norm after it, if any. Rotated copies
 * have their gains folded already. Experts' units follow one another. Undefined where the layer has none.
 */
export async function residualRows(
  model: CanonicalModel,
  role: ResidualRole,
  layer: number,
  units?: ArrayLike<number>,
): Promise<Matrix | undefined> {
  const first = model.find(role, layer) ?? model.find(role, layer, { expert: 0 });
  if (first === undefined) return undefined;
  if (first.expert !== undefined) return await expertRows(model, role, layer, units);
  const gain = await readGain(model, role, layer);
  if (role !== 'mlp-down')
    return withGain(await model.read(first, units === undefined ? undefined : { rows: units }), gain);
  return withGain(
    units === undefined ? transpose(await model.read(first)) : await columnsOf(model, first, units),
    gain,
  );
}

/** The wanted columns of a matrix as rows, read a few rows of the matrix at a time. */
async function columnsOf(
  model: CanonicalModel,
  tensor: CanonicalTensor,
  columns: ArrayLike<number>,
): Promise<Matrix> {
  const out = matrix(columns.length, tensor.rows);
  const atOnce = Math.max(1, Math.floor(PIECE_ELEMENTS / tensor.columns));
  for (let start = 0; start < tensor.rows; start += atOnce) {
    const count = Math.min(atOnce, tensor.rows - start);
    const piece = await model.read(tensor, { rows: Array.from({ length: count }, (_, i) => start + i) });
    for (let j = 0; j < columns.length; j++)
      for (let i = 0, from = columns[j]!; i < count; i++, from += tensor.columns)
        out.data[j * tensor.rows + start + i] = piece.data[from]!;
  }
  return out;
}

/** All units of a layer, as many at a time as the memory bound of the pair allows (four matrices of a
 *  piece may be alive at once). */
export async function* unitPieces(
  model: CanonicalModel,
  role: ResidualRole,
  layer: number,
  memoryBytes: number,
): AsyncGenerator<{ readonly start: number; readonly rows: Matrix }> {
  const count = unitCount(model, role, layer);
  const width = model.architecture.hiddenSize;
  const atOnce = Math.max(64, Math.floor(memoryBytes / (16 * Math.max(1, width))));
  for (let start = 0; start < count; start += atOnce) {
    const units = Array.from({ length: Math.min(atOnce, count - start) }, (_, i) => start + i);
    const rows = await residualRows(model, role, layer, units.length === count ? undefined : units);
    if (rows !== undefined) yield { start, rows };
  }
}

/** Units of `role` in a layer, experts' units added up; 0 where the layer has none. */
export function unitCount(model: CanonicalModel, role: ResidualRole, layer: number): number {
  const dense = model.find(role, layer);
  const parts = dense === undefined ? experts(model, role, layer) : [dense];
  return parts.reduce((sum, part) => sum + (role === 'mlp-down' ? part.columns : part.rows), 0);
}

function experts(model: CanonicalModel, role: ResidualRole, layer: number): CanonicalTensor[] {
  const found: CanonicalTensor[] = [];
  for (let expert = 0; ; expert++) {
    const next = model.find(role, layer, { expert });
    if (next === undefined) return found;
    found.push(next);
  }
}

/** Reads the experts one after another; `units` number them through, in any order. */
async function expertRows(
  model: CanonicalModel,
  role: ResidualRole,
  layer: number,
  units?: ArrayLike<number>,
): Promise<Matrix> {
  const parts = experts(model, role, layer);
  const wanted = units ?? Array.from({ length: unitCount(model, role, layer) }, (_, unit) => unit);
  const width = role === 'mlp-down' ? parts[0]!.rows : parts[0]!.columns;
  const out = matrix(wanted.length, width);
  let start = 0;
  for (const part of parts) {
    const size = role === 'mlp-down' ? part.columns : part.rows;
    const places: number[] = [];
    for (let i = 0; i < wanted.length; i++)
      if (wanted[i]! >= start && wanted[i]! < start + size) places.push(i);
    const rows = places.map((i) => wanted[i]! - start);
    start += size;
    if (rows.length === 0) continue;
    const read = role === 'mlp-down' ? await columnsOf(model, part, rows) : await model.read(part, { rows });
    places.forEach((i, at) => {
      out.data.set(row(read, at), i * width);
    });
  }
  return withGain(out, await readGain(model, role, layer));
}

/** Gain of the norm between the matrix and the stream; blocks that run attention and MLP side by side
 *  may keep one norm for both. */
async function readGain(
  model: CanonicalModel,
  role: ResidualRole,
  layer: number,
): Promise<Float32Array | undefined> {
  const norms: TensorRole[] =
    role === 'mlp-down'
      ? ['mlp-output-norm']
      : role.startsWith('attention')
        ? ['attention-norm']
        : model.find('mlp-output-norm', layer) === undefined
          ? ['mlp-norm', 'attention-norm']
          : ['mlp-norm'];
  const gain = norms.map((norm) => model.find(norm, layer)).find((tensor) => tensor !== undefined);
  return gain === undefined ? undefined : (await model.read(gain)).data;
}

/** Multiplies every row by the gain of its channel, in place. */
function withGain(rows: Matrix, gain: Float32Array | undefined): Matrix {
  if (gain === undefined) return rows;
  if (gain.length !== rows.columns)
    throw new RangeError(`a gain of ${gain.length} channels does not fit rows of ${rows.columns}`);
  for (let i = 0; i < rows.rows; i++)
    for (let j = 0; j < rows.columns; j++) rows.data[i * rows.columns + j]! *= gain[j]!;
  return rows;
}
