import { castTo } from '../cast.ts';
import { putHalf } from './half.ts';
import { quantiseSuperBlocks, type SuperBlockName } from './quantise-super-blocks.ts';

/** Formats that `quantise` writes. */
export const WRITABLE = [
  'F32',
  'F16',
  'BF16',
  'Q4_0',
  'Q4_1',
  'Q5_0',
  'Q5_1',
  'Q8_0',
  'Q2_K',
  'Q3_K',
  'Q4_K',
  'Q5_K',
  'Q6_K',
] as const;
export type WritableFormat = (typeof WRITABLE)[number];

const BLOCK = 32;
const f = Math.fround;

/**
 * Stores numbers in a GGML format, for test files and for asking whether a stored tensor is a given
 * one rounded. F16 and BF16 round to nearest, ties to even. The blocks of 32 follow ggml's reference
 * quantisers step by step in float32, so their bytes are the same; the K formats use one plain rule
 * (see `quantiseSuperBlocks`) and do not reproduce llama.cpp's search for better scales.
 * @throws RangeError where a value is not finite or the length is no whole number of blocks
 */
export function quantise(format: WritableFormat, values: Float32Array): Uint8Array {
  if (!values.every(Number.isFinite)) throw new RangeError('only finite values can be quantised');
  switch (format) {
    case 'F32':
      return littleEndian(values, 4, (view, at, value) => view.setFloat32(at, value, true));
    case 'BF16':
      return upperHalves(castTo('BF16', values));
    case 'F16': {
      const out = new Uint8Array(2 * values.length);
      values.forEach((value, i) => {
        putHalf(out, 2 * i, value);
      });
      return out;
    }
    case 'Q8_0':
      return perBlock(values, 34, signedBytes);
    case 'Q4_0':
      return perBlock(values, 18, (block, out, at) => symmetric(block, out, at, 8));
    case 'Q5_0':
      return perBlock(values, 22, (block, out, at) => symmetric(block, out, at, 16));
    case 'Q4_1':
      return perBlock(values, 20, (block, out, at) => ranged(block, out, at, 15));
    case 'Q5_1':
      return perBlock(values, 24, (block, out, at) => ranged(block, out, at, 31));
    default:
      return quantiseSuperBlocks(format satisfies SuperBlockName, values);
  }
}

function littleEndian(
  values: Float32Array,
  width: number,
  put: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(width * values.length));
  values.forEach((value, i) => {
    put(view, width * i, value);
  });
  return new Uint8Array(view.buffer);
}

function upperHalves(values: Float32Array): Uint8Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint8Array(2 * words.length);
  words.forEach((word, i) => {
    out[2 * i] = word >>> 16;
    out[2 * i + 1] = word >>> 24;
  });
  return out;
}

function perBlock(
  values: Float32Array,
  bytes: number,
  write: (block: Float32Array, out: Uint8Array, at: number) => void,
): Uint8Array {
  if (values.length % BLOCK !== 0) throw new RangeError(`${values.length} values are no whole blocks of 32`);
  const blocks = values.length / BLOCK;
  const out = new Uint8Array(blocks * bytes);
  for (let b = 0; b < blocks; b++) write(values.subarray(BLOCK * b, BLOCK * (b + 1)), out, bytes * b);
  return out;
}

/** quantize_row_q8_0_ref: d = max|x| / 127, codes rounded half away from zero. */
function signedBytes(block: Float32Array, out: Uint8Array, at: number): void {
  let largest = 0;
  for (const value of block) largest = Math.max(largest, Math.abs(value));
  const d = f(largest / 127);
  const inverse = d === 0 ? 0 : f(1 / d);
  putHalf(out, at, d);
  block.forEach((value, j) => {
    const scaled = f(value * inverse);
    out[at + 2 + j] = Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5);
  });
}

/** quantize_row_q4_0_ref (half 8) and q5_0 (half 16): the value of largest size gets code -half. */
function symmetric(block: Float32Array, out: Uint8Array, at: number, half: 8 | 16): void {
  let extreme = 0;
  for (const value of block) if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  const d = f(extreme / -half);
  const inverse = d === 0 ? 0 : f(1 / d);
  putHalf(out, at, d);
  const codes = Array.from(block, (value) =>
    Math.min(2 * half - 1, Math.trunc(f(f(value * inverse) + half + 0.5))),
  );
  putCodes(codes, out, at + 2, half === 16);
}

/** quantize_row_q4_1_ref (most 15) and q5_1 (most 31): codes from the least value up. */
function ranged(block: Float32Array, out: Uint8Array, at: number, most: 15 | 31): void {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of block) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  const d = f(f(greatest - least) / most);
  const inverse = d === 0 ? 0 : f(1 / d);
  putHalf(out, at, d);
  putHalf(out, at + 2, least);
  const codes = Array.from(block, (value) =>
    Math.min(most, Math.trunc(f(f(f(value - least) * inverse) + 0.5))),
  );
  putCodes(codes, out, at + 4, most === 31);
}

function putCodes(codes: readonly number[], out: Uint8Array, at: number, fifthBits: boolean): void {
  const nibbles = fifthBits ? at + 4 : at;
  for (let j = 0; j < BLOCK / 2; j++)
    out[nibbles + j] = (codes[j]! & 15) | ((codes[j + BLOCK / 2]! & 15) << 4);
  if (!fifthBits) return;
  codes.forEach((code, i) => {
    out[at + (i >>> 3)]! |= (code >>> 4) << (i & 7);
  });
}
