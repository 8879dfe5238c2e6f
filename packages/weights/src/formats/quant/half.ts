import { valuesOf } from '../minifloat.ts';

const VALUES = valuesOf('F16');
const word = new Uint32Array(1);
const real = new Float32Array(word.buffer);

/** The IEEE 754 binary16 number stored little-endian at `at`. */
export function halfAt(bytes: Uint8Array, at: number): number {
  return VALUES[bytes[at]! | (bytes[at + 1]! << 8)]!;
}

/** Stores `value` (rounded to float32, then to binary16, ties to even) and returns what was stored. */
export function putHalf(bytes: Uint8Array, at: number, value: number): number {
  const code = halfCode(value);
  bytes[at] = code & 255;
  bytes[at + 1] = code >>> 8;
  return VALUES[code]!;
}

/** Code of the binary16 number nearest to float32 `value`; beyond 65,520 it is infinity. */
export function halfCode(value: number): number {
  real[0] = value;
  const sign = (word[0]! >>> 16) & 0x8000;
  const bits = word[0]! & 0x7fffffff;
  if (bits > 0x7f800000) return sign | 0x7e00;
  if (bits >= 0x477ff000) return sign | 0x7c00;
  // Below 2^-14 a step is 2^-24, so the code is the count of steps.
  if (bits < 0x38800000) return sign | roundEven(Math.abs(real[0]!) * 2 ** 24);
  return sign | ((bits - 0x38000000 + 0xfff + ((bits >>> 13) & 1)) >>> 13);
}

function roundEven(value: number): number {
  const below = Math.floor(value);
  const over = value - below;
  return over > 0.5 || (over === 0.5 && below % 2 === 1) ? below + 1 : below;
}
