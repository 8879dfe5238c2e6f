import {
  advance,
  assemble,
  type Code,
  call,
  constant,
  type FunctionSource,
  get,
  type Local,
  loadSplat,
  loadVector,
  multiply,
  repeat,
  set,
  simd,
  storeVector,
  ZERO_VECTOR,
} from './assembler.ts';
import { type PackRows, packRows } from './gemm-pack.ts';

/** Rows of a and rows of b in one register tile: with its operands it fills 14 of the 15 vector registers
 *  that V8 hands out on x64, and needs six loads for sixteen multiplications and additions. */
export const TILE_ROWS = 2;
export const TILE_COLUMNS = 16;

const FLOAT_BYTES = 4;
const VECTOR_BYTES = 16;
const VECTORS = TILE_COLUMNS / 4;
/** Steps along the width in one turn of the inner loop. */
const UNROLLED = 2;

/** Exports of the module. Addresses and strides are in bytes; every count is at least one. */
export interface GemmExports {
  /** Rows of a as panels of TILE_ROWS interleaved rows. */
  readonly packLeft: PackRows;
  /** Rows of b as panels of TILE_COLUMNS interleaved rows. */
  readonly packRight: PackRows;
  /** c += a · bᵀ for packed panels of `depth` floats a row; rows of c are `stride` apart. */
  block(
    left: number,
    right: number,
    c: number,
    stride: number,
    rowPanels: number,
    columnPanels: number,
    depth: number,
  ): void;
}

/**
 * c += a · bᵀ of one tile. Each element of the product is one chain of additions in the order of the
 * width. The loop may stop after every step: that keeps V8 from moving the loads of later steps ahead of
 * the arithmetic of earlier ones, which would spill the sums to the stack (measured: 19 against
 * 35 GFLOP/s).
 */
function tile(fused: boolean): FunctionSource {
  const [a, b, c, stride, depth] = [0, 1, 2, 3, 4] as const;
  const sum = (i: number, j: number): Local => 5 + i * VECTORS + j;
  const right = (j: number): Local => 5 + TILE_ROWS * VECTORS + j;
  const left = 5 + (TILE_ROWS + 1) * VECTORS;
  const columns = Array.from({ length: VECTORS }, (_, j) => j);
  const rows = Array.from({ length: TILE_ROWS }, (_, i) => i);

  const accumulate = (i: number, j: number): Code =>
    fused
      ? simd('f32x4.relaxed_madd', get(left), get(right(j)), get(sum(i, j)))
      : simd('f32x4.add', get(sum(i, j)), simd('f32x4.mul', get(left), get(right(j))));
  const step = (u: number): Code => [
    ...columns.flatMap((j) => set(right(j), loadVector(get(b), (u * VECTORS + j) * VECTOR_BYTES))),
    ...rows.flatMap((i) => [
      ...set(left, loadSplat(get(a), (u * TILE_ROWS + i) * FLOAT_BYTES)),
      ...columns.flatMap((j) => set(sum(i, j), accumulate(i, j))),
    ]),
  ];
  const steps = Array.from({ length: UNROLLED }, (_, u) => step(u));
  steps.push([
    ...steps.pop()!,
    ...advance(a, constant(UNROLLED * TILE_ROWS * FLOAT_BYTES)),
    ...advance(b, constant(UNROLLED * VECTORS * VECTOR_BYTES)),
  ]);
  const store = (i: number, j: number): Code =>
    storeVector(
      get(c),
      j * VECTOR_BYTES,
      simd('f32x4.add', loadVector(get(c), j * VECTOR_BYTES), get(sum(i, j))),
    );
  return {
    name: 'tile',
    parameters: 5,
    locals: new Array<'v128'>((TILE_ROWS + 1) * VECTORS + 1).fill('v128'),
    body: [
      ...rows.flatMap((i) => columns.flatMap((j) => set(sum(i, j), ZERO_VECTOR))),
      ...repeat(depth, steps),
      ...rows.flatMap((i) => [...columns.flatMap((j) => store(i, j)), ...advance(c, get(stride))]),
    ],
  };
}

/** All tiles of packed panels; a panel of b stays in the first-level cache while those of a pass by. */
function block(tileIndex: number): FunctionSource {
  const [left, right, c, stride, rowPanels, columnPanels, depth] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [leftPanel, target, remaining] = [7, 8, 9] as const;
  const column: Code = [
    ...set(leftPanel, get(left)),
    ...set(target, get(c)),
    ...set(remaining, get(rowPanels)),
    ...repeat(remaining, [
      [
        ...call(tileIndex, get(leftPanel), get(right), get(target), get(stride), get(depth)),
        ...advance(leftPanel, multiply(get(depth), constant(TILE_ROWS * FLOAT_BYTES))),
        ...advance(target, multiply(get(stride), constant(TILE_ROWS))),
      ],
    ]),
    ...advance(right, multiply(get(depth), constant(TILE_COLUMNS * FLOAT_BYTES))),
    ...advance(c, constant(TILE_COLUMNS * FLOAT_BYTES)),
  ];
  return {
    name: 'block',
    parameters: 7,
    locals: ['i32', 'i32', 'i32'],
    body: repeat(columnPanels, [column]),
  };
}

/** The module's bytes, the same on every machine: a few hundred bytes, so they are made where needed. */
export function gemmModule(options: { readonly fused: boolean }): Uint8Array<ArrayBuffer> {
  return assemble([
    tile(options.fused),
    block(0),
    packRows('packLeft', TILE_ROWS),
    packRows('packRight', TILE_COLUMNS),
  ]);
}
