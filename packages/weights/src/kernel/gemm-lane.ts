import { instantiate, sharedMemory, type WasmMemory, type WasmModule } from './engine.ts';
import { type GemmExports, TILE_COLUMNS, TILE_ROWS } from './gemm-module.ts';
import { SUM_RUN } from './kernel.ts';

/** Rows of a and of b that a lane holds at once. */
export const LANE_ROWS = 1024;
/** Floats of each of these rows that a lane holds at once; a multiple of SUM_RUN. */
export const LANE_WIDTH = 1024;
/** Rows of a packed at once: 256 rows of SUM_RUN floats are half of a 512 KiB second-level cache. */
const PACKED_ROWS = 256;

const FLOAT_BYTES = 4;

/** Where things lie in a lane's memory, in floats. Rows of a and b are `stride` floats apart. */
const LEFT = 0;
const RIGHT = LEFT + LANE_ROWS * LANE_WIDTH;
const PRODUCT = RIGHT + LANE_ROWS * LANE_WIDTH;
const PACKED_LEFT = PRODUCT + LANE_ROWS * LANE_ROWS;
const PACKED_RIGHT = PACKED_LEFT + PACKED_ROWS * SUM_RUN;
const LANE_FLOATS = PACKED_RIGHT + LANE_ROWS * SUM_RUN;

export const LAYOUT: { readonly left: number; readonly right: number; readonly product: number } = {
  left: LEFT,
  right: RIGHT,
  product: PRODUCT,
};

/** A piece of a product: rows × columns sums over `width` positions, added to what the lane holds. */
export interface Piece {
  readonly rows: number;
  readonly columns: number;
  readonly width: number;
  /** Whether the sums start from zero. */
  readonly first: boolean;
}

/** Sizes of a piece as it lies in memory: whole panels and whole vectors, the rest zeros. */
export function padded(piece: Piece): { rows: number; columns: number; stride: number } {
  const up = (value: number, step: number): number => Math.ceil(value / step) * step;
  return {
    rows: up(piece.rows, TILE_ROWS),
    columns: up(piece.columns, TILE_COLUMNS),
    stride: up(piece.width, 4),
  };
}

/** About 14 MB, shared so that a worker can compute in it. */
export function laneMemory(): WasmMemory {
  return sharedMemory(LANE_FLOATS * FLOAT_BYTES);
}

/** Computes one piece after another in a lane's memory; for the thread that owns the lane. Afterwards the
 *  product's rows lie at LAYOUT.product, `padded(piece).columns` floats apart. */
export function laneCompute(module: WasmModule, memory: WasmMemory): (piece: Piece) => void {
  const { packLeft, packRight, block } = instantiate<GemmExports>(module, memory);
  const floats = new Float32Array(memory.buffer);
  return (piece) => {
    const { rows, columns, stride } = padded(piece);
    const columnPanels = columns / TILE_COLUMNS;
    if (piece.first) floats.fill(0, PRODUCT, PRODUCT + rows * columns);
    for (let start = 0; start < stride; start += SUM_RUN) {
      const depth = Math.min(SUM_RUN, stride - start);
      packRight(bytes(RIGHT + start), bytes(stride), columnPanels, depth / 4, bytes(PACKED_RIGHT));
      for (let i = 0; i < rows; i += PACKED_ROWS) {
        const panels = Math.min(PACKED_ROWS, rows - i) / TILE_ROWS;
        packLeft(bytes(LEFT + i * stride + start), bytes(stride), panels, depth / 4, bytes(PACKED_LEFT));
        const product = bytes(PRODUCT + i * columns);
        block(bytes(PACKED_LEFT), bytes(PACKED_RIGHT), product, bytes(columns), panels, columnPanels, depth);
      }
    }
  };
}

function bytes(floats: number): number {
  return floats * FLOAT_BYTES;
}
