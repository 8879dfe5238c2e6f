import { open } from 'node:fs/promises';
import { FiliationError, fileError } from '@filiation/evidence';

/**
 * Reads a small file whole.
 *
 * @param limit bytes
 * @throws FiliationError NOT_FOUND, UNREADABLE (also for what is no regular file), LIMIT_EXCEEDED
 */
export async function readSmallFile(path: string, limit: number): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      const facts = await handle.stat();
      if (!facts.isFile())
        throw new FiliationError('UNREADABLE', `${path} is no regular file`, { where: path });
      if (facts.size > limit)
        throw new FiliationError('LIMIT_EXCEEDED', `${path} has ${facts.size} bytes`, {
          where: path,
          hint: `at most ${limit} are read: is it the right file?`,
        });
      const buffer = new Uint8Array(facts.size);
      let at = 0;
      while (at < buffer.length) {
        const { bytesRead } = await handle.read(buffer, at, buffer.length - at, at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return buffer.subarray(0, at);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/** The same as text. @throws FiliationError MALFORMED where it is not UTF-8 */
export async function readSmallText(path: string, limit: number): Promise<string> {
  const bytes = await readSmallFile(path, limit);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${path} is not UTF-8 text`, { where: path, cause });
  }
}
