import type { BlockFormat } from './block-format.ts';
import { halfAt } from './half.ts';

/*
 * Blocks of 32 elements under one half-precision scale d (and, in the `_1` formats, one minimum m).
 * Layouts: the ONNX `DequantizePacked` decoding specification (profiles gguf:q4_0 to gguf:q8_1,
 * gguf:iq4_nl, gguf:mxfp4) and block structures of ggml-common.h. Four-bit codes lie as 16 bytes: byte j
 * holds element j in its low and element j + 16 in its high half.
 */
const SIZE = 32;
const HALF = 16;

/** Levels of the non-linear 4-bit formats IQ4_NL and IQ4_XS (`kvalues_iq4nl` of ggml). */
export const NON_LINEAR_LEVELS: readonly number[] = [
  -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
];

/** Twice the values of the OCP microscaling format E2M1; minus zero reads as zero. */
const E2M1_LEVELS: readonly number[] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

function readNibbles(bytes: Uint8Array, at: number, codes: Int16Array, minus: number): void {
  for (let j = 0; j < HALF; j++) {
    const pair = bytes[at + j]!;
    codes[j] = (pair & 15) - minus;
    codes[j + HALF] = (pair >>> 4) - minus;
  }
}

/** Adds the fifth bits: bit i of the 32-bit word at `at` is worth 16 in element i. */
function addFifthBits(bytes: Uint8Array, at: number, codes: Int16Array): void {
  for (let i = 0; i < SIZE; i++)
    if (((bytes[at + (i >>> 3)]! >>> (i & 7)) & 1) === 1) codes[i] = codes[i]! + 16;
}

function readSignedBytes(bytes: Uint8Array, at: number, codes: Int16Array): void {
  for (let i = 0; i < codes.length; i++) codes[i] = (bytes[at + i]! << 24) >> 24;
}

const shape = { elements: SIZE, groupSize: SIZE, hasOffsets: false };

/** d, 32 four-bit codes less 8. */
export const Q4_0: BlockFormat = {
  ...shape,
  name: 'Q4_0',
  bytes: 18,
  lowest: -8,
  highest: 7,
  unpack(bytes, at, parts) {
    parts.steps[0] = halfAt(bytes, at);
    readNibbles(bytes, at + 2, parts.codes, 8);
  },
};

/** d, m, 32 four-bit codes. */
export const Q4_1: BlockFormat = {
  ...shape,
  name: 'Q4_1',
  bytes: 20,
  hasOffsets: true,
  lowest: 0,
  highest: 15,
  unpack(bytes, at, parts) {
    parts.steps[0] = halfAt(bytes, at);
    parts.offsets[0] = halfAt(bytes, at + 2);
    readNibbles(bytes, at + 4, parts.codes, 0);
  },
};

/** d, word of fifth bits, 32 four-bit codes; less 16 together. */
export const Q5_0: BlockFormat = {
  ...shape,
  name: 'Q5_0',
  bytes: 22,
  lowest: -16,
  highest: 15,
  unpack(bytes, at, parts) {
    parts.steps[0] = halfAt(bytes, at);
    readNibbles(bytes, at + 6, parts.codes, 16);
    addFifthBits(bytes, at + 2, parts.codes);
  },
};

/** d, m, word of fifth bits, 32 four-bit codes. */
export const Q5_1: BlockFormat = {
  ...shape,
  name: 'Q5_1',
  bytes: 24,
  hasOffsets: true,
  lowest: 0,
  highest: 31,
  unpack(bytes, at, parts) {
    parts.steps[0] = halfAt(bytes, at);
    parts.offsets[0] = halfAt(bytes, at + 2);
    readNibbles(bytes, at + 8, parts.codes, 0);
    addFifthBits(bytes, at + 4, parts.codes);
  },
};

/** d, 32 signed bytes. */
export const Q8_0: BlockFormat = {
  ...shape,
  name: 'Q8_0',
  bytes: 34,
  lowest: -128,
  highest: 127,
  unpack(bytes, at, parts) {
    parts.steps[0] = halfAt(bytes, at);
    readSignedBytes(bytes, at + 2, parts.codes);
  },
};

/** d, d times the sum of codes (a cache, not read), 32 signed bytes. */
export const Q8_1: BlockFormat = {
  ...shape,
  name: 'Q8_1',
  bytes: 36,
  lowest: -128,
  highest: 127,
  unpack(bytes, at, parts) {
    parts.steps[0] = halfAt(bytes, at);
    readSignedBytes(bytes, at + 4, parts.codes);
  },
};

/** d, 32 four-bit codes into the non-linear levels. */
export const IQ4_NL: BlockFormat = {
  ...shape,
  name: 'IQ4_NL',
  bytes: 18,
  lowest: 0,
  highest: 15,
  levels: NON_LINEAR_LEVELS,
  unpack(bytes, at, parts) {
    parts.steps[0] = halfAt(bytes, at);
    readNibbles(bytes, at + 2, parts.codes, 0);
  },
};

/** Scale 2^(e - 127) from one byte e, 32 four-bit E2M1 codes (OCP microscaling). */
export const MXFP4: BlockFormat = {
  ...shape,
  name: 'MXFP4',
  bytes: 17,
  lowest: 0,
  highest: 15,
  levels: E2M1_LEVELS,
  unpack(bytes, at, parts) {
    parts.steps[0] = 2 ** (bytes[at]! - 128);
    readNibbles(bytes, at + 1, parts.codes, 0);
  },
};
