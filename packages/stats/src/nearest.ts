import type { RandomStream } from './random.ts';

/** For each row of a row-major rows × columns matrix the column of its largest value. Ties are broken by
 *  the stream, never by position: position is what order tests look at. */
export function nearestRows(
  similarity: Float32Array,
  rows: number,
  columns: number,
  tie: RandomStream,
): Int32Array {
  if (columns < 1 || similarity.length !== rows * columns)
    throw new RangeError(`${similarity.length} values are not ${rows} x ${columns}`);
  const out = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    let best = 0;
    let tied = 0;
    let top = Number.NEGATIVE_INFINITY;
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const value = similarity[at]!;
      if (value > top) {
        top = value;
        best = j;
        tied = 1;
      } else if (value === top || top === Number.NEGATIVE_INFINITY) {
        // Reservoir sampling: the t-th of equals replaces the kept one with probability 1/t.
        tied++;
        if (tie.integer(tied) === 0) best = j;
      }
    }
    out[i] = best;
  }
  return out;
}

/** For each row the column it and only it is nearest to, both ways; -1 where the choice is not mutual. */
export function mutualNearest(
  similarity: Float32Array,
  rows: number,
  columns: number,
  tie: RandomStream,
): Int32Array {
  const forward = nearestRows(similarity, rows, columns, tie);
  const back =
    nearestOfColumns(similarity, rows, columns) ?? nearestByTurning(similarity, rows, columns, tie);
  return forward.map((column, row) => (back[column] === row ? column : -1));
}

/** For each column the row of its largest value, or undefined where any tie has to be broken. */
function nearestOfColumns(similarity: Float32Array, rows: number, columns: number): Int32Array | undefined {
  const top = new Float32Array(columns).fill(Number.NEGATIVE_INFINITY);
  const best = new Int32Array(columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const value = similarity[at]!;
      const held = top[j]!;
      if (value > held) {
        top[j] = value;
        best[j] = i;
      } else if (!(value < held)) return undefined;
    }
  return best;
}

function nearestByTurning(
  similarity: Float32Array,
  rows: number,
  columns: number,
  tie: RandomStream,
): Int32Array {
  const turned = new Float32Array(similarity.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) turned[j * rows + i] = similarity[i * columns + j]!;
  return nearestRows(turned, columns, rows, tie);
}
