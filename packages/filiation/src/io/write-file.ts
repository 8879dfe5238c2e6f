import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FiliationError } from '@filiation/evidence';

/**
 * Writes a whole file or nothing: temporary name, fsync, rename. Creates missing folders.
 *
 * @throws FiliationError WRITE_FAILED (full disk, no permission, a folder in the way).
 */
export async function writeWholeFile(path: string, text: string | Uint8Array): Promise<void> {
  const target = resolve(path);
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(target), { recursive: true });
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

function systemReason(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}
