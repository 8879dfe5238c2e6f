import { DIGEST_BYTES } from './bytes.ts';
import { FiliationError } from './error.ts';
import { type Hasher, nodeHash } from './merkle.ts';
import type { HashReader } from './merkle-proofs.ts';
import { quoted } from './quoted.ts';

/** Hashes or entries in a full tile (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
/** Levels of a tile path; a log of 2^53 entries uses seven. */
const MAX_LEVEL = 63;

export interface Tile {
  /** Level of hash tiles; `entries` for the bundles of entries that stand under level 0. */
  readonly level: number | 'entries';
  /** Index of the tile within its level. */
  readonly index: number;
  /** Hashes or entries in it: 256 for a full tile, less for a partial one. */
  readonly width: number;
}

/** `tile/0/x001/x234/067`, `tile/entries/000.p/7`: path below the log's prefix. */
export function tilePath({ level, index, width }: Tile): string {
  const groups = String(index)
    .padStart(Math.ceil(String(index).length / 3) * 3, '0')
    .match(/.../g)!;
  const folders = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group));
  return `tile/${level}/${folders.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/**
 * The one tile that has this path.
 * @throws FiliationError MALFORMED for anything that `tilePath` does not write
 */
export function parseTilePath(path: string): Tile {
  const parts = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(
    path,
  );
  if (parts !== null) {
    const [, level, groups, width] = parts;
    const tile: Tile = {
      level: level === 'entries' ? level : Number(level),
      index: Number(groups!.replaceAll(/[x/]/g, '')),
      width: width === undefined ? TILE_WIDTH : Number(width),
    };
    const fits = tile.level === 'entries' || tile.level <= MAX_LEVEL;
    const wide = width === undefined || (tile.width >= 1 && tile.width < TILE_WIDTH);
    // Writing it again catches leading zeros and indexes that a double cannot hold.
    if (fits && wide && tilePath(tile) === path) return tile;
  }
  throw new FiliationError('MALFORMED', `${quoted(path)} is not the path of a tile`);
}

/** Hashes (or entries) that a tile holds in a log of `size` entries: 0 where there is no such tile. */
export function tileWidth(level: Tile['level'], index: number, size: number): number {
  const count = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.max(0, Math.min(TILE_WIDTH, count - index * TILE_WIDTH));
}

/**
 * The tiles that a log of `size` entries holds, the rightmost of each level partial: the entry bundles,
 * then level 0 and up. With `since`, only those that a log of `since` entries did not hold in this width.
 */
export function* tilesOf(size: number, since = 0): Generator<Tile> {
  for (let level: Tile['level'] = 'entries'; ; level = level === 'entries' ? 0 : level + 1) {
    const span = TILE_WIDTH ** (level === 'entries' ? 0 : level);
    if (size < span) return;
    if (Math.floor(since / span) === Math.floor(size / span)) continue;
    for (let index = Math.floor(since / span / TILE_WIDTH); ; index++) {
      const width = tileWidth(level, index, size);
      if (width === 0) break;
      yield { level, index, width };
    }
  }
}

/**
 * The hashes of a tile, as views of its bytes.
 * @throws FiliationError MALFORMED where the length is not `width` hashes
 */
export function tileHashes(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  if (bytes.length !== width * DIGEST_BYTES)
    throw new FiliationError(
      'MALFORMED',
      `a tile of ${width} hashes has ${width * DIGEST_BYTES} bytes, not ${bytes.length}`,
    );
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES));
}

/** Gives the bytes of a hash tile; `width` is the width it has in the tree that is read. */
export type TileReader = (level: number, index: number, width: number) => Promise<Uint8Array>;

/**
 * Reads the hashes that proofs need out of the tiles of a log of `size` entries. The tiles are believed:
 * a proof made of wrong ones does not verify.
 * @throws FiliationError MALFORMED for a tile of a wrong length, and what `read` throws
 */
export function tileHashReader(hasher: Hasher, read: TileReader, size: number): HashReader {
  return async (level, index) => {
    const tileLevel = Math.floor(level / 8);
    const count = 2 ** (level % 8);
    const first = index * count;
    const tile = Math.floor(first / TILE_WIDTH);
    const width = tileWidth(tileLevel, tile, size);
    const start = first % TILE_WIDTH;
    let hashes = tileHashes(await read(tileLevel, tile, width), width).slice(start, start + count);
    if (hashes.length !== count)
      throw new FiliationError('USAGE', `a log of ${size} entries has no subtree ${index} of level ${level}`);
    while (hashes.length > 1)
      hashes = Array.from({ length: hashes.length / 2 }, (_, i) =>
        nodeHash(hasher, hashes[2 * i]!, hashes[2 * i + 1]!),
      );
    return hashes[0]!;
  };
}
