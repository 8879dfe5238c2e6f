import {
  advance,
  assemble,
  type Code,
  constant,
  type FunctionSource,
  get,
  type Local,
  loadVector,
  repeat,
  set,
  simd,
  storeVector,
  vectorOf,
} from './assembler.ts';

/** Widens `vectors` (at least one) times eight 16-bit numbers to float32. */
type Widen = (source: number, target: number, vectors: number) => void;

export interface HalfExports {
  readonly F16: Widen;
  readonly BF16: Widen;
}

const VECTOR_BYTES = 16;

export function halfModule(): Uint8Array<ArrayBuffer> {
  return assemble([widen('F16', fromFloat16), widen('BF16', fromBfloat16)]);
}

/** `convert` makes float32 bits of four codes in the low halves of int32 lanes; it may use two locals. */
function widen(name: string, convert: (codes: Local, held: Local) => Code): FunctionSource {
  const [source, target, vectors, codes, wide, held] = [0, 1, 2, 3, 4, 5] as const;
  const half = (
    operation: 'i32x4.extend_low_i16x8_u' | 'i32x4.extend_high_i16x8_u',
    offset: number,
  ): Code => [
    ...set(wide, simd(operation, get(codes))),
    ...storeVector(get(target), offset, convert(wide, held)),
  ];
  const step: Code = [
    ...set(codes, loadVector(get(source), 0)),
    ...half('i32x4.extend_low_i16x8_u', 0),
    ...half('i32x4.extend_high_i16x8_u', VECTOR_BYTES),
    ...advance(source, constant(VECTOR_BYTES)),
    ...advance(target, constant(2 * VECTOR_BYTES)),
  ];
  return { name, parameters: 3, locals: ['v128', 'v128', 'v128'], body: repeat(vectors, [step]) };
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(codes: Local): Code {
  return simd('i32x4.shl', get(codes), constant(16));
}

/**
 * IEEE 754 binary16: five exponent bits of bias 15, ten fraction bits. Shifted into place, the exponent
 * lacks 112. Where it is zero, the number is fraction · 2^-24: one more in the exponent makes it
 * 2^-14 + fraction · 2^-24, from which 2^-14 is taken. Where it is all ones, it must be so here too.
 */
function fromFloat16(codes: Local, held: Local): Code {
  const exponent = (value: number): Code => vectorOf(value << 23);
  const subnormal = simd('f32x4.sub', simd('i32x4.add', get(held), exponent(113)), exponent(113));
  const infinite = simd('v128.and', simd('i32x4.ge_s', get(held), exponent(31)), exponent(255));
  const normal = simd('v128.or', simd('i32x4.add', get(held), exponent(112)), infinite);
  const magnitude = simd('v128.bitselect', subnormal, normal, simd('i32x4.lt_s', get(held), exponent(1)));
  const sign = simd('i32x4.shl', simd('v128.and', get(codes), vectorOf(0x8000)), constant(16));
  return [
    ...set(held, simd('i32x4.shl', simd('v128.and', get(codes), vectorOf(0x7fff)), constant(13))),
    ...simd('v128.or', magnitude, sign),
  ];
}
