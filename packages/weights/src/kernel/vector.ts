import { compileModule, instantiate, sharedMemory } from './engine.ts';
import { TOTALS, type VectorExports, vectorModule } from './vector-module.ts';

/**
 * What two chunks of the same length have to say about each other, in float64. Sums go over the pairs in
 * which both numbers are finite: even and odd positions are summed apart, in order, and added at the end,
 * so that the result is the same on every machine.
 */
export interface ChunkComparison {
  /** Pairs of equal value. Zeros of either sign are equal, and so are two missing numbers (NaN). */
  readonly equal: number;
  readonly sumSquaresA: number;
  readonly sumSquaresB: number;
  readonly dot: number;
  readonly sumSquaresDifference: number;
  /** Zeros among the finite pairs. */
  readonly zerosA: number;
  readonly zerosB: number;
  /** Pairs in which either number is not finite. */
  readonly nonFinite: number;
}

/** Floats of each side worked on at a time: both fit the second-level cache. Divisible by four. */
const BLOCK = 16384;
const A = 0;
const B = BLOCK;
const TOTALS_AT = 2 * BLOCK;
const FLOAT_BYTES = 4;

/** Compares pairs of float32, in WebAssembly where the engine has it and in plain loops elsewhere, with
 *  the same result.
 *  @throws RangeError where the lengths differ. */
export function compareChunks(a: Float32Array, b: Float32Array): ChunkComparison {
  if (a.length !== b.length) throw new RangeError(`chunks of ${a.length} and ${b.length} numbers`);
  fast ??= prepare();
  return fast === 'missing' ? compareInPlainLoops(a, b) : fast(a, b);
}

let fast: typeof compareChunks | 'missing' | undefined;

function prepare(): typeof compareChunks | 'missing' {
  const module = compileModule(vectorModule());
  if (module === undefined) return 'missing';
  const memory = sharedMemory((TOTALS_AT + 4 * TOTALS.length) * FLOAT_BYTES);
  const { compare } = instantiate<VectorExports>(module, memory);
  const floats = new Float32Array(memory.buffer);
  const sums = new Float64Array(memory.buffer, TOTALS_AT * FLOAT_BYTES, 2 * TOTALS.length);
  const counts = new Int32Array(memory.buffer, TOTALS_AT * FLOAT_BYTES, 4 * TOTALS.length);
  const sum = (name: (typeof TOTALS)[number]): number => {
    const at = 2 * TOTALS.indexOf(name);
    return sums[at]! + sums[at + 1]!;
  };
  const takeCount = (name: (typeof TOTALS)[number]): number => {
    const at = 4 * TOTALS.indexOf(name);
    const lanes = counts.subarray(at, at + 4);
    const total = lanes[0]! + lanes[1]! + lanes[2]! + lanes[3]!;
    lanes.fill(0);
    return total;
  };
  return (a, b) => {
    const found = { equal: 0, zerosA: 0, zerosB: 0, finite: 0 };
    sums.fill(0);
    for (let start = 0; start < a.length; start += BLOCK) {
      const length = Math.min(BLOCK, a.length - start);
      const vectors = Math.ceil(length / 4);
      // Zeros that fill the last vector add nothing to the sums; they are taken off the counts.
      const filled = 4 * vectors - length;
      floats.set(a.subarray(start, start + length), A);
      floats.set(b.subarray(start, start + length), B);
      floats.fill(0, A + length, A + length + filled);
      floats.fill(0, B + length, B + length + filled);
      compare(A * FLOAT_BYTES, B * FLOAT_BYTES, TOTALS_AT * FLOAT_BYTES, vectors);
      for (const name of ['equal', 'zerosA', 'zerosB', 'finite'] as const)
        found[name] += takeCount(name) - filled;
    }
    return {
      equal: found.equal,
      sumSquaresA: sum('squaresA'),
      sumSquaresB: sum('squaresB'),
      dot: sum('dot'),
      sumSquaresDifference: sum('squaresDifference'),
      zerosA: found.zerosA,
      zerosB: found.zerosB,
      nonFinite: a.length - found.finite,
    };
  };
}

/** The definition in plain loops. */
export function compareInPlainLoops(a: Float32Array, b: Float32Array): ChunkComparison {
  let equal = 0;
  let zerosA = 0;
  let zerosB = 0;
  let nonFinite = 0;
  const squaresA = new Float64Array(2);
  const squaresB = new Float64Array(2);
  const dot = new Float64Array(2);
  const squaresDifference = new Float64Array(2);
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) equal++;
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      nonFinite++;
      continue;
    }
    if (x === 0) zerosA++;
    if (y === 0) zerosB++;
    const lane = i & 1;
    squaresA[lane]! += x * x;
    squaresB[lane]! += y * y;
    dot[lane]! += x * y;
    squaresDifference[lane]! += (x - y) * (x - y);
  }
  return {
    equal,
    sumSquaresA: squaresA[0]! + squaresA[1]!,
    sumSquaresB: squaresB[0]! + squaresB[1]!,
    dot: dot[0]! + dot[1]!,
    sumSquaresDifference: squaresDifference[0]! + squaresDifference[1]!,
    zerosA,
    zerosB,
    nonFinite,
  };
}
