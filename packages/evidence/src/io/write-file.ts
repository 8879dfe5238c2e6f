import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FiliationError } from '@filiation/verify';

/**
 * Writes a whole file or nothing: temporary name, fsync, rename. Creates missing folders.
 *
 * @throws FiliationError WRITE_FAILED (full disk, no permission, a folder in the way).
 */
export async function writeWholeFile(path: string, text: string | Uint8Array): Promise<void> {
  const target = resolve(path);
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await makeFolder(dirname(target));
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new FiliationError('WRITE_FAILED', `cannot write ${path}: ${systemReason(cause)}`, {
      where: target,
      hint: 'choose another place, or free space and check permissions',
      cause,
    });
  }
}

/**
 * Makes sure, before long work begins, that its result can be written.
 *
 * @throws FiliationError WRITE_FAILED
 */
export async function prepareOutput(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const folder = dirname(resolve(path));
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  } catch (cause) {
    throw new FiliationError('WRITE_FAILED', `cannot write ${path}: ${systemReason(cause)}`, {
      where: folder,
      hint: 'choose another place, or check permissions',
      cause,
    });
  }
}

/** Step by step: mkdir's own recursive form loops for ever in file systems that refuse new folders. */
export async function makeFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  if (found !== undefined) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  await mkdir(folder).catch((cause) => {
    if (cause.code !== 'EEXIST') throw cause;
  });
}

export function systemReason(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}
