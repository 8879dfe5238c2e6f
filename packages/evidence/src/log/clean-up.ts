import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { FiliationError, parseTilePath, TILE_WIDTH, type Tile, tileWidth } from '@filiation/verify';
import type { LogFiles } from './log-files.ts';

/** Files on their way to their final names start so; a crash may leave some. */
export const STAGING_PREFIX = '.staging.';
/** Folder for what a crash left beyond the checkpoint. */
export const SET_ASIDE = '.set-aside';
/** Folders on the way to a tile: 15 digits in groups of three, the level, and the partial folder. */
const MAX_DEPTH = 10;

/**
 * Takes away what an interrupted append left: files on their way, tiles and bundles beyond the checkpoint,
 * partial tiles whose full one is committed, folders that are empty then. After a crash, what lies beyond
 * the checkpoint is moved to `.set-aside`, not removed: should an older checkpoint have been put back by
 * hand, no entry is lost. Everything is synced before this returns, so that no leftover can come back
 * under a larger log.
 *
 * @returns how many files lay beyond the checkpoint
 */
export async function cleanUp(
  files: LogFiles,
  folder: string,
  size: number,
  beyond: 'set aside' | 'remove',
): Promise<number> {
  const changed = new Set<string>([folder]);
  for (const name of await files.list(folder))
    if (name.startsWith(STAGING_PREFIX)) await files.remove(join(folder, name));
  const aside = join(folder, SET_ASIDE, `${size}-${randomBytes(4).toString('hex')}`);
  let found = 0;
  for await (const path of filesBelow(files, folder, 'tile')) {
    const place = join(folder, path);
    if (path.endsWith('/')) {
      if ((await files.list(place)).length === 0) await files.remove(place);
      else changed.add(place);
      continue;
    }
    const fate = fateOf(path, size);
    if (fate === 'stays') continue;
    if (fate === 'beyond') found++;
    if (fate === 'beyond' && beyond === 'set aside') {
      for (const made of await files.makeFolder(dirname(join(aside, path)))) changed.add(made);
      await files.rename(place, join(aside, path));
      changed.add(dirname(join(aside, path)));
    } else await files.remove(place);
  }
  // All of them, since an interrupted append may have made folders whose names were never synced.
  for (const each of changed) await files.syncFolder(each);
  return found;
}

function fateOf(path: string, size: number): 'stays' | 'superseded' | 'beyond' {
  let tile: Tile;
  try {
    tile = parseTilePath(path);
  } catch (error) {
    // Not ours: fsck names it.
    if (error instanceof FiliationError) return 'stays';
    throw error;
  }
  const width = tileWidth(tile.level, tile.index, size);
  if (tile.width > width) return 'beyond';
  return width === TILE_WIDTH && tile.width < TILE_WIDTH ? 'superseded' : 'stays';
}

/** Files below a folder, then the folder itself with a slash at its end. */
async function* filesBelow(files: LogFiles, folder: string, path: string, depth = 0): AsyncGenerator<string> {
  const names = depth > MAX_DEPTH ? [] : await files.list(join(folder, path));
  for (const name of names) {
    if (name.endsWith('/')) yield* filesBelow(files, folder, `${path}/${name.slice(0, -1)}`, depth + 1);
    else yield `${path}/${name}`;
  }
  if (names.length > 0 || depth > 0) yield `${path}/`;
}
