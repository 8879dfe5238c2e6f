import type { BlockFormat } from './block-format.ts';
import { halfAt } from './half.ts';
import { NON_LINEAR_LEVELS } from './plain-blocks.ts';

/*
 * Super-blocks of 256 elements: one or two half-precision scales over small integer scales of groups of
 * 16 or 32. Layouts: the ONNX `DequantizePacked` decoding specification (profiles gguf:q2_k to
 * gguf:q8_k, gguf:iq4_xs) and block structures of ggml-common.h with QK_K = 256.
 */
const SIZE = 256;

/** Two-bit fields: byte 32h + l holds elements 128h + 32s + l for s = 0..3, at bit 2s. */
function readPairs(bytes: Uint8Array, at: number, codes: Int16Array): void {
  for (let i = 0; i < SIZE; i++) {
    const byte = bytes[at + 32 * (i >>> 7) + (i & 31)]!;
    codes[i] = (byte >>> (2 * ((i >>> 5) & 3))) & 3;
  }
}

/** Four-bit fields: byte 32c + l holds elements 64c + l (low half) and 64c + 32 + l (high half). */
function readNibbles(bytes: Uint8Array, at: number, codes: Int16Array): void {
  for (let chunk = 0; chunk < 4; chunk++)
    for (let l = 0; l < 32; l++) {
      const pair = bytes[at + 32 * chunk + l]!;
      codes[64 * chunk + l] = pair & 15;
      codes[64 * chunk + 32 + l] = pair >>> 4;
    }
}

/**
 * Six-bit scale of group j (0..7) and, with `minimum`, its minimum, from the 12 bytes at `at`. Groups 0
 * to 3 lie in the low six bits of bytes j (scale) and j + 4 (minimum); groups 4 to 7 have four bits in
 * byte j + 4 and their top two bits over those of groups 0 to 3.
 */
function sixBits(bytes: Uint8Array, at: number, j: number, minimum: boolean): number {
  const row = minimum ? 4 : 0;
  if (j < 4) return bytes[at + row + j]! & 63;
  const low = minimum ? bytes[at + j + 4]! >>> 4 : bytes[at + j + 4]! & 15;
  return low | ((bytes[at + row + j - 4]! >>> 6) << 4);
}

/** Six-bit scale of group j (0..15) of Q3_K, less 32: 16 low halves in 8 bytes, 16 top pairs in 4. */
function scaleQ3(bytes: Uint8Array, at: number, j: number): number {
  const low = (bytes[at + (j & 7)]! >>> (4 * (j >>> 3))) & 15;
  const top = (bytes[at + 8 + (j & 3)]! >>> (2 * (j >>> 2))) & 3;
  return (low | (top << 4)) - 32;
}

/** 16 bytes of scale (low half) and minimum (high half), 64 bytes of two-bit codes, d, dmin. */
export const Q2_K: BlockFormat = {
  name: 'Q2_K',
  elements: SIZE,
  bytes: 84,
  groupSize: 16,
  hasOffsets: true,
  lowest: 0,
  highest: 3,
  unpack(bytes, at, parts) {
    const d = halfAt(bytes, at + 80);
    const dmin = halfAt(bytes, at + 82);
    for (let j = 0; j < 16; j++) {
      parts.steps[j] = d * (bytes[at + j]! & 15);
      parts.offsets[j] = -(dmin * (bytes[at + j]! >>> 4));
    }
    readPairs(bytes, at + 16, parts.codes);
  },
};

/** 32 bytes of third bits (set: nothing, clear: less 4), 64 bytes of two-bit codes, 12 of scales, d. */
export const Q3_K: BlockFormat = {
  name: 'Q3_K',
  elements: SIZE,
  bytes: 110,
  groupSize: 16,
  hasOffsets: false,
  lowest: -4,
  highest: 3,
  unpack(bytes, at, parts) {
    const d = halfAt(bytes, at + 108);
    for (let j = 0; j < 16; j++) parts.steps[j] = d * scaleQ3(bytes, at + 96, j);
    readPairs(bytes, at + 32, parts.codes);
    for (let i = 0; i < SIZE; i++)
      if (((bytes[at + (i & 31)]! >>> (i >>> 5)) & 1) === 0) parts.codes[i] = parts.codes[i]! - 4;
  },
};

