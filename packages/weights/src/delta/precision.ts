/** Smallest positive float16 (IEEE 754 binary16 subnormal). */
const F16_SMALLEST = 2 ** -24;

/** Mantissa bits that occur in an OR of float32 words: 23 for general float32, at most 10 for float16
 *  values and 7 for bfloat16 values, whatever the file declares. */
export function bitsUsed(words: number): number {
  const low = words & 0x007fffff;
  return low === 0 ? 0 : 23 - (31 - Math.clz32(low & -low));
}

/** Of normal float32 numbers; it holds for the subnormal ones as well. */
const SMALLEST_EXPONENT = -126;
/** Powers of two from the step of the smallest numbers with 23 bits to the largest float32. */
const FIRST_POWER = SMALLEST_EXPONENT - 23;
const POWERS = Float64Array.from({ length: 128 - FIRST_POWER + 1 }, (_, i) => 2 ** (FIRST_POWER + i));
const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** Distance between neighbouring numbers with `bits` explicit mantissa bits around a value. */
export function spacing(value: number, bits: number): number {
  float[0] = value;
  const biased = (word[0]! >>> 23) & 255;
  // what is not finite has no neighbours: it counts for as little as the smallest numbers
  const exponent = biased === 0 || biased === 255 ? SMALLEST_EXPONENT : biased - 127;
  const step = POWERS[exponent - bits - FIRST_POWER]!;
  // eight to ten bits are float16's, whose subnormals stand further apart
  return bits > 7 && bits <= 10 ? Math.max(step, F16_SMALLEST) : step;
}

/** `float32`, `float16`, `bfloat16` or a count of bits: how fine the values are. */
export function precisionText(bits: number): string {
  if (bits > 10) return bits === 23 ? 'float32 precision' : `${bits} mantissa bits`;
  return bits > 7 ? 'float16 precision' : bits === 7 ? 'bfloat16 precision' : `${bits} mantissa bits`;
}
