import type { CanonicalModel, CanonicalTensor } from '../../canonical/model.ts';
import type { PairContext } from '../../context.ts';
import { type Matrix, matrix, row } from '../../matrix.ts';

/** A matrix whose rows are compared, read through the gain of the norm before it (a function-preserving
 *  rescaling can move size between the two). */
export interface UnitSource {
  readonly model: CanonicalModel;
  readonly tensor: CanonicalTensor;
  readonly gain: CanonicalTensor | undefined;
}

/** Rows of a source with the gain folded in, each scaled to length one; all rows where none are named. */
export async function unitRows(source: UnitSource, rows?: ArrayLike<number>): Promise<Matrix> {
  const read = await source.model.read(source.tensor, rows === undefined ? {} : { rows });
  if (source.gain !== undefined) foldGain(read, (await source.model.read(source.gain)).data);
  normaliseRows(read);
  return read;
}

/** Multiplies column j by gain[j], in place. @throws RangeError where the widths differ. */
export function foldGain(m: Matrix, gain: Float32Array): void {
  if (gain.length !== m.columns) throw new RangeError(`gain of ${gain.length} for ${m.columns} columns`);
  for (let i = 0; i < m.rows; i++)
    for (let j = 0, at = i * m.columns; j < m.columns; j++, at++) m.data[at]! *= gain[j]!;
}

/** Scales rows to length one, in place. Rows of zeros, or holding what is not a finite number, become
 *  zeros: they resemble nothing, so their partner is drawn by the seed. */
export function normaliseRows(m: Matrix): void {
  for (let i = 0; i < m.rows; i++) {
    const values = row(m, i);
    let square = 0;
    for (let j = 0; j < values.length; j++) square += values[j]! * values[j]!;
    if (!(square > 0) || !Number.isFinite(square)) values.fill(0);
    else {
      const scale = 1 / Math.sqrt(square);
      for (let j = 0; j < values.length; j++) values[j]! *= scale;
    }
  }
}

/** Inner products of given rows with every row of a source, read in pieces that respect the memory bound. */
export async function similarityToAll(pair: PairContext, rows: Matrix, source: UnitSource): Promise<Matrix> {
  const { rows: count, columns } = source.tensor;
  const out = matrix(rows.rows, count);
  // Half the bound for B's piece and its copy inside the kernel; the other half is the result and A.
  const piece = Math.max(64, Math.floor(pair.parameters.memoryBytes / (16 * columns)));
  for (let start = 0; start < count; start += piece) {
    const length = Math.min(piece, count - start);
    const whole = length === count;
    const part = await unitRows(source, whole ? undefined : Int32Array.from({ length }, (_, i) => start + i));
    const product = await pair.kernel.timesTransposed(rows, part);
    if (whole) return product;
    for (let i = 0; i < rows.rows; i++) out.data.set(row(product, i), i * count + start);
  }
  return out;
}
