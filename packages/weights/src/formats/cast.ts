import { largestFinite, MINIFLOATS, type Minifloat, type MinifloatName } from './minifloat.ts';

/**
 * The values that remain after a cast to `dtype` and back to float32, as PyTorch 2.13 casts: round to
 * nearest, ties to even. Too large becomes infinity where the format has one, the largest number in
 * F8_E4M3 (PyTorch before April 2026 gave NaN; quantisers clamp first, which is the same), NaN in the
 * FNUZ formats. F32 and F64 change nothing.
 * @throws RangeError for a dtype that is no floating-point format of at least 8 bits
 */
export function castTo(dtype: string, values: Float32Array): Float32Array {
  if (dtype === 'F32' || dtype === 'F64') return values.slice();
  if (dtype === 'BF16') return toBfloat16(values);
  if (dtype === 'F4' || !Object.hasOwn(MINIFLOATS, dtype))
    throw new RangeError(`no cast to ${dtype} is defined`);
  return round(MINIFLOATS[dtype as MinifloatName], values);
}

/** Adding half a unit in the last place to the bits carries into the exponent, and into infinity. */
function toBfloat16(values: Float32Array): Float32Array {
  const out = values.slice();
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]!;
    if ((word & 0x7fffffff) <= 0x7f800000) bits[i] = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000;
  }
  return out;
}

function round(format: Minifloat, values: Float32Array): Float32Array {
  const { bias, mantissaBits, specials } = format;
  const out = values.slice();
  const bits = new Uint32Array(out.buffer);
  const dropped = 23 - mantissaBits;
  const keep = ~(2 ** dropped - 1);
  const half = 2 ** (dropped - 1) - 1;
  const smallestNormal = bitsOf(2 ** (1 - bias));
  const largest = bitsOf(largestFinite(format));
  const beyond = bitsOf(overflow(format));
  const infinity = bitsOf(Infinity);
  const signless = specials === 'negative-zero-nan';
  // Sums with this number have the format's smallest step as their float32 unit in the last place.
  const stepper = 1.5 * 2 ** (24 - bias - mantissaBits);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]!;
    const sign = word & 0x80000000;
    const size = word & 0x7fffffff;
    if (size < smallestNormal) {
      const rounded = Math.fround(Math.fround(Math.abs(out[i]!) + stepper) - stepper);
      out[i] = sign === 0 || (signless && rounded === 0) ? rounded : -rounded;
    } else if (size <= infinity) {
      const rounded = (size + half + ((size >>> dropped) & 1)) & keep;
      bits[i] = sign | (rounded > largest ? beyond : rounded);
    }
  }
  return out;
}

function overflow(format: Minifloat): number {
  if (format.specials === 'ieee') return Infinity;
  return format.specials === 'all-ones-nan' ? largestFinite(format) : Number.NaN;
}

function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}
