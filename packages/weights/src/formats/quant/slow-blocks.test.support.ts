/*
 * The block layouts once more, one element at a time and straight from their description: an element is
 * a scale times a code, found bit by bit. Shares no code with the decoders it checks.
 */
type Field = (byte: number, bit: number, width: number) => number;

/** Bits [bit, bit + width) counted from the lowest bit of byte `byte`. */
function fieldsOf(block: Uint8Array): Field {
  return (byte, bit, width) => {
    let value = 0;
    for (let k = 0; k < width; k++) {
      const at = bit + k;
      value += ((block[byte + Math.floor(at / 8)]! >> (at % 8)) % 2) * 2 ** k;
    }
    return value;
  };
}

function half(field: Field, byte: number): number {
  const sign = field(byte, 15, 1) === 1 ? -1 : 1;
  const exponent = field(byte, 10, 5);
  const fraction = field(byte, 0, 10) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

function signed(value: number, width: number): number {
  return value >= 2 ** (width - 1) ? value - 2 ** width : value;
}

/** Byte and bit of element i where byte j holds elements j (low half) and j + span (high half). */
function nibble(field: Field, start: number, i: number, span: number): number {
  const chunk = Math.floor(i / (2 * span));
  const within = i % (2 * span);
  return field(start + chunk * span + (within % span), within < span ? 0 : 4, 4);
}

const LEVELS = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
/** OCP E2M1: sign, two exponent bits, one mantissa bit. */
function e2m1(code: number): number {
  const magnitude = [0, 0.5, 1, 1.5, 2, 3, 4, 6][code % 8]!;
  return code < 8 || magnitude === 0 ? magnitude : -magnitude;
}

/** Six-bit numbers of Q4_K and Q5_K: bit positions of (low part, high part) within the 12 bytes. */
function sixBits(field: Field, start: number, group: number, row: number): number {
  if (group < 4) return field(start + 4 * row + group, 0, 6);
  return field(start + 4 + group, 4 * row, 4) + 16 * field(start + 4 * row + group - 4, 6, 2);
}

/** Value of element i of one block. */
export const SLOW: Readonly<Record<string, (block: Uint8Array, i: number) => number>> = {
  Q4_0: (b, i) => half(fieldsOf(b), 0) * (nibble(fieldsOf(b), 2, i, 16) - 8),
  Q4_1: (b, i) => half(fieldsOf(b), 0) * nibble(fieldsOf(b), 4, i, 16) + half(fieldsOf(b), 2),
  Q5_0: (b, i) => half(fieldsOf(b), 0) * (nibble(fieldsOf(b), 6, i, 16) + 16 * fieldsOf(b)(2, i, 1) - 16),
  Q5_1: (b, i) =>
    half(fieldsOf(b), 0) * (nibble(fieldsOf(b), 8, i, 16) + 16 * fieldsOf(b)(4, i, 1)) + half(fieldsOf(b), 2),
  Q8_0: (b, i) => half(fieldsOf(b), 0) * signed(b[2 + i]!, 8),
  Q8_1: (b, i) => half(fieldsOf(b), 0) * signed(b[4 + i]!, 8),
  IQ4_NL: (b, i) => half(fieldsOf(b), 0) * LEVELS[nibble(fieldsOf(b), 2, i, 16)]!,
  MXFP4: (b, i) => 2 ** (b[0]! - 127) * e2m1(nibble(fieldsOf(b), 1, i, 16)),
  Q2_K(b, i) {
    const field = fieldsOf(b);
    const group = Math.floor(i / 16);
    const code = field(16 + 32 * Math.floor(i / 128) + (i % 32), 2 * (Math.floor(i / 32) % 4), 2);
    return half(field, 80) * field(group, 0, 4) * code - half(field, 82) * field(group, 4, 4);
  },
  Q3_K(b, i) {
    const field = fieldsOf(b);
    const group = Math.floor(i / 16);
    const scale =
      field(96 + (group % 8), 4 * Math.floor(group / 8), 4) +
      16 * field(104 + (group % 4), 2 * Math.floor(group / 4), 2) -
      32;
    const low = field(32 + 32 * Math.floor(i / 128) + (i % 32), 2 * (Math.floor(i / 32) % 4), 2);
    const lifted = field(i % 32, Math.floor(i / 32), 1);
    return half(field, 108) * scale * (low + 4 * lifted - 4);
  },
  Q4_K(b, i) {
    const field = fieldsOf(b);
    const group = Math.floor(i / 32);
    const code = nibble(field, 16, i, 32);
    return half(field, 0) * sixBits(field, 4, group, 0) * code - half(field, 2) * sixBits(field, 4, group, 1);
  },
  Q5_K(b, i) {
    const field = fieldsOf(b);
    const group = Math.floor(i / 32);
    const code = nibble(field, 48, i, 32) + 16 * field(16 + (i % 32), group, 1);
    return half(field, 0) * sixBits(field, 4, group, 0) * code - half(field, 2) * sixBits(field, 4, group, 1);
  },
  Q6_K(b, i) {
    const field = fieldsOf(b);
    const low = nibble(field, 0, i, 64);
    const top = field(128 + 32 * Math.floor(i / 128) + (i % 32), 2 * (Math.floor(i / 32) % 4), 2);
    return half(field, 208) * signed(b[192 + Math.floor(i / 16)]!, 8) * (low + 16 * top - 32);
  },
  Q8_K(b, i) {
    const field = fieldsOf(b);
    const exponent = field(0, 23, 8);
    const fraction = field(0, 0, 23) / 2 ** 23;
    const size = exponent === 0 ? fraction * 2 ** -126 : (1 + fraction) * 2 ** (exponent - 127);
    const scale = exponent === 255 ? (fraction === 0 ? Infinity : Number.NaN) : size;
    return (field(0, 31, 1) === 1 ? -scale : scale) * signed(b[4 + i]!, 8);
  },
  IQ4_XS(b, i) {
    const field = fieldsOf(b);
    const group = Math.floor(i / 32);
    const scale = field(4 + Math.floor(group / 2), 4 * (group % 2), 4) + 16 * field(2, 2 * group, 2) - 32;
    return half(field, 0) * scale * LEVELS[nibble(field, 8, i, 16)]!;
  },
};

/** Bytes of the xorshift generator (Marsaglia 2003, shifts 13, 17, 5), bits 11 to 18 of each state. */
export function scrambledBytes(seed: number, count: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 11;
  });
}
