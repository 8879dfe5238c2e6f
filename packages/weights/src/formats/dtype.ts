import { FiliationError } from '@filiation/evidence';
import { widenHalves } from '../kernel/half.ts';
import { valuesOf } from './minifloat.ts';

/**
 * Bits of one element, for every dtype name of safetensors 0.8 (github.com/huggingface/safetensors,
 * enum Dtype). F8_E4M3 is the OCP format without infinities.
 */
const BITS: Readonly<Record<string, number>> = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
};

type Decoder = (bytes: Uint8Array) => Float32Array;

const DECODERS: Readonly<Record<string, Decoder>> = {
  BOOL: (bytes) => Float32Array.from(bytes, (byte) => (byte === 0 ? 0 : 1)),
  U8: (bytes) => Float32Array.from(bytes),
  I8: (bytes) => Float32Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)),
  F8_E5M2: (bytes) => lookBytes(valuesOf('F8_E5M2'), bytes),
  F8_E4M3: (bytes) => lookBytes(valuesOf('F8_E4M3'), bytes),
  F8_E5M2FNUZ: (bytes) => lookBytes(valuesOf('F8_E5M2FNUZ'), bytes),
  F8_E4M3FNUZ: (bytes) => lookBytes(valuesOf('F8_E4M3FNUZ'), bytes),
  F8_E8M0: (bytes) => Float32Array.from(bytes, (byte) => (byte === 255 ? Number.NaN : 2 ** (byte - 127))),
  F16: (bytes) => widenHalves('F16', bytes) ?? lookWords(valuesOf('F16'), words(bytes, Uint16Array)),
  BF16: (bytes) => widenHalves('BF16', bytes) ?? bfloat16(bytes),
  I16: (bytes) => Float32Array.from(words(bytes, Int16Array)),
  U16: (bytes) => Float32Array.from(words(bytes, Uint16Array)),
  I32: (bytes) => Float32Array.from(words(bytes, Int32Array)),
  U32: (bytes) => Float32Array.from(words(bytes, Uint32Array)),
  F32: (bytes) => words(bytes, Float32Array),
  F64: (bytes) => Float32Array.from(words(bytes, Float64Array)),
  I64: (bytes) => wide(words(bytes, Int32Array), true),
  U64: (bytes) => wide(words(bytes, Int32Array), false),
};

/** Bits of one element, or undefined for a name that safetensors does not have. */
export function dtypeBits(dtype: string): number | undefined {
  return Object.hasOwn(BITS, dtype) ? BITS[dtype] : undefined;
}

/**
 * Numbers of a little-endian payload, element 0 first. Float64 and integers are rounded to float32,
 * BOOL becomes 0 or 1, F4 holds two elements a byte, low half first (every byte gives two). The
 * result may share the memory of `bytes`.
 * @throws FiliationError UNSUPPORTED for complex numbers and for F6, whose packing nobody has fixed;
 *         RangeError where `bytes` is not a whole number of elements
 */
export function decodeElements(dtype: string, bytes: Uint8Array): Float32Array {
  if (dtype === 'F4') return halves(bytes);
  const decoder = Object.hasOwn(DECODERS, dtype) ? DECODERS[dtype] : undefined;
  if (decoder === undefined)
    throw new FiliationError('UNSUPPORTED', `values of type ${dtype} cannot be read as real numbers`, {
      hint: 'Convert the tensor to F32, F16 or BF16 with the tool that wrote it.',
    });
  const size = BITS[dtype]! / 8;
  if (bytes.length % size !== 0) throw new RangeError(`${bytes.length} bytes are no whole ${dtype} values`);
  return decoder(bytes);
}

interface WordArray<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** A typed view of little-endian bytes; copied only where alignment or the host's order asks for it. */
function words<T>(bytes: Uint8Array, type: WordArray<T>): T {
  const size = type.BYTES_PER_ELEMENT;
  let aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  if (!HOST_IS_LITTLE_ENDIAN) aligned = swapBytes(aligned, size);
  return new type(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / size));
}

/** The same values in the other byte order, in a new array. `width`: bytes of one value. */
export function swapBytes(bytes: Uint8Array, width: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = bytes[i - (i % width) + (width - 1 - (i % width))]!;
  return out;
}

/** One loop a code width: the engine compiles each for a single array type. */
function lookBytes(table: Float32Array, codes: Uint8Array): Float32Array {
  const out = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) out[i] = table[codes[i]!]!;
  return out;
}

function lookWords(table: Float32Array, codes: Uint16Array): Float32Array {
  const out = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) out[i] = table[codes[i]!]!;
  return out;
}

/** bfloat16 is the upper half of a float32. */
function bfloat16(bytes: Uint8Array): Float32Array {
  const codes = words(bytes, Uint16Array);
  const out = new Float32Array(codes.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < codes.length; i++) bits[i] = codes[i]! << 16;
  return out;
}

/** 64-bit integers from pairs of 32-bit halves; exact to 53 bits before the rounding to float32. */
function wide(parts: Int32Array, signed: boolean): Float32Array {
  const out = new Float32Array(parts.length / 2);
  for (let i = 0; i < out.length; i++) {
    const high = parts[2 * i + 1]!;
    out[i] = (signed ? high : high >>> 0) * 2 ** 32 + (parts[2 * i]! >>> 0);
  }
  return out;
}

function halves(bytes: Uint8Array): Float32Array {
  const table = valuesOf('F4');
  const out = new Float32Array(2 * bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    out[2 * i] = table[bytes[i]! & 15]!;
    out[2 * i + 1] = table[bytes[i]! >>> 4]!;
  }
  return out;
}
