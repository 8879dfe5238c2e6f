import { join } from 'node:path';
import {
  decodeEntryBundle,
  equalBytes,
  FiliationError,
  type HashTile,
  leafHash,
  TILE_WIDTH,
  TileBuilder,
  tileHashes,
  tilePath,
  tileWidth,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { LogEdge } from './append-plan.ts';
import type { LogFiles } from './log-files.ts';
import { type LogHead, MAX_BUNDLE_BYTES, TILE_BYTES } from './log-reader.ts';

/**
 * The right edge of a log, read from its files and checked against the signed root.
 *
 * @throws FiliationError UNVERIFIED where they do not fit, NOT_FOUND for a missing file, MALFORMED
 */
export async function edgeOf(folder: string, files: LogFiles, { size, root }: LogHead): Promise<LogEdge> {
  const partials: HashTile[] = [];
  for (let level = 0, left = size; left > 0; level++, left = Math.floor(left / TILE_WIDTH)) {
    const index = Math.floor(left / TILE_WIDTH);
    const width = tileWidth(level, index, size);
    if (width === 0) continue;
    const bytes = await need(files, folder, tilePath({ level, index, width }), TILE_BYTES);
    partials.push({ level, index, width, bytes });
  }
  const tree = TileBuilder.resume(nodePlatform, size, partials);
  const index = Math.floor(size / TILE_WIDTH);
  const width = tileWidth('entries', index, size);
  const path = tilePath({ level: 'entries', index, width });
  const bundle =
    width === 0 ? [] : decodeEntryBundle(await need(files, folder, path, MAX_BUNDLE_BYTES), width);
  const leaves = width === 0 ? [] : tileHashes(partials[0]!.bytes, width);
  const fits =
    equalBytes(tree.root(), root) &&
    bundle.every((entry, i) => equalBytes(leafHash(nodePlatform, entry), leaves[i]!));
  if (fits) return { tree, bundle };
  throw new FiliationError('UNVERIFIED', `the files of the log ${folder} do not fit its checkpoint`, {
    where: folder,
    hint: 'run fsck on the log: it names the file; nothing is appended to a log that does not verify',
  });
}

async function need(files: LogFiles, folder: string, path: string, limit: number): Promise<Uint8Array> {
  const bytes = await files.read(join(folder, path), limit);
  if (bytes !== undefined) return bytes;
  throw new FiliationError('NOT_FOUND', `the log ${folder} lacks ${path}`, {
    where: join(folder, path),
    hint: 'bring the file back from a copy of the case; run fsck on the log to see all that is missing',
  });
}
