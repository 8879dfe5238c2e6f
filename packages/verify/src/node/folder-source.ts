import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { memberAt, PIECE_BYTES, readWhole } from '../archive/member-read.ts';
import { FiliationError } from '../error.ts';
import { quoted } from '../quoted.ts';
import type { BundleMember, BundleSource } from '../source.ts';
import { type FileState, type LeaveOut, type ListedFile, listFolder, stateOf } from './folder-list.ts';
import { readFault } from './read-fault.ts';

/** A link or pipe put in a file's place is not followed and not waited for. Absent on Windows. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * An unpacked bundle, or the public part of a case folder. Files are listed on opening; one that
 * changes afterwards is refused when it is read. Empty folders count for nothing.
 * @throws FiliationError NOT_FOUND, UNREADABLE, UNSAFE, LIMIT_EXCEEDED
 */
export async function folderSource(path: string, leaveOut: LeaveOut = () => false): Promise<BundleSource> {
  return new FolderSource(path, await listFolder(path, leaveOut));
}

class FolderSource implements BundleSource {
  readonly name: string;
  readonly members: readonly BundleMember[];
  readonly #byPath: ReadonlyMap<string, ListedFile>;

  constructor(root: string, files: readonly ListedFile[]) {
    this.name = root;
    this.members = files;
    this.#byPath = new Map(files.map((file) => [file.path, file]));
  }

  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  async read(path: string, limit: number): Promise<Uint8Array> {
    return readWhole(this.name, this.#file(path), limit, this.stream(path));
  }

  async *stream(path: string): AsyncIterable<Uint8Array> {
    const file = this.#file(path);
    const handle = await this.#open(path);
    try {
      await this.#mustBe(handle, file);
      for (let left = file.size; left > 0; ) {
        const piece = new Uint8Array(Math.min(PIECE_BYTES, left));
        const { bytesRead } = await handle.read(piece, 0, piece.length).catch((cause: unknown) => {
          throw readFault(path, cause);
        });
        if (bytesRead === 0) throw this.#changed(path);
        left -= bytesRead;
        yield piece.subarray(0, bytesRead);
      }
      await this.#mustBe(handle, file);
    } finally {
      await handle.close();
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #open(path: string): Promise<FileHandle> {
    try {
      return await open(join(this.name, path), OPEN_FLAGS);
    } catch (cause) {
      throw readFault(path, cause);
    }
  }

  async #mustBe(handle: FileHandle, { path, state }: ListedFile): Promise<void> {
    const now: FileState = stateOf(await handle.stat({ bigint: true }));
    for (const key of Object.keys(state) as (keyof FileState)[])
      if (now[key] !== state[key]) throw this.#changed(path);
  }

  #changed(path: string): FiliationError {
    return new FiliationError(
      'UNREADABLE',
      `${this.name}: ${quoted(path)} changed while the bundle was read`,
      {
        where: path,
        hint: 'Wait until nothing writes to the folder, then run again.',
      },
    );
  }

  #file(path: string): ListedFile {
    return memberAt(this.name, this.#byPath, path);
  }
}
