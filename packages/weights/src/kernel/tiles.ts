import type { Matrix } from '../matrix.ts';
import { LANE_ROWS, LANE_WIDTH, LAYOUT, type Piece, padded } from './gemm-lane.ts';
import type { PieceRunner } from './lanes.ts';

/** A rectangle of the product. */
export interface Tile {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

/** Tiles for each runner, so that one that finishes late holds up little. */
const TILES_PER_RUNNER = 2;
/** Smaller tiles spend more on copying than on arithmetic. */
const SMALLEST_EDGE = 128;

/** Cuts the product into tiles that fit a lane, enough of them to keep the runners busy. */
export function planTiles(rows: number, columns: number, runners: number): Tile[] {
  let down = Math.ceil(rows / LANE_ROWS);
  let across = Math.ceil(columns / LANE_ROWS);
  const wanted = runners === 1 ? 1 : TILES_PER_RUNNER * runners;
  while (down * across < wanted) {
    const height = rows / down;
    const width = columns / across;
    if (Math.max(height, width) < 2 * SMALLEST_EDGE) break;
    if (height > width) down++;
    else across++;
  }
  const cuts = (length: number, parts: number): number[] =>
    Array.from({ length: parts + 1 }, (_, i) => Math.floor((i * length) / parts));
  const rowCuts = cuts(rows, down);
  const columnCuts = cuts(columns, across);
  return rowCuts.slice(0, -1).flatMap((row, i) =>
    columnCuts.slice(0, -1).map((column, j) => ({
      row,
      rows: rowCuts[i + 1]! - row,
      column,
      columns: columnCuts[j + 1]! - column,
    })),
  );
}

/** Computes one tile of a · bᵀ into `out`, the width in pieces that fit a lane. */
export async function multiplyTile(
  runner: PieceRunner,
  a: Matrix,
  b: Matrix,
  tile: Tile,
  out: Matrix,
): Promise<void> {
  for (let start = 0; start < a.columns; start += LANE_WIDTH) {
    const width = Math.min(LANE_WIDTH, a.columns - start);
    const piece: Piece = { rows: tile.rows, columns: tile.columns, width, first: start === 0 };
    const size = padded(piece);
    copyIn(a, { first: tile.row, count: tile.rows, start, width }, runner.floats, LAYOUT.left, size.rows);
    copyIn(
      b,
      { first: tile.column, count: tile.columns, start, width },
      runner.floats,
      LAYOUT.right,
      size.columns,
    );
    await runner.run(piece);
  }
  copyOut(runner.floats, tile, out);
}

interface Part {
  readonly first: number;
  readonly count: number;
  readonly start: number;
  readonly width: number;
}

/** Copies part of some rows, each padded with zeros to whole vectors, and zero rows up to `rows`. */
function copyIn(from: Matrix, part: Part, floats: Float32Array, at: number, rows: number): void {
  const stride = Math.ceil(part.width / 4) * 4;
  if (stride === from.columns) {
    floats.set(from.data.subarray(part.first * stride, (part.first + part.count) * stride), at);
  } else {
    for (let i = 0; i < part.count; i++) {
      const source = (part.first + i) * from.columns + part.start;
      const target = at + i * stride;
      floats.set(from.data.subarray(source, source + part.width), target);
      if (part.width < stride) floats.fill(0, target + part.width, target + stride);
    }
  }
  if (part.count < rows) floats.fill(0, at + part.count * stride, at + rows * stride);
}

function copyOut(floats: Float32Array, tile: Tile, out: Matrix): void {
  const stride = padded({ ...tile, width: 0, first: false }).columns;
  for (let i = 0; i < tile.rows; i++) {
    const source = LAYOUT.product + i * stride;
    out.data.set(floats.subarray(source, source + tile.columns), (tile.row + i) * out.columns + tile.column);
  }
}
