import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  centralRecord,
  compareText,
  endRecords,
  FiliationError,
  localHeader,
  PathCollisions,
  pathFault,
  quoted,
  roomOf,
  utf8Bytes,
} from '@filiation/verify';
import { makeFolder, systemReason } from '../io/write-file.ts';

/** One file that goes into an archive. */
export interface SealMember {
  /** As `pathFault` of the verifier allows it. */
  readonly path: string;
  /** Bytes; what `open` gives must be exactly as many. */
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

/** Bytes written and in all, members' content only. */
export type WriteProgress = (done: number, total: number) => void;

/**
 * Writes the canonical archive of some members: their order does not matter, the same members give the
 * same bytes. Content is streamed, so nothing of it is held. Whole or not at all: temporary name,
 * fsync, rename.
 *
 * @throws FiliationError WRITE_FAILED (full disk, no permission), UNSAFE (a path), UNREADABLE where a
 *         member is not as long as it says; and what a member's `open` throws.
 */
export async function writeArchive(
  out: string,
  members: readonly SealMember[],
  progress: WriteProgress = () => undefined,
): Promise<void> {
  const sorted = checkedMembers(members);
  const target = resolve(out);
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  const writer = new ArchiveWriter(out, temporary);
  try {
    await writer.open();
    const total = sorted.reduce((sum, { size }) => sum + size, 0);
    for (const member of sorted) await writer.add(member, (done) => progress(done, total));
    await writer.finish();
    await writing(out, () => rename(temporary, target));
    await syncFolder(dirname(target));
  } catch (cause) {
    await writer.abandon();
    throw cause;
  }
}

function checkedMembers(members: readonly SealMember[]): readonly SealMember[] {
  const sorted = [...members].sort((left, right) => compareText(left.path, right.path));
  const collisions = new PathCollisions();
  for (const { path } of sorted) {
    const fault = pathFault(path);
    if (fault !== undefined) throw unsafe(path, fault);
    const other = collisions.add(path);
    if (other !== undefined) throw unsafe(path, `falls together with ${quoted(other)} when unpacked`);
  }
  return sorted;
}

function unsafe(path: string, fault: string): FiliationError {
  return new FiliationError('UNSAFE', `the path ${quoted(path)} ${fault}`, {
    where: path,
    hint: 'Give the file a plain name: not every system could unpack it.',
  });
}

class ArchiveWriter {
  readonly #out: string;
  readonly #temporary: string;
  readonly #directory: Uint8Array[] = [];
  #file: FileHandle | undefined;
  #at = 0;
  #done = 0;

  constructor(out: string, temporary: string) {
    this.#out = out;
    this.#temporary = temporary;
  }

  async open(): Promise<void> {
    await writing(this.#out, async () => {
      await makeFolder(dirname(this.#temporary));
      this.#file = await open(this.#temporary, 'wx');
    });
  }

  /** The checksum is known last, so the header is written once the content is. */
  async add(member: SealMember, progress: (done: number) => void): Promise<void> {
    const { path, size } = member;
    const name = utf8Bytes(path);
    const offset = this.#at;
    const end = offset + roomOf(name.length, size);
    const start = end - size;
    let at = start;
    let checksum = 0;
    for await (const piece of member.open()) {
      if (piece.length > end - at) throw wrongSize(member);
      checksum = crc32(piece, checksum);
      await this.#write(piece, at);
      at += piece.length;
      this.#done += piece.length;
      progress(this.#done);
    }
    if (at !== end) throw wrongSize(member);
    const laidOut = { name, size, crc32: checksum };
    await this.#write(localHeader(laidOut), offset);
    this.#directory.push(centralRecord(laidOut, offset));
    this.#at = end;
  }

  async finish(): Promise<void> {
    const directory = Buffer.concat(this.#directory);
    await this.#write(directory, this.#at);
    const end = endRecords(this.#directory.length, directory.length, this.#at);
    await this.#write(end, this.#at + directory.length);
    await writing(this.#out, async () => {
      await this.#file?.sync();
      await this.#file?.close();
      this.#file = undefined;
    });
  }

  async abandon(): Promise<void> {
    await this.#file?.close().catch(() => undefined);
    await rm(this.#temporary, { force: true }).catch(() => undefined);
  }

  async #write(bytes: Uint8Array, at: number): Promise<void> {
    await writing(this.#out, async () => {
      for (let done = 0; done < bytes.length; )
        done += (await this.#file!.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
    });
  }
}

function wrongSize({ path, size }: SealMember): FiliationError {
  return new FiliationError(
    'UNREADABLE',
    `${quoted(path)} did not give the ${size} bytes it was listed with`,
    {
      where: path,
      hint: 'It changed meanwhile: wait until nothing writes to the case, then seal again.',
    },
  );
}

async function writing(out: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (cause) {
    throw new FiliationError('WRITE_FAILED', `cannot write ${out}: ${systemReason(cause)}`, {
      where: out,
      hint: 'choose another place, or free space and check permissions',
      cause,
    });
  }
}

/** Makes the rename durable; systems that cannot open folders do without. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
