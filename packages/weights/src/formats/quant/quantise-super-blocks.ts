import { putHalf } from './half.ts';

export type SuperBlockName = 'Q2_K' | 'Q3_K' | 'Q4_K' | 'Q5_K' | 'Q6_K';

const SIZE = 256;
const BYTES: Readonly<Record<SuperBlockName, number>> = {
  Q2_K: 84,
  Q3_K: 110,
  Q4_K: 144,
  Q5_K: 176,
  Q6_K: 210,
};

/**
 * K formats by one plain rule: each group's scale covers its range exactly (from min(0, least) to the
 * greatest value where the format stores minima, else with the value of largest size at the lowest
 * code), group scales are rounded against the largest of the block, and every code is the one nearest
 * to its value under the scales as stored. llama.cpp searches for scales with a smaller error.
 * @throws RangeError where the length is no whole number of blocks of 256
 */
export function quantiseSuperBlocks(format: SuperBlockName, values: Float32Array): Uint8Array {
  if (values.length % SIZE !== 0) throw new RangeError(`${values.length} values are no whole blocks of 256`);
  const blocks = values.length / SIZE;
  const out = new Uint8Array(blocks * BYTES[format]);
  for (let b = 0; b < blocks; b++)
    WRITERS[format](values.subarray(SIZE * b, SIZE * (b + 1)), out.subarray(BYTES[format] * b));
  return out;
}

const WRITERS: Readonly<Record<SuperBlockName, (block: Float32Array, out: Uint8Array) => void>> = {
  Q2_K(block, out) {
    const { scales, minima, codes } = ranged(block, out, { group: 16, most: 3, mostScale: 15, at: 80 });
    for (let j = 0; j < 16; j++) out[j] = scales[j]! | (minima[j]! << 4);
    putPairs(codes, out, 16);
  },
  Q3_K(block, out) {
    const { scales, codes } = symmetric(block, out, { half: 4, halfScale: 32, at: 108 });
    scales.forEach((scale, j) => {
      const code = scale + 32;
      out[96 + (j & 7)]! |= (code & 15) << (4 * (j >>> 3));
      out[104 + (j & 3)]! |= (code >>> 4) << (2 * (j >>> 2));
    });
    const lifted = codes.map((code) => code + 4);
    putPairs(
      lifted.map((code) => code & 3),
      out,
      32,
    );
    lifted.forEach((code, i) => {
      out[i & 31]! |= (code >>> 2) << (i >>> 5);
    });
  },
  Q4_K(block, out) {
    const { scales, minima, codes } = ranged(block, out, { group: 32, most: 15, mostScale: 63, at: 0 });
    putSixBits(scales, minima, out, 4);
    putNibbles(codes, out, 16);
  },
  Q5_K(block, out) {
    const { scales, minima, codes } = ranged(block, out, { group: 32, most: 31, mostScale: 63, at: 0 });
    putSixBits(scales, minima, out, 4);
    putNibbles(codes, out, 48);
    codes.forEach((code, i) => {
      out[16 + (i & 31)]! |= (code >>> 4) << (i >>> 5);
    });
  },
  Q6_K(block, out) {
    const { scales, codes } = symmetric(block, out, { half: 32, halfScale: 128, at: 208 });
    scales.forEach((scale, j) => {
      out[192 + j] = scale;
    });
    codes.forEach((signed, i) => {
      const code = signed + 32;
      const quarter = (i >>> 5) & 3;
      const l = i & 31;
      out[64 * (i >>> 7) + 32 * (quarter & 1) + l]! |= (code & 15) << (4 * (quarter >>> 1));
      out[128 + 32 * (i >>> 7) + l]! |= (code >>> 4) << (2 * quarter);
    });
  },
};

interface RangedForm {
  readonly group: number;
  readonly most: number;
  readonly mostScale: number;
  /** Where d lies; dmin follows. */
  readonly at: number;
}

/** Codes 0..most with scale and minimum a group; writes d and dmin. */
function ranged(
  block: Float32Array,
  out: Uint8Array,
  form: RangedForm,
): { scales: number[]; minima: number[]; codes: number[] } {
  const groups = groupsOf(block, form.group);
  const least = groups.map((group) => Math.min(0, ...group));
  const spans = groups.map((group, g) => (Math.max(0, ...group) - least[g]!) / form.most);
  const d = putHalf(out, form.at, Math.max(...spans) / form.mostScale);
  const dmin = putHalf(out, form.at + 2, -Math.min(...least) / form.mostScale);
  const scales = spans.map((span) => nearest(span, d, 0, form.mostScale));
  const minima = least.map((value) => nearest(-value, dmin, 0, form.mostScale));
  const codes = Array.from(block, (value, i) => {
    const g = Math.floor(i / form.group);
    return nearest(value + dmin * minima[g]!, d * scales[g]!, 0, form.most);
  });
  return { scales, minima, codes };
}

interface SymmetricForm {
  readonly half: number;
  readonly halfScale: number;
  /** Where d lies. */
  readonly at: number;
}

/** Codes -half..half-1 with a signed scale for each group of 16; writes d. */
function symmetric(
  block: Float32Array,
  out: Uint8Array,
  form: SymmetricForm,
): { scales: number[]; codes: number[] } {
  const wanted = groupsOf(block, 16).map((group) => extreme(group) / -form.half);
  const d = putHalf(out, form.at, extreme(wanted) / -form.halfScale);
  const scales = wanted.map((scale) => nearest(scale, d, -form.halfScale, form.halfScale - 1));
  const codes = Array.from(block, (value, i) =>
    nearest(value, d * scales[i >>> 4]!, -form.half, form.half - 1),
  );
  return { scales, codes };
}

/** The code whose multiple of `step` is nearest to `value`; 0 under a step of 0. */
function nearest(value: number, step: number, lowest: number, highest: number): number {
  return step === 0 ? 0 : Math.max(lowest, Math.min(highest, Math.round(value / step)));
}

function extreme(values: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) > Math.abs(found)) found = values[i]!;
  return found;
}

function groupsOf(block: Float32Array, size: number): Float32Array[] {
  return Array.from({ length: SIZE / size }, (_, g) => block.subarray(size * g, size * (g + 1)));
}

function putPairs(codes: readonly number[], out: Uint8Array, at: number): void {
  codes.forEach((code, i) => {
    out[at + 32 * (i >>> 7) + (i & 31)]! |= code << (2 * ((i >>> 5) & 3));
  });
}

function putNibbles(codes: readonly number[], out: Uint8Array, at: number): void {
  codes.forEach((code, i) => {
    out[at + 32 * (i >>> 6) + (i & 31)]! |= (code & 15) << (4 * ((i >>> 5) & 1));
  });
}

function putSixBits(scales: readonly number[], minima: readonly number[], out: Uint8Array, at: number): void {
  for (let j = 0; j < 4; j++) {
    out[at + j] = scales[j]! | ((scales[j + 4]! >>> 4) << 6);
    out[at + 4 + j] = minima[j]! | ((minima[j + 4]! >>> 4) << 6);
    out[at + 8 + j] = (scales[j + 4]! & 15) | ((minima[j + 4]! & 15) << 4);
  }
}
