/** How a binary floating-point format narrower than 32 bits turns codes into numbers. */
export interface Minifloat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /** What the codes beyond the finite numbers mean:
   *  `ieee`: all-ones exponent is infinity or NaN; `all-ones-nan`: only the all-ones code is NaN;
   *  `negative-zero-nan`: only the code of minus zero is NaN; `none`: every code is a number. */
  readonly specials: 'ieee' | 'all-ones-nan' | 'negative-zero-nan' | 'none';
}

export type MinifloatName = 'F16' | 'BF16' | 'F8_E5M2' | 'F8_E4M3' | 'F8_E5M2FNUZ' | 'F8_E4M3FNUZ' | 'F4';

/**
 * IEEE 754-2008 binary16; bfloat16; OCP 8-bit floating point (E4M3, E5M2); the zero-without-sign
 * variants of ONNX; OCP microscaling E2M1.
 */
export const MINIFLOATS: Readonly<Record<MinifloatName, Minifloat>> = {
  F16: { exponentBits: 5, mantissaBits: 10, bias: 15, specials: 'ieee' },
  BF16: { exponentBits: 8, mantissaBits: 7, bias: 127, specials: 'ieee' },
  F8_E5M2: { exponentBits: 5, mantissaBits: 2, bias: 15, specials: 'ieee' },
  F8_E4M3: { exponentBits: 4, mantissaBits: 3, bias: 7, specials: 'all-ones-nan' },
  F8_E5M2FNUZ: { exponentBits: 5, mantissaBits: 2, bias: 16, specials: 'negative-zero-nan' },
  F8_E4M3FNUZ: { exponentBits: 4, mantissaBits: 3, bias: 8, specials: 'negative-zero-nan' },
  F4: { exponentBits: 2, mantissaBits: 1, bias: 1, specials: 'none' },
};

const tables = new Map<MinifloatName, Float32Array>();

/** Value of every code of a format; made once. */
export function valuesOf(name: MinifloatName): Float32Array {
  const held = tables.get(name);
  if (held !== undefined) return held;
  const format = MINIFLOATS[name];
  const made = new Float32Array(2 ** (1 + format.exponentBits + format.mantissaBits));
  for (let code = 0; code < made.length; code++) made[code] = valueOfCode(format, code);
  tables.set(name, made);
  return made;
}

/** Largest finite magnitude of a format. */
export function largestFinite(format: Minifloat): number {
  const topExponent = 2 ** format.exponentBits - (format.specials === 'ieee' ? 2 : 1);
  const ulps = 2 ** (format.mantissaBits + 1) - (format.specials === 'all-ones-nan' ? 2 : 1);
  return ulps * 2 ** (topExponent - format.bias - format.mantissaBits);
}

function valueOfCode(format: Minifloat, code: number): number {
  const { exponentBits, mantissaBits, bias, specials } = format;
  const mantissa = code % 2 ** mantissaBits;
  const exponent = (code >>> mantissaBits) % 2 ** exponentBits;
  const sign = code >>> (mantissaBits + exponentBits) === 1 ? -1 : 1;
  const allOnes = exponent === 2 ** exponentBits - 1;
  if (specials === 'ieee' && allOnes) return mantissa === 0 ? sign * Infinity : Number.NaN;
  if (specials === 'all-ones-nan' && allOnes && mantissa === 2 ** mantissaBits - 1) return Number.NaN;
  if (specials === 'negative-zero-nan' && sign === -1 && exponent === 0 && mantissa === 0) return Number.NaN;
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias - mantissaBits);
  return sign * (2 ** mantissaBits + mantissa) * 2 ** (exponent - bias - mantissaBits);
}
