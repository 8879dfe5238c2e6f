import {
  advance,
  assemble,
  type Code,
  constant,
  get,
  type Local,
  loadVector,
  repeat,
  set,
  shuffle,
  simd,
  storeVector,
  ZERO_VECTOR,
} from './assembler.ts';

/** Vectors that `compare` reads, adds to and writes back at `totals`, in this order. The sums hold two
 *  float64 (even and odd positions), the counts four int32. */
export const TOTALS = [
  'squaresA',
  'squaresB',
  'dot',
  'squaresDifference',
  'equal',
  'zerosA',
  'zerosB',
  'finite',
] as const;

export interface VectorExports {
  /** Adds what `vectors` (at least one) times four pairs of float32 have to say to the totals. */
  compare(a: number, b: number, totals: number, vectors: number): void;
}

const VECTOR_BYTES = 16;

/** Counts and sums over pairs. A pair with a number that is not finite adds to no sum and no zero count. */
export function vectorModule(): Uint8Array<ArrayBuffer> {
  const [a, b, totals, vectors] = [0, 1, 2, 3] as const;
  const total = (name: (typeof TOTALS)[number]): Local => 4 + TOTALS.indexOf(name);
  const [x, y, finite, wideX, wideY] = [12, 13, 14, 15, 16] as const;

  const count = (name: (typeof TOTALS)[number], mask: Code): Code =>
    set(total(name), simd('i32x4.sub', get(total(name)), mask));
  const sum = (name: (typeof TOTALS)[number], left: Code, right: Code): Code =>
    set(total(name), simd('f64x2.add', get(total(name)), simd('f64x2.mul', left, right)));
  const finiteLanes = (value: Local): Code =>
    simd('f32x4.eq', simd('f32x4.sub', get(value), get(value)), ZERO_VECTOR);
  const missingLanes = (value: Local): Code => simd('f32x4.ne', get(value), get(value));
  const zeroLanes = (value: Local): Code =>
    simd('v128.and', simd('f32x4.eq', get(value), ZERO_VECTOR), get(finite));
  const sums = (half: (value: Local) => Code): Code => [
    ...set(wideX, simd('f64x2.promote_low_f32x4', half(x))),
    ...set(wideY, simd('f64x2.promote_low_f32x4', half(y))),
    ...sum('squaresA', get(wideX), get(wideX)),
    ...sum('squaresB', get(wideY), get(wideY)),
    ...sum('dot', get(wideX), get(wideY)),
    ...set(wideX, simd('f64x2.sub', get(wideX), get(wideY))),
    ...sum('squaresDifference', get(wideX), get(wideX)),
  ];
  const step: Code = [
    ...set(x, loadVector(get(a), 0)),
    ...set(y, loadVector(get(b), 0)),
    ...count(
      'equal',
      simd('v128.or', simd('f32x4.eq', get(x), get(y)), simd('v128.and', missingLanes(x), missingLanes(y))),
    ),
    ...set(finite, simd('v128.and', finiteLanes(x), finiteLanes(y))),
    ...count('finite', get(finite)),
    ...count('zerosA', zeroLanes(x)),
    ...count('zerosB', zeroLanes(y)),
    ...set(x, simd('v128.and', get(x), get(finite))),
    ...set(y, simd('v128.and', get(y), get(finite))),
    ...sums(get),
    ...sums((value) => shuffle(get(value), get(value), [2, 3, 2, 3])),
    ...advance(a, constant(VECTOR_BYTES)),
    ...advance(b, constant(VECTOR_BYTES)),
  ];
  const compare: Code = [
    ...TOTALS.flatMap((name, i) => set(total(name), loadVector(get(totals), i * VECTOR_BYTES))),
    ...repeat(vectors, [step]),
    ...TOTALS.flatMap((name, i) => storeVector(get(totals), i * VECTOR_BYTES, get(total(name)))),
  ];
  return assemble([
    {
      name: 'compare',
      parameters: 4,
      locals: new Array<'v128'>(TOTALS.length + 5).fill('v128'),
      body: compare,
    },
  ]);
}
