import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FiliationError } from '@filiation/verify';
import { makeFolder, systemReason } from '../io/write-file.ts';

/** POSIX permission bits of anybody but the owner. */
const OTHERS = 0o077;

/**
 * Writes a file that only its owner can read (mode 0600), whole or not at all: temporary name, fsync,
 * then a link, which never replaces a file. The folder is made with mode 0700 where it is missing.
 *
 * @throws FiliationError CONFLICT where the file exists and `force` is not set; WRITE_FAILED
 */
export async function writePrivateFile(
  path: string,
  text: string,
  options: { readonly force?: boolean } = {},
): Promise<void> {
  const target = resolve(path);
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await makePrivateFolder(dirname(target));
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (options.force === true) await rename(temporary, target);
    else await link(temporary, target);
    await syncFolder(dirname(target));
  } catch (cause) {
    if (systemReason(cause) === 'EEXIST')
      throw new FiliationError('CONFLICT', `${path} exists already and was left as it is`, {
        where: target,
        hint: 'choose another name; a key that is overwritten is lost for ever',
      });
    throw new FiliationError('WRITE_FAILED', `cannot write ${path}: ${systemReason(cause)}`, {
      where: target,
      hint: 'choose another place, or free space and check permissions',
    });
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/**
 * Reads a small file that only its owner may read; `what` names it in errors, its content never does.
 *
 * @throws FiliationError NOT_FOUND, UNREADABLE, LIMIT_EXCEEDED; UNSAFE where others can read or change it
 */
export async function readPrivateFile(path: string, what: string, limit: number): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((cause) => {
    const missing = systemReason(cause) === 'ENOENT';
    throw new FiliationError(
      missing ? 'NOT_FOUND' : 'UNREADABLE',
      `cannot open ${what} ${path}: ${systemReason(cause)}`,
      { where: path, hint: missing ? 'check the path' : 'check the permissions' },
    );
  });
  try {
    const facts = await file.stat();
    if (facts.isDirectory())
      throw new FiliationError('UNREADABLE', `${what} ${path} is a folder`, { where: path });
    // Windows has no such bits: there the folder's access list protects the file.
    if (process.platform !== 'win32' && facts.isFile() && (facts.mode & OTHERS) !== 0)
      throw new FiliationError('UNSAFE', `${what} ${path} can be read or changed by other users`, {
        where: path,
        hint: `run: chmod 600 ${path}`,
      });
    return await readAtMost(file, `${what} ${path}`, limit);
  } finally {
    await file.close();
  }
}

/** Reads to the end from a file or pipe, at most `limit` bytes.
 *  @throws FiliationError LIMIT_EXCEEDED, UNREADABLE */
export async function readAtMost(
  file: {
    read(buffer: Uint8Array, offset: number, length: number, position: null): Promise<{ bytesRead: number }>;
  },
  what: string,
  limit: number,
): Promise<Uint8Array> {
  const buffer = new Uint8Array(limit + 1);
  let length = 0;
  try {
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > limit)
      throw new FiliationError('LIMIT_EXCEEDED', `${what} is longer than ${limit} bytes`, {
        hint: 'check that this is the file you meant',
      });
    return buffer.slice(0, length);
  } catch (cause) {
    if (cause instanceof FiliationError) throw cause;
    throw new FiliationError('UNREADABLE', `cannot read ${what}: ${systemReason(cause)}`);
  } finally {
    buffer.fill(0);
  }
}

async function makePrivateFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  await makeFolder(dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch((cause) => {
    if (cause.code !== 'EEXIST') throw cause;
  });
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
