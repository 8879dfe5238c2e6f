import { readSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FiliationError, fileError } from '@filiation/evidence';
import { type ByteSource, checkRange } from './byte-source.ts';

/** Reads up to this size wait for the system: handing one to a thread costs ten times as much processor
 *  time as the read itself, and tests read scattered rows by the ten thousand. */
const WAITED_FOR_BYTES = 65536;
/** Bytes of one system call; Node refuses reads of 2 GiB and more. */
const MAX_READ_BYTES = 2 ** 30;

/**
 * A regular file read by position: never more than asked for, never the whole file. The handle stays
 * open until `close`.
 * @throws FiliationError NOT_FOUND; UNREADABLE for folders, devices, pipes and missing permission
 */
export async function fileSource(path: string, name: string = basename(path)): Promise<ByteSource> {
  const handle = await openRegularFile(path);
  const { size } = await handle.stat();
  return {
    name,
    size,
    async read(offset, length) {
      checkRange(name, size, offset, length);
      // Not cleared first: `fill` writes every byte or throws.
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
      await fill(handle, bytes, offset, path);
      return bytes;
    },
    close: () => handle.close(),
  };
}

async function openRegularFile(path: string): Promise<FileHandle> {
  try {
    // Looked at before it is opened: opening a pipe would wait for a writer.
    const facts = await stat(path);
    if (facts.isFile()) return await open(path, 'r');
    throw new FiliationError('UNREADABLE', `${path} is a ${facts.isDirectory() ? 'folder' : 'device'}`, {
      where: path,
      hint: 'Name a regular file.',
    });
  } catch (cause) {
    throw fileError(path, cause);
  }
}

async function fill(handle: FileHandle, bytes: Uint8Array, offset: number, path: string): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(bytes.length - done, MAX_READ_BYTES);
    let bytesRead: number;
    try {
      bytesRead =
        length <= WAITED_FOR_BYTES
          ? readSync(handle.fd, bytes, done, length, offset + done)
          : (await handle.read(bytes, done, length, offset + done)).bytesRead;
    } catch (cause) {
      throw fileError(path, cause);
    }
    if (bytesRead === 0)
      throw new FiliationError('TRUNCATED', `${path} became shorter while it was read`, {
        where: path,
        hint: 'Wait until nothing writes to the file, then run again.',
      });
    done += bytesRead;
  }
}
