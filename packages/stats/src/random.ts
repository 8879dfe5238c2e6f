/** Deterministic random numbers: the same seed gives the same sequence on every machine. */
export interface RandomStream {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform integer in [0, bound), without modulo bias; bound from 1 to 2^32.
   *  @throws RangeError outside that range. */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /** Uniformly random permutation of 0 … n-1 (Fisher–Yates). */
  permutation(n: number): Int32Array;
  /** `count` distinct indices of 0 … n-1, ascending; all of them where count >= n. */
  sample(n: number, count: number): Int32Array;
}

/**
 * Stream for a text seed. The seed is spread by FNV-1a and SplitMix32 into the 128-bit state of sfc32
 * (Doty-Humphrey, PractRand), which is then run 15 rounds. Not for secrets.
 */
export function randomStream(seed: string): RandomStream {
  const next = sfc32(seed);
  let spare: number | undefined;
  const uniform = (): number => (next() >>> 5) * 2 ** -27 + (next() >>> 6) * 2 ** -53;
  const integer = (bound: number): number => {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32)
      throw new RangeError(`bound must be an integer from 1 to 2^32, got ${bound}`);
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let value = next();
    while (value >= limit) value = next();
    return value % bound;
  };
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const permutation = (n: number): Int32Array => {
    const out = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = integer(i + 1);
      const held = out[i]!;
      out[i] = out[j]!;
      out[j] = held;
    }
    return out;
  };
  const sample = (n: number, count: number): Int32Array =>
    count >= n ? Int32Array.from({ length: n }, (_, i) => i) : permutation(n).subarray(0, count).sort();
  return { uniform, integer, normal, permutation, sample };
}

function sfc32(seed: string): () => number {
  const bytes = new TextEncoder().encode(seed);
  const state = [0, 1, 2, 3].map((lane) => {
    let hash = 0x811c9dc5 ^ (lane * 0x9e3779b9);
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
    hash = (hash + 0x9e3779b9) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
    hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
    return hash ^ (hash >>> 15);
  });
  let [a, b, c, counter] = state as [number, number, number, number];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}
