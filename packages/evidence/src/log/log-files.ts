import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FiliationError } from '@filiation/verify';
import { systemReason } from '../io/write-file.ts';

/**
 * The few file operations the log is made of. Each either takes effect or throws; what survives a loss of
 * power is exactly what was synced: a file's bytes by `writeSynced`, a folder's names by `syncFolder`.
 * Errors are those of the operating system; the log turns them into WRITE_FAILED.
 */
export interface LogFiles {
  /** Bytes of a file, or undefined where none is. @throws FiliationError LIMIT_EXCEEDED, UNREADABLE */
  read(path: string, limit: number): Promise<Uint8Array | undefined>;
  /** Names in a folder, sorted; a folder's name ends in `/`. Empty where the folder is missing. */
  list(folder: string): Promise<readonly string[]>;
  /** Makes a folder and its missing parents; returns the folders that gained a name. */
  makeFolder(folder: string): Promise<readonly string[]>;
  /** A new file with these bytes, on the disk when this returns; fails where the name is taken. */
  writeSynced(path: string, bytes: Uint8Array): Promise<void>;
  /** Moves a file or folder, replacing a file of that name in one step. */
  rename(from: string, to: string): Promise<void>;
  syncFolder(folder: string): Promise<void>;
  /** Removes a file or a folder with all it holds; nothing happens where it is missing. */
  remove(path: string): Promise<void>;
}

/** Node's file system. */
export const diskFiles: LogFiles = {
  async read(path, limit) {
    let file: Awaited<ReturnType<typeof open>>;
    try {
      file = await open(path, constants.O_RDONLY);
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw unreadable(path, cause);
    }
    try {
      const { size } = await file.stat();
      if (size > limit)
        throw new FiliationError('LIMIT_EXCEEDED', `${path} has ${size} bytes, more than ${limit}`, {
          where: path,
          hint: 'the file is not what its name says; run fsck on the log',
        });
      const bytes = new Uint8Array(size);
      let filled = 0;
      while (filled < size) {
        const { bytesRead } = await file.read(bytes, filled, size - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } catch (cause) {
      throw cause instanceof FiliationError ? cause : unreadable(path, cause);
    } finally {
      await file.close();
    }
  },
  async list(folder) {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw unreadable(folder, cause);
    }
  },
  makeFolder: (folder) => makeFolders(folder),
  async writeSynced(path, bytes) {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename: (from, to) => rename(from, to),
  async syncFolder(folder) {
    // Windows cannot open folders; there NTFS journals its own names.
    if (process.platform === 'win32') return;
    const handle = await open(folder, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  remove: (path) => rm(path, { recursive: true, force: true }),
};

/** Step by step: mkdir's own recursive form loops for ever in file systems that refuse new folders. */
async function makeFolders(folder: string): Promise<string[]> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return [];
  if (found !== undefined) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
  const parent = dirname(folder);
  const changed = parent === folder ? [] : await makeFolders(parent);
  await mkdir(folder).catch((cause) => {
    if (cause.code !== 'EEXIST') throw cause;
  });
  return [...changed, parent];
}

function isMissing(cause: unknown): boolean {
  const reason = systemReason(cause);
  return reason === 'ENOENT' || reason === 'ENOTDIR';
}

function unreadable(path: string, cause: unknown): FiliationError {
  return new FiliationError('UNREADABLE', `cannot read ${path}: ${systemReason(cause)}`, {
    where: path,
    hint: 'check permissions and that it is a regular file',
    cause,
  });
}