/** d, dmin, 12 bytes of six-bit scales and minima, 128 bytes of four-bit codes. */
export const Q4_K: BlockFormat = {
  name: 'Q4_K',
  elements: SIZE,
  bytes: 144,
  groupSize: 32,
  hasOffsets: true,
  lowest: 0,
  highest: 15,
  unpack(bytes, at, parts) {
    readScales(bytes, at, parts.steps, parts.offsets);
    readNibbles(bytes, at + 16, parts.codes);
  },
};

/** As Q4_K with 32 bytes of fifth bits before the codes: bit g of byte l is worth 16 in 32g + l. */
export const Q5_K: BlockFormat = {
  name: 'Q5_K',
  elements: SIZE,
  bytes: 176,
  groupSize: 32,
  hasOffsets: true,
  lowest: 0,
  highest: 31,
  unpack(bytes, at, parts) {
    readScales(bytes, at, parts.steps, parts.offsets);
    readNibbles(bytes, at + 48, parts.codes);
    for (let i = 0; i < SIZE; i++)
      parts.codes[i] = parts.codes[i]! | (((bytes[at + 16 + (i & 31)]! >>> (i >>> 5)) & 1) << 4);
  },
};

function readScales(bytes: Uint8Array, at: number, steps: Float64Array, offsets: Float64Array): void {
  const d = halfAt(bytes, at);
  const dmin = halfAt(bytes, at + 2);
  for (let j = 0; j < 8; j++) {
    steps[j] = d * sixBits(bytes, at + 4, j, false);
    offsets[j] = -(dmin * sixBits(bytes, at + 4, j, true));
  }
}

/** 128 bytes of low four bits, 64 of top two bits, 16 signed scales, d; codes less 32. */
export const Q6_K: BlockFormat = {
  name: 'Q6_K',
  elements: SIZE,
  bytes: 210,
  groupSize: 16,
  hasOffsets: false,
  lowest: -32,
  highest: 31,
  unpack(bytes, at, parts) {
    const d = halfAt(bytes, at + 208);
    for (let j = 0; j < 16; j++) parts.steps[j] = d * ((bytes[at + 192 + j]! << 24) >> 24);
    const { codes } = parts;
    for (let half = 0; half < 2; half++)
      for (let l = 0; l < 32; l++) {
        const first = bytes[at + 64 * half + l]!;
        const second = bytes[at + 64 * half + 32 + l]!;
        const top = bytes[at + 128 + 32 * half + l]!;
        const i = 128 * half + l;
        codes[i] = ((first & 15) | ((top & 3) << 4)) - 32;
        codes[i + 32] = ((second & 15) | ((top & 12) << 2)) - 32;
        codes[i + 64] = ((first >>> 4) | (top & 48)) - 32;
        codes[i + 96] = ((second >>> 4) | ((top & 192) >>> 2)) - 32;
      }
  },
};

/** d in single precision, 256 signed bytes, 16 sums of groups (a cache, not read). */
export const Q8_K: BlockFormat = {
  name: 'Q8_K',
  elements: SIZE,
  bytes: 292,
  groupSize: SIZE,
  hasOffsets: false,
  lowest: -128,
  highest: 127,
  unpack(bytes, at, parts) {
    parts.steps[0] = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(at, true);
    for (let i = 0; i < SIZE; i++) parts.codes[i] = (bytes[at + 4 + i]! << 24) >> 24;
  },
};

/** d, word of 8 top pairs of scales, 4 bytes of low halves (together less 32), 128 bytes of codes. */
export const IQ4_XS: BlockFormat = {
  name: 'IQ4_XS',
  elements: SIZE,
  bytes: 136,
  groupSize: 32,
  hasOffsets: false,
  lowest: 0,
  highest: 15,
  levels: NON_LINEAR_LEVELS,
  unpack(bytes, at, parts) {
    const d = halfAt(bytes, at);
    const top = bytes[at + 2]! | (bytes[at + 3]! << 8);
    for (let group = 0; group < 8; group++) {
      const low = (bytes[at + 4 + (group >>> 1)]! >>> (4 * (group & 1))) & 15;
      parts.steps[group] = d * ((low | (((top >>> (2 * group)) & 3) << 4)) - 32);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[at + 8 + 16 * group + j]!;
        parts.codes[32 * group + j] = pair & 15;
        parts.codes[32 * group + 16 + j] = pair >>> 4;
      }
    }
  },
};
