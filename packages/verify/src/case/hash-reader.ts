import { parseCheckpoint } from '../checkpoint.ts';
import type { HashReader } from '../merkle-proofs.ts';
import { MAX_NOTE_BYTES, parseNote } from '../note.ts';
import type { Platform } from '../platform.ts';
import type { BundleSource } from '../source.ts';
import { TILE_WIDTH, tileHashReader, tilePath } from '../tiles.ts';

/** Bytes of a full tile. */
const TILE_BYTES = TILE_WIDTH * 32;
/** Tiles kept in memory: 2 MiB. */
const CACHED_TILES = 256;

/**
 * Reads the hashes of a log out of its tiles, for roots at earlier sizes. Tiles are believed here; each is
 * compared with the entries elsewhere. Throws where the log has no readable checkpoint or lacks a tile.
 */
export function sourceHashReader(source: BundleSource, prefix: string, platform: Platform): HashReader {
  const cache = new Map<string, Uint8Array>();
  let reader: Promise<HashReader> | undefined;
  const open = async (): Promise<HashReader> => {
    const note = parseNote(await source.read(`${prefix}checkpoint`, MAX_NOTE_BYTES), 'the checkpoint');
    const { size } = parseCheckpoint(note.text, 'the checkpoint');
    return tileHashReader(platform, read, size);
  };
  async function read(level: number, index: number, width: number): Promise<Uint8Array> {
    const exact = `${prefix}${tilePath({ level, index, width })}`;
    const path = source.has(exact) ? exact : `${prefix}${tilePath({ level, index, width: TILE_WIDTH })}`;
    const known = cache.get(path);
    if (known !== undefined) return known;
    const bytes = (await source.read(path, TILE_BYTES)).subarray(0, width * 32);
    if (cache.size === CACHED_TILES) cache.delete(cache.keys().next().value!);
    cache.set(path, bytes);
    return bytes;
  }
  return async (level, index) => {
    reader ??= open();
    return (await reader)(level, index);
  };
}
