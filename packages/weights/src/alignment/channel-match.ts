import type { Matrix } from '../matrix.ts';

/** Channel map: reference channel j is `sign[j]` × subject channel `subject[j]`, or nothing at -1. */
export interface ChannelMap {
  readonly subject: Int32Array;
  readonly sign: Int8Array;
}

/** A mutual partner is clear where the next most similar channel reaches less than this share of it. */
const CLEAR_RATIO = 0.8;

/** Cosines of every row of `a` with every row of `b` from their inner products; 0 for empty rows. */
export function columnCosines(cross: Matrix, a: Matrix, b: Matrix): Matrix {
  const lengthA = rowNorms(a);
  const lengthB = rowNorms(b);
  const data = cross.data.map((value, at) => {
    const scale = lengthA[Math.floor(at / cross.columns)]! * lengthB[at % cross.columns]!;
    return scale > 0 ? value / scale : 0;
  });
  return { rows: cross.rows, columns: cross.columns, data };
}

/** Share of rows whose largest |cosine| is on the diagonal, and positive. */
export function homeShare(cosines: Matrix): number {
  let home = 0;
  for (let i = 0; i < Math.min(cosines.rows, cosines.columns); i++) {
    const [best] = twoLargest(cosines, i);
    if (best === i && cosines.data[i * cosines.columns + i]! > 0) home++;
  }
  return home / Math.max(1, cosines.rows);
}

/** Keeps the mutual partners that are clear; `clearShare` is of the narrower model's channels. */
export function matchChannels(
  cosines: Matrix,
  mutual: Int32Array,
): { channels: ChannelMap; clearShare: number } {
  const subject = new Int32Array(cosines.rows).fill(-1);
  const sign = new Int8Array(cosines.rows).fill(1);
  let clear = 0;
  for (let i = 0; i < cosines.rows; i++) {
    const to = mutual[i]!;
    if (to < 0) continue;
    const [, largest, next] = twoLargest(cosines, i);
    if (next >= CLEAR_RATIO * largest) continue;
    subject[i] = to;
    sign[i] = cosines.data[i * cosines.columns + to]! < 0 ? -1 : 1;
    clear++;
  }
  return {
    channels: { subject, sign },
    clearShare: clear / Math.max(1, Math.min(cosines.rows, cosines.columns)),
  };
}

function twoLargest(m: Matrix, row: number): [at: number, largest: number, next: number] {
  let at = -1;
  let largest = 0;
  let next = 0;
  for (let j = 0; j < m.columns; j++) {
    const value = Math.abs(m.data[row * m.columns + j]!);
    if (value > largest) {
      next = largest;
      largest = value;
      at = j;
    } else if (value > next) next = value;
  }
  return [at, largest, next];
}

export function rowNorms(m: Matrix): Float64Array {
  return Float64Array.from({ length: m.rows }, (_, i) => {
    let sum = 0;
    for (let t = i * m.columns; t < (i + 1) * m.columns; t++) sum += m.data[t]! ** 2;
    return Math.sqrt(sum);
  });
}
