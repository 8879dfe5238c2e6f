import type { FigureData } from '@filiation/evidence';
import { type Aligned, alignResidual } from '../alignment/alignment.ts';
import { matchUnits } from '../alignment/layer-map.ts';
import { residualRows } from '../alignment/residual-rows.ts';
import type { LayerMatch } from '../alignment/unit-match.ts';
import type { CanonicalModel, TensorRole } from '../canonical/model.ts';
import { sharedTokens } from '../canonical/shared-tokens.ts';
import type { PairContext } from '../context.ts';
import { type Matrix, matrix, row } from '../matrix.ts';
import { median } from './change.ts';
import type { SeenMechanism } from './mechanisms.ts';
import { singularValuesOf } from './numerical-rank.ts';

/** Units of a layer and tokens of the vocabulary compared after alignment. */
const COMPARED_ROWS = 256;
/** Fewer agreed units than this share of the sampled ones (or than this number) are no correspondence. */
const AGREED_SHARE = 0.25;
const FEWEST_UNITS = 8;
/** Largest singular value over the edge of white noise of equal length: rounding stays near 1. */
const STRUCTURED = 1.4;
/** Relative change from which structured left-overs count as training, and even ones as rounding coarser
 *  than the storage's (float16 leaves 0.0002, bfloat16 0.002, int8 rows 0.006). */
const TUNED = 0.001;
const STORAGE_ROUNDING = 0.004;

/** A tensor compared after rotation, order and scale were undone. */
export interface AlignedTensor {
  readonly label: string;
  readonly role: TensorRole;
  readonly layer: number | undefined;
  readonly rows: number;
  readonly relativeChange: number;
  readonly cosine: number;
  /** Largest singular value of the difference over the edge of white noise of the same size. */
  readonly structure: number;
}

export interface AlignedDelta {
  readonly kind: Aligned['kind'];
  readonly tensors: readonly AlignedTensor[];
  readonly mechanisms: readonly SeenMechanism[];
}

/** What was changed beneath a disguise; undefined where no layer's units correspond. Attention is left
 *  out: its heads' inner bases are free, so its matrices have no place-by-place difference. */
export async function alignedDelta(pair: PairContext): Promise<AlignedDelta | undefined> {
  const alignment = await alignResidual(pair);
  const matching = await matchUnits(pair);
  if (alignment.kind === 'none' || 'reason' in matching) return undefined;
  const found = matching.layers.filter(
    (layer) =>
      layer.agreed.reference.length >= Math.max(FEWEST_UNITS, AGREED_SHARE * layer.sampled) &&
      matching.layerMap[layer.subjectLayer] !== null,
  );
  if (found.length === 0) return undefined;
  const tensors: AlignedTensor[] = [];
  for (const role of ['embedding', 'head'] as const)
    tensors.push(...(await vocabularyRows(pair, alignment, role)));
  for (const [index, layer] of found.entries()) {
    pair.progress(`comparing layer ${layer.subjectLayer} after alignment`, index / found.length);
    tensors.push(...(await unitRows(pair, alignment, layer)));
  }
  return { kind: alignment.kind, tensors, mechanisms: mechanismsOf(alignment, found, tensors) };
}

export function cosineAligned({ tensors }: AlignedDelta): number {
  return median(tensors.map((tensor) => tensor.cosine));
}

export function changeAligned({ tensors }: AlignedDelta): number {
  return median(tensors.map((tensor) => tensor.relativeChange));
}

export function alignedTable({ tensors }: AlignedDelta): FigureData {
  return {
    kind: 'table',
    id: 'delta-aligned',
    title: 'Tensors after alignment',
    caption:
      'Rows of recognised units and shared tokens, their basis, order and scale undone. Structure: largest singular value of the difference over that of even noise; rounding stays near 1. Attention is not compared.',
    columns: ['tensor', 'rows', 'relative change', 'cosine', 'structure'],
    rows: tensors.map(({ label, rows, relativeChange, cosine, structure }) => [
      label,
      rows,
      relativeChange,
      cosine,
      structure,
    ]),
  };
}

async function vocabularyRows(
  pair: PairContext,
  alignment: Aligned,
  role: 'embedding' | 'head',
): Promise<AlignedTensor[]> {
  const [a, b] = [pair.reference.find(role), pair.subject.find(role)];
  if (a === undefined || b === undefined) return [];
  const shared = sharedTokens(pair.reference, pair.subject);
  const usable = [...shared.reference.keys()].filter(
    (i) => shared.reference[i]! < a.rows && shared.subject[i]! < b.rows,
  );
  const picked = [...pair.random(`aligned-delta/${role}`).sample(usable.length, COMPARED_ROWS)].map(
    (at) => usable[at]!,
  );
  const left = await pair.reference.read(a, { rows: picked.map((i) => shared.reference[i]!) });
  const right = await pair.subject.read(b, { rows: picked.map((i) => shared.subject[i]!) });
  const folded = role === 'head';
  const rowsA = folded ? await withFinalGain(pair.reference, left) : left;
  const rowsB = await alignment.toReference(folded ? await withFinalGain(pair.subject, right) : right);
  return [compareRows(role, role, undefined, rowsA, rowsB, false)];
}

