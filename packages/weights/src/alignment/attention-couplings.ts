import type { CanonicalModel } from '../canonical/model.ts';
import type { PairContext } from '../context.ts';
import type { MatrixKernel } from '../kernel/kernel.ts';
import { type Matrix, matrix, row, stackRows, transpose } from '../matrix.ts';
import { type ResidualRole, residualRows } from './residual-rows.ts';
import { type Couplings, couplings } from './sign-agreement.ts';

/** The same directions in both bases: n × hidden of either model. */
export interface DirectionPair {
  readonly reference: Matrix;
  readonly subject: Matrix;
}

/** Couplings of one layer of each model. */
export interface LayerCouplings {
  readonly reference: number;
  readonly subject: number;
  /** Whole query and key matrices: [reference, subject]. */
  readonly pairs: readonly (readonly [Couplings, Couplings])[];
  /** One for each query head; empty where the head size is not known. */
  readonly referenceHeads: readonly Couplings[];
  readonly subjectHeads: readonly Couplings[];
}

/** For each query head of the subject the most similar one of the reference. */
export interface HeadMatch {
  readonly partner: readonly number[];
  readonly cosine: readonly number[];
}

/** Query and key couplings of one pair of layers; every head weighs the same, so that scale moved between
 *  the queries and keys of a head does not matter. */
export async function layerCouplings(
  pair: PairContext,
  layers: { readonly reference: number; readonly subject: number },
  directions: DirectionPair,
): Promise<LayerCouplings> {
  const pairs: (readonly [Couplings, Couplings])[] = [];
  let referenceHeads: Couplings[] = [];
  let subjectHeads: Couplings[] = [];
  for (const role of ['attention-q', 'attention-k'] as const) {
    const a = await mapped(pair, pair.reference, role, layers.reference, directions.reference);
    const b = await mapped(pair, pair.subject, role, layers.subject, directions.subject);
    if (a === undefined || b === undefined) continue;
    pairs.push([await couplings(a, pair.kernel), await couplings(b, pair.kernel)]);
    if (role === 'attention-k') continue;
    referenceHeads = await headCouplings(pair, pair.reference, a);
    subjectHeads = await headCouplings(pair, pair.subject, b);
  }
  return { ...layers, pairs, referenceHeads, subjectHeads };
}

/** Directions × outputs of a matrix, each head scaled to the same length. */
async function mapped(
  pair: PairContext,
  model: CanonicalModel,
  role: ResidualRole,
  layer: number,
  directions: Matrix,
): Promise<Matrix | undefined> {
  const rows = await residualRows(model, role, layer);
  if (rows === undefined) return undefined;
  const size = model.architecture.headSize;
  if (size !== undefined && rows.rows % size === 0) scaleHeads(rows, size);
  return await pair.kernel.timesTransposed(directions, rows);
}

function scaleHeads(rows: Matrix, headSize: number): void {
  const step = headSize * rows.columns;
  for (let start = 0; start < rows.data.length; start += step) {
    const head = rows.data.subarray(start, start + step);
    let square = 0;
    for (let at = 0; at < head.length; at++) square += head[at]! * head[at]!;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let at = 0; at < head.length; at++) head[at] = head[at]! * scale;
  }
}

async function headCouplings(pair: PairContext, model: CanonicalModel, map: Matrix): Promise<Couplings[]> {
  const size = model.architecture.headSize;
  if (size === undefined || map.columns % size !== 0) return [];
  const outputs = transpose(map);
  const heads: Couplings[] = [];
  for (let start = 0; start < outputs.rows; start += size) {
    const data = outputs.data.slice(start * outputs.columns, (start + size) * outputs.columns);
    heads.push(await couplings(transpose(matrix(size, outputs.columns, data)), pair.kernel));
  }
  return heads;
}

/** Best partner of each subject head; undefined where heads are not known. */
export async function matchHeads(
  layer: LayerCouplings,
  kernel: MatrixKernel,
): Promise<HeadMatch | undefined> {
  if (layer.referenceHeads.length === 0 || layer.subjectHeads.length === 0) return undefined;
  const all = await kernel.timesTransposed(flattened(layer.subjectHeads), flattened(layer.referenceHeads));
  const found = layer.subjectHeads.map((_, head) => {
    const cosines = [...row(all, head)];
    const best = Math.max(...cosines);
    return { partner: cosines.indexOf(best), cosine: best };
  });
  return { partner: found.map((head) => head.partner), cosine: found.map((head) => head.cosine) };
}

/** Couplings as the rows of one matrix, in which inner products are cosines. */
function flattened(heads: readonly Couplings[]): Matrix {
  return stackRows(heads.map(({ data }) => matrix(1, data.length, data)));
}
