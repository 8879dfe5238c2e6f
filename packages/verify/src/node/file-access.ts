import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { RandomAccess } from '../archive/random-access.ts';
import { FiliationError } from '../error.ts';
import { readFault } from './read-fault.ts';

/**
 * A regular file for reading.
 * @throws FiliationError NOT_FOUND, UNREADABLE
 */
export async function fileAccess(path: string): Promise<RandomAccess> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const facts = await file.stat();
    if (!facts.isFile()) throw Object.assign(new Error('not a regular file'), { code: 'not a regular file' });
    return new FileAccess(file, path, facts.size);
  } catch (cause) {
    await file?.close();
    throw readFault(path, cause);
  }
}

class FileAccess implements RandomAccess {
  readonly size: number;
  readonly #file: FileHandle;
  readonly #path: string;

  constructor(file: FileHandle, path: string, size: number) {
    this.#file = file;
    this.#path = path;
    this.size = size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (length > this.size - offset) throw this.#short();
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#file
        .read(bytes, done, length - done, offset + done)
        .catch((cause: unknown) => Promise.reject(readFault(this.#path, cause)));
      if (bytesRead === 0) throw this.#short();
      done += bytesRead;
    }
    return bytes;
  }

  crc32(bytes: Uint8Array, before: number): number {
    return crc32(bytes, before);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #short(): FiliationError {
    return new FiliationError('TRUNCATED', `${this.#path} became shorter while it was read`, {
      where: this.#path,
      hint: 'Wait until nothing writes to the file, then run again.',
    });
  }
}