async function withFinalGain(model: CanonicalModel, rows: Matrix): Promise<Matrix> {
  const norm = model.find('final-norm');
  if (norm === undefined) return rows;
  const gain = (await model.read(norm)).data;
  return matrix(
    rows.rows,
    rows.columns,
    rows.data.map((value, i) => value * gain[i % rows.columns]!),
  );
}

async function unitRows(pair: PairContext, alignment: Aligned, layer: LayerMatch): Promise<AlignedTensor[]> {
  const out: AlignedTensor[] = [];
  const { reference, subject } = layer.agreed;
  const picked = pair.random(`aligned-delta/${layer.subjectLayer}`).sample(reference.length, COMPARED_ROWS);
  const unitsA = picked.map((at) => reference[at]!);
  const unitsB = picked.map((at) => subject[at]!);
  for (const role of ['mlp-gate', 'mlp-up', 'mlp-down'] as const) {
    const a = await residualRows(pair.reference, role, layer.referenceLayer, unitsA);
    const b = await residualRows(pair.subject, role, layer.subjectLayer, unitsB);
    if (a === undefined || b === undefined) continue;
    // a factor may be moved between a unit's up row and its down column without any effect
    const scaled = role !== 'mlp-gate' && pair.reference.architecture.gatedMlp;
    const rowsB = await alignment.toReference(b);
    out.push(compareRows(`${role} ${layer.subjectLayer}`, role, layer.subjectLayer, a, rowsB, scaled));
  }
  return out;
}

function compareRows(
  label: string,
  role: TensorRole,
  layer: number | undefined,
  a: Matrix,
  b: Matrix,
  scaled: boolean,
): AlignedTensor {
  const difference = matrix(a.rows, a.columns);
  let [xx, yy, xy, dd] = [0, 0, 0, 0];
  for (let i = 0; i < a.rows; i++) {
    const [x, y] = [row(a, i), row(b, i)];
    const factor = scaled ? bestFactor(x, y) : 1;
    for (let j = 0; j < a.columns; j++) {
      const value = factor * y[j]!;
      const change = value - x[j]!;
      difference.data[i * a.columns + j] = change;
      xx += x[j]! ** 2;
      yy += value ** 2;
      xy += x[j]! * value;
      dd += change ** 2;
    }
  }
  const edge = Math.sqrt(dd / Math.max(1, a.rows * a.columns)) * (Math.sqrt(a.rows) + Math.sqrt(a.columns));
  return {
    label,
    role,
    layer,
    rows: a.rows,
    relativeChange: xx > 0 ? Math.sqrt(dd / xx) : 0,
    cosine: xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0,
    structure: edge > 0 && Number.isFinite(edge) ? (singularValuesOf(difference)[0] ?? 0) / edge : 0,
  };
}

/** Positive factor that brings y nearest to x. */
function bestFactor(x: Float32Array, y: Float32Array): number {
  let [xy, yy] = [0, 0];
  for (let j = 0; j < x.length; j++) {
    xy += x[j]! * y[j]!;
    yy += y[j]! ** 2;
  }
  return yy > 0 && xy > 0 ? xy / yy : 1;
}

function mechanismsOf(
  alignment: Aligned,
  layers: readonly LayerMatch[],
  tensors: readonly AlignedTensor[],
): SeenMechanism[] {
  const units = layers.reduce((sum, layer) => sum + layer.agreed.reference.length, 0);
  const moved = layers.reduce(
    (sum, { agreed }) => sum + agreed.reference.filter((unit, i) => unit !== agreed.subject[i]).length,
    0,
  );
  const out: SeenMechanism[] = [];
  if (alignment.kind === 'procrustes')
    out.push({
      name: 'rotated',
      detail: `the residual stream was rotated; ${units} units recognised beneath`,
    });
  if (alignment.kind === 'signed-permutation' || moved > units / 2)
    out.push({
      name: 'permuted',
      detail: `${alignment.kind === 'signed-permutation' ? 'residual channels were re-ordered; ' : ''}${moved} of ${units} recognised units stand elsewhere`,
    });
  const gates = tensors.filter((tensor) => tensor.role === 'mlp-gate');
  const measured = gates.length > 0 ? gates : tensors;
  const change = median(measured.map((tensor) => tensor.relativeChange));
  const cosine = median(tensors.map((tensor) => tensor.cosine)).toFixed(4);
  const size = `relative change ${change.toPrecision(3)} after undoing it, median cosine ${cosine}`;
  const structured = median(measured.map((tensor) => tensor.structure)) > STRUCTURED;
  if (structured && change > TUNED)
    out.push({ name: 'fine-tune', detail: `${size}; rank not looked at in another basis` });
  if (!structured && change > STORAGE_ROUNDING)
    out.push({
      name: 'quantised',
      detail: `${size}; what is left is as even as rounding to few levels makes it`,
    });
  return out;
}
