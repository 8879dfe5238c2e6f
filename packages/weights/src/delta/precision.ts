/** Smallest positive float16 (IEEE 754 binary16 subnormal). */
const F16_SMALLEST = 2 ** -24;

/** Mantissa bits that occur in an OR of float32 words: 23 for general float32, at most 10 for float16
 *  values and 7 for bfloat16 values, whatever the file declares. */
export function bitsUsed(words: number): number {
  const low = words & 0x007fffff;
  return low === 0 ? 0 : 23 - (31 - Math.clz32(low & -low));
}

/** Distance between neighbouring numbers with `bits` explicit mantissa bits around a value. */
export function spacing(value: number, bits: number): number {
  const magnitude = Math.abs(value);
  const exponent = magnitude > 0 ? Math.max(-126, Math.floor(Math.log2(magnitude))) : -126;
  const step = 2 ** (exponent - bits);
  // eight to ten bits are float16's, whose subnormals stand further apart
  return bits > 7 && bits <= 10 ? Math.max(step, F16_SMALLEST) : step;
}

/** `float32`, `float16`, `bfloat16` or a count of bits: how fine the values are. */
export function precisionText(bits: number): string {
  if (bits > 10) return bits === 23 ? 'float32 precision' : `${bits} mantissa bits`;
  return bits > 7 ? 'float16 precision' : bits === 7 ? 'bfloat16 precision' : `${bits} mantissa bits`;
}
