import { DIGEST_BYTES } from './bytes.ts';
import { CompactRange } from './compact-range.ts';
import { FiliationError } from './error.ts';
import type { Hasher } from './merkle.ts';
import { TILE_WIDTH, tileHashes } from './tiles.ts';

/** Levels of the tree between two levels of tiles: a tile holds 2^8 hashes. */
const LEVELS_A_TILE = 8;

/** Bytes of one hash tile, where it stands, and how many hashes it holds. */
export interface HashTile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
  readonly bytes: Uint8Array;
}

/**
 * Grows a tree leaf by leaf and gives its tiles (C2SP tlog-tiles) in memory of O(log size): the full ones
 * as they fill, the partial ones on request.
 */
export class TileBuilder {
  private readonly hasher: Hasher;
  private readonly range: CompactRange;
  /** At each level the hashes of the rightmost tile that is not yet full. */
  private readonly edges: Uint8Array[][];

  private constructor(hasher: Hasher, range: CompactRange, edges: Uint8Array[][]) {
    this.hasher = hasher;
    this.range = range;
    this.edges = edges;
  }

  static empty(hasher: Hasher): TileBuilder {
    return new TileBuilder(hasher, new CompactRange(hasher), []);
  }

  /**
   * Goes on from the partial tiles of a tree of `size` leaves, as `partialTiles` lists them. They are
   * believed: compare `root()` with a signed one.
   * @throws FiliationError MALFORMED where they do not make up that size
   */
  static resume(hasher: Hasher, size: number, partials: readonly HashTile[]): TileBuilder {
    const edges: Uint8Array[][] = [];
    const subtrees: Uint8Array[] = [];
    for (let level = 0, left = size; left > 0; level++, left = Math.floor(left / TILE_WIDTH)) {
      const width = left % TILE_WIDTH;
      const tile = partials.find((partial) => partial.level === level);
      if ((tile?.width ?? 0) !== width)
        throw new FiliationError(
          'MALFORMED',
          `a tree of ${size} leaves ends in ${width} hashes on level ${level}`,
        );
      const hashes = tile === undefined ? [] : tileHashes(tile.bytes, width).map((hash) => hash.slice());
      edges.push(hashes);
      subtrees.unshift(...completeSubtrees(hasher, hashes));
    }
    return new TileBuilder(hasher, new CompactRange(hasher, { size, hashes: subtrees }), edges);
  }

  get size(): number {
    return this.range.size;
  }

  /** Root of the tree so far; 32 bytes. */
  root(): Uint8Array {
    return this.range.root();
  }

  /** An independent copy, to try an append on. */
  copy(): TileBuilder {
    const { size, hashes } = this.range;
    const range = new CompactRange(this.hasher, { size, hashes });
    return new TileBuilder(
      this.hasher,
      range,
      this.edges.map((edge) => [...edge]),
    );
  }

  /** Appends one leaf hash; `full` hears of each tile that it fills. */
  append(leaf: Uint8Array, full?: (tile: HashTile) => void): void {
    this.range.append(leaf, (level, index, hash) => {
      if (level % LEVELS_A_TILE !== 0) return;
      const tileLevel = level / LEVELS_A_TILE;
      this.edges[tileLevel] ??= [];
      const edge = this.edges[tileLevel];
      edge.push(hash);
      if (edge.length < TILE_WIDTH) return;
      this.edges[tileLevel] = [];
      full?.(tileOf(tileLevel, Math.floor(index / TILE_WIDTH), edge));
    });
  }

  /** The rightmost tile of each level that is neither full nor empty, lowest level first. */
  partialTiles(): readonly HashTile[] {
    return this.edges.flatMap((edge, level) => {
      const index = Math.floor(this.size / TILE_WIDTH ** (level + 1));
      return edge.length === 0 ? [] : [tileOf(level, index, edge)];
    });
  }
}

function tileOf(level: number, index: number, hashes: readonly Uint8Array[]): HashTile {
  const bytes = new Uint8Array(hashes.length * DIGEST_BYTES);
  hashes.forEach((hash, i) => {
    bytes.set(hash, i * DIGEST_BYTES);
  });
  return { level, index, width: hashes.length, bytes };
}

/** The largest complete subtrees over hashes that start a tile, left to right. */
function completeSubtrees(hasher: Hasher, hashes: readonly Uint8Array[]): readonly Uint8Array[] {
  const range = new CompactRange(hasher);
  for (const hash of hashes) range.append(hash);
  return range.hashes;
}
