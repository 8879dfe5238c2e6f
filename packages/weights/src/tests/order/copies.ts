import { nearestRows, type RandomStream } from '@filiation/stats';
import type { MatrixKernel } from '../../kernel/kernel.ts';
import { type Matrix, matrix, row, selectRows } from '../../matrix.ts';
import { normaliseRows } from './unit-rows.ts';

/** Rows and columns looked at in each block: copies with a cosine of 0.3 a row are still seen. */
const LOOKED_AT_ROWS = 64;
const LOOKED_AT_COLUMNS = 256;
/** A first look at every fourth row spares most pairs of blocks the full one. */
const FIRST_LOOK = 4;
const FIRST_LOOK_HOME = 3;
/** Same-index partners that make a copy: independent blocks reach as many once in 10! comparisons. */
const COPIED_ROWS = 10;

interface KeptBlock {
  readonly block: Matrix;
  readonly glimpse: Matrix;
  readonly shape: string;
  readonly tags: readonly string[];
}

/**
 * Finds blocks of ONE model that repeat the order of an earlier block of it: layers repeated to deepen a
 * model, experts grown from one dense MLP, shared layers, duplicated key-value heads. Such blocks were not
 * shuffled independently of each other, so only the first of them may count. Whether a block is a copy
 * depends on its order relative to the model's other blocks alone, never on the other model, which keeps
 * the p-value of the blocks that stay.
 */
export class CopyFinder {
  readonly #kernel: MatrixKernel;
  readonly #random: RandomStream;
  readonly #kept: KeptBlock[] = [];

  constructor(kernel: MatrixKernel, random: RandomStream) {
    this.#kernel = kernel;
    this.#random = random;
  }

  /**
   * Whether the block keeps the order of one kept before; it is kept otherwise.
   * @param sampled rows of the block at `rowsToLookAt`, their lengths of no importance
   * @param size rows of the whole block: blocks of different sizes are never copies
   * @param tags compared with kept blocks that share a tag; with all where it has none
   */
  async isCopy(sampled: Matrix, size: number, tags: readonly string[] = []): Promise<boolean> {
    const block = fewColumns(sampled);
    const glimpse = selectRows(block, evenly(block.rows, Math.ceil(block.rows / FIRST_LOOK)));
    const shape = `${size} ${block.rows} ${block.columns}`;
    for (const earlier of this.#kept)
      if (
        earlier.shape === shape &&
        (tags.length === 0 || tags.some((tag) => earlier.tags.includes(tag))) &&
        (await this.#sameOrder(earlier, { block, glimpse }))
      )
        return true;
    this.#kept.push({ block, glimpse, shape, tags });
    return false;
  }

  async #sameOrder(
    one: Pick<KeptBlock, 'block' | 'glimpse'>,
    other: Pick<KeptBlock, 'block' | 'glimpse'>,
  ): Promise<boolean> {
    const { rows } = one.block;
    if (rows >= LOOKED_AT_ROWS && (await this.#home(one.glimpse, other.glimpse)) < FIRST_LOOK_HOME)
      return false;
    const needed = Math.min(COPIED_ROWS, Math.max(2, Math.ceil(0.75 * rows)));
    return (await this.#home(one.block, other.block)) >= needed;
  }

  async #home(one: Matrix, other: Matrix): Promise<number> {
    const similarity = await this.#kernel.timesTransposed(one, other);
    const nearest = nearestRows(similarity.data, one.rows, other.rows, this.#random);
    return nearest.reduce((sum, column, i) => sum + (column === i ? 1 : 0), 0);
  }
}

/** The same evenly spread rows of every block of a size. */
export function rowsToLookAt(size: number): Int32Array {
  return evenly(size, LOOKED_AT_ROWS);
}

function fewColumns(m: Matrix): Matrix {
  const columns = evenly(m.columns, LOOKED_AT_COLUMNS);
  const out = matrix(m.rows, columns.length);
  for (let i = 0; i < m.rows; i++) {
    const from = row(m, i);
    for (let j = 0; j < columns.length; j++) out.data[i * columns.length + j] = from[columns[j]!]!;
  }
  normaliseRows(out);
  return out;
}

function evenly(size: number, most: number): Int32Array {
  const count = Math.min(size, most);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}
