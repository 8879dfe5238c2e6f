import type { CanonicalModel, TensorRole } from '../../canonical/model.ts';
import type { PairContext } from '../../context.ts';
import { type Matrix, matrix, transpose } from '../../matrix.ts';
import { foldGain, normaliseRows } from './unit-rows.ts';

/** Head counts of one model's attention; query head h reads the keys and values of group floor(h / (heads / groups)). */
export interface HeadShape {
  readonly heads: number;
  readonly groups: number;
  readonly headSize: number;
}

/** One layer's projections on the sampled residual channels, one row a head dimension. */
interface HeadMatrices {
  readonly shape: HeadShape;
  readonly q: Matrix;
  readonly k: Matrix;
  readonly v: Matrix;
  readonly o: Matrix;
}

export interface HeadComparison {
  /** Query heads of A by query heads of B: mean cosine of their QK and OV circuits. */
  readonly heads: Matrix;
  /** Rows of A's value matrix by rows of B's: cosine. */
  readonly values: Matrix;
  /** Rows of B's value matrix on the sampled channels, each of length one. */
  readonly subjectValues: Matrix;
}

/**
 * Compares the heads of one layer on the given residual channels; undefined where a model has no whole
 * attention matrices there. Circuits are Qᵀ K and O V (d × d), in which rotations inside a head cancel.
 * Inner products need only headSize × headSize blocks:
 * <Q₁ᵀK₁, Q₂ᵀK₂> = Σ (Q₁Q₂ᵀ)∘(K₁K₂ᵀ), and likewise <O₁V₁, O₂V₂> = Σ (O₁ᵀO₂)∘(V₁V₂ᵀ).
 */
export async function compareHeads(
  pair: PairContext,
  layers: { readonly reference: number; readonly subject: number },
  shapes: { readonly reference: HeadShape; readonly subject: HeadShape },
  channels: Int32Array,
): Promise<HeadComparison | undefined> {
  const a = await headMatrices(pair.reference, layers.reference, shapes.reference, channels);
  const b = await headMatrices(pair.subject, layers.subject, shapes.subject, channels);
  if (a === undefined || b === undefined) return undefined;
  const { kernel } = pair;
  const [qq, kk] = [await kernel.timesTransposed(a.q, b.q), await kernel.timesTransposed(a.k, b.k)];
  const [oo, vv] = [await kernel.timesTransposed(a.o, b.o), await kernel.timesTransposed(a.v, b.v)];
  const normsA = await circuitNorms(pair, a);
  const normsB = await circuitNorms(pair, b);
  const out = matrix(a.shape.heads, b.shape.heads);
  for (let i = 0; i < a.shape.heads; i++)
    for (let j = 0; j < b.shape.heads; j++) {
      const blocks = { a: a.shape, b: b.shape, i, j };
      const qk = blockSum(qq, kk, blocks) / (normsA.qk[i]! * normsB.qk[j]!);
      const ov = blockSum(oo, vv, blocks) / (normsA.ov[i]! * normsB.ov[j]!);
      const mean = (qk + ov) / 2;
      out.data[i * out.columns + j] = Number.isFinite(mean) ? mean : 0;
    }
  normaliseRows(a.v);
  normaliseRows(b.v);
  return { heads: out, values: await kernel.timesTransposed(a.v, b.v), subjectValues: b.v };
}

/** Whether the model has whole q, k, v and o matrices of the expected sizes in a layer. */
function hasHeads(model: CanonicalModel, layer: number, shape: HeadShape): boolean {
  const rows = (role: TensorRole): number | undefined => model.find(role, layer)?.rows;
  const inner = shape.heads * shape.headSize;
  const outer = shape.groups * shape.headSize;
  return (
    rows('attention-q') === inner &&
    rows('attention-k') === outer &&
    rows('attention-v') === outer &&
    model.find('attention-o', layer)?.columns === inner
  );
}

async function headMatrices(
  model: CanonicalModel,
  layer: number,
  shape: HeadShape,
  channels: Int32Array,
): Promise<HeadMatrices | undefined> {
  if (!hasHeads(model, layer, shape)) return undefined;
  const gain = model.find('attention-norm', layer);
  const gains = gain === undefined ? undefined : (await model.read(gain)).data;
  const input = async (role: TensorRole): Promise<Matrix> => {
    const whole = await model.read(model.find(role, layer)!);
    if (gains !== undefined && gains.length === whole.columns) foldGain(whole, gains);
    return selectColumns(whole, channels);
  };
  const o = transpose(await model.read(model.find('attention-o', layer)!, { rows: channels }));
  return {
    shape,
    q: await input('attention-q'),
    k: await input('attention-k'),
    v: await input('attention-v'),
    o,
  };
}

async function circuitNorms(
  pair: PairContext,
  m: HeadMatrices,
): Promise<{ qk: Float64Array; ov: Float64Array }> {
  const { heads, headSize, groups } = m.shape;
  const gram = async (source: Matrix, index: number): Promise<Matrix> => {
    const rows = headRows(source, index, headSize);
    return pair.kernel.timesTransposed(rows, rows);
  };
  const qk = new Float64Array(heads);
  const ov = new Float64Array(heads);
  const one = { heads: 1, groups: 1, headSize };
  const single = { a: one, b: one, i: 0, j: 0 };
  for (let g = 0; g < groups; g++) {
    const kk = await gram(m.k, g);
    const vv = await gram(m.v, g);
    const shared = heads / groups;
    for (let h = g * shared; h < (g + 1) * shared; h++) {
      qk[h] = Math.sqrt(blockSum(await gram(m.q, h), kk, single));
      ov[h] = Math.sqrt(blockSum(await gram(m.o, h), vv, single));
    }
  }
  return { qk, ov };
}

/** Sum of the elementwise product of the (i, j) head block of `x` and the block of their groups of `y`. */
function blockSum(
  x: Matrix,
  y: Matrix,
  { a, b, i, j }: { a: HeadShape; b: HeadShape; i: number; j: number },
): number {
  const groupA = Math.floor(i / (a.heads / a.groups));
  const groupB = Math.floor(j / (b.heads / b.groups));
  let sum = 0;
  for (let s = 0; s < a.headSize; s++) {
    const atX = (i * a.headSize + s) * x.columns + j * b.headSize;
    const atY = (groupA * a.headSize + s) * y.columns + groupB * b.headSize;
    for (let t = 0; t < b.headSize; t++) sum += x.data[atX + t]! * y.data[atY + t]!;
  }
  return sum;
}

function headRows(m: Matrix, head: number, headSize: number): Matrix {
  const start = head * headSize * m.columns;
  return matrix(headSize, m.columns, m.data.subarray(start, start + headSize * m.columns));
}

function selectColumns(m: Matrix, columns: Int32Array): Matrix {
  if (columns.length === m.columns) return m;
  const out = matrix(m.rows, columns.length);
  for (let i = 0; i < m.rows; i++)
    for (let j = 0; j < columns.length; j++)
      out.data[i * columns.length + j] = m.data[i * m.columns + columns[j]!]!;
  return out;
}
