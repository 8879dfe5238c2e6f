import { join } from 'node:path';
import { type BundleMember, type BundleSource, compareText, FiliationError } from '@filiation/verify';
import { STAGING_PREFIX } from './clean-up.ts';
import type { LogFiles } from './log-files.ts';
import { LOCK_PREFIX } from './writer-lock.ts';

/** Folders below one another in a log: those of a tile's path, with some to spare. */
const MAX_DEPTH = 16;

/**
 * The files of a log's folder as a source for `checkLog`, without those of a writer at work. Sizes are
 * not looked up: they stand as 0.
 */
export async function logSource(files: LogFiles, folder: string): Promise<BundleSource> {
  const members: BundleMember[] = [];
  await collect(files, folder, '', 0, members);
  members.sort((p, q) => compareText(p.path, q.path));
  const paths = new Set(members.map(({ path }) => path));
  const read = async (path: string, limit: number) => {
    const bytes = await files.read(join(folder, path), limit);
    if (bytes !== undefined) return bytes;
    throw new FiliationError('NOT_FOUND', `${folder} holds no ${path}`, { where: join(folder, path) });
  };
  return {
    name: folder,
    members,
    has: (path) => paths.has(path),
    read,
    async *stream(path) {
      yield await read(path, Number.MAX_SAFE_INTEGER);
    },
    close: () => Promise.resolve(),
  };
}

async function collect(
  files: LogFiles,
  folder: string,
  prefix: string,
  depth: number,
  members: BundleMember[],
): Promise<void> {
  if (depth > MAX_DEPTH)
    throw new FiliationError('LIMIT_EXCEEDED', `folders below ${folder} are more than ${MAX_DEPTH} deep`, {
      where: folder,
    });
  for (const name of await files.list(folder)) {
    if (prefix === '' && (name.startsWith(LOCK_PREFIX) || name.startsWith(STAGING_PREFIX))) continue;
    if (!name.endsWith('/')) members.push({ path: prefix + name, size: 0 });
    else await collect(files, join(folder, name.slice(0, -1)), prefix + name, depth + 1, members);
  }
}
