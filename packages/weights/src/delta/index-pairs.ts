import type { CanonicalModel, CanonicalTensor } from '../canonical/model.ts';
import { sharedTokens } from '../canonical/shared-tokens.ts';
import type { PairContext } from '../context.ts';
import { type Matrix, matrix, row } from '../matrix.ts';
import { KIN } from './layer-map.ts';

/** Indices of the reference and of the subject that stand for each other, one to one. */
export interface IndexPairs {
  readonly reference: Int32Array;
  readonly subject: Int32Array;
}

/** Columns compared when units are matched: enough to tell kin (cosine near 1) from strangers. */
const UNIT_COLUMNS = 512;
/** Rows held at once. */
const ROWS_AT_ONCE = 512;

/** Units of the reference's MLP that a narrower (or wider) subject kept, by mutual nearest up rows;
 *  undefined where fewer than half of the smaller layer's units find one. */
export async function keptUnits(
  pair: PairContext,
  layerA: number,
  layerB: number,
): Promise<IndexPairs | undefined> {
  const a = pair.reference.find('mlp-up', layerA);
  const b = pair.subject.find('mlp-up', layerB);
  if (a === undefined || b === undefined || a.columns !== b.columns) return undefined;
  const unitsB = await normalisedRows(pair.subject, b, 0, b.rows);
  const nearestInB = new Int32Array(a.rows);
  const nearestInA = new Int32Array(b.rows).fill(-1);
  const nearestValue = new Float32Array(b.rows).fill(KIN);
  for (let start = 0; start < a.rows; start += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, a.rows - start);
    const unitsA = await normalisedRows(pair.reference, a, start, count);
    const similarity = await pair.kernel.timesTransposed(unitsA, unitsB);
    for (let i = 0; i < count; i++) {
      const values = row(similarity, i);
      let best = 0;
      for (let j = 0; j < b.rows; j++) {
        if (values[j]! > values[best]!) best = j;
        if (values[j]! > nearestValue[j]!) {
          nearestValue[j] = values[j]!;
          nearestInA[j] = start + i;
        }
      }
      nearestInB[start + i] = best;
    }
  }
  const kept: [number, number][] = [];
  nearestInA.forEach((i, j) => {
    if (i >= 0 && nearestInB[i] === j) kept.push([i, j]);
  });
  if (kept.length < Math.min(a.rows, b.rows) / 2) return undefined;
  return { reference: Int32Array.from(kept, ([i]) => i), subject: Int32Array.from(kept, ([, j]) => j) };
}

/** Rows [start, start + count), their first `UNIT_COLUMNS` columns, scaled to length one. */
async function normalisedRows(
  model: CanonicalModel,
  tensor: CanonicalTensor,
  start: number,
  count: number,
): Promise<Matrix> {
  const width = Math.min(UNIT_COLUMNS, tensor.columns);
  const out = matrix(count, width);
  for (let done = 0; done < count; done += ROWS_AT_ONCE) {
    const rows = Int32Array.from(
      { length: Math.min(ROWS_AT_ONCE, count - done) },
      (_, i) => start + done + i,
    );
    const part = await model.read(tensor, { rows });
    for (let i = 0; i < rows.length; i++) {
      const values = row(part, i).subarray(0, width);
      let sum = 0;
      for (const value of values) sum += value * value;
      const scale = sum > 0 && Number.isFinite(sum) ? 1 / Math.sqrt(sum) : 0;
      for (let j = 0; j < width; j++) out.data[(done + i) * width + j] = values[j]! * scale;
    }
  }
  return out;
}

/** Token rows to compare where vocabularies differ in size or order; undefined where rows agree as they stand. */
export function vocabularyPairs(pair: PairContext): IndexPairs | undefined {
  const shared = sharedTokens(pair.reference, pair.subject);
  const rowsA = pair.reference.architecture.vocabularySize;
  const rowsB = pair.subject.architecture.vocabularySize;
  if (shared.by === 'text' && shared.reference.length > 0) {
    const inPlace = shared.reference.every((id, i) => id === shared.subject[i]);
    if (rowsA === rowsB && inPlace) return undefined;
    return { reference: shared.reference, subject: shared.subject };
  }
  if (rowsA === rowsB) return undefined;
  const ids = Int32Array.from({ length: Math.min(rowsA, rowsB) }, (_, id) => id);
  return { reference: ids, subject: ids };
}
