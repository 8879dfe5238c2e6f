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
  utf8Bytes,
} from '@filiation/verify';
import { WholeFile } from './whole-file.ts';

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
  const total = sorted.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  const file = new WholeFile(out);
  try {
    await file.open();
    const directory: Uint8Array[] = [];
    for (const member of sorted) {
      directory.push(await addMember(file, member, (done) => progress(before + done, total)));
      before += member.size;
    }
    await addDirectory(file, directory);
    await file.finish();
  } catch (cause) {
    await file.abandon();
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

/** Appends header and content; returns the record for the directory. */
async function addMember(
  file: WholeFile,
  member: SealMember,
  progress: (done: number) => void,
): Promise<Uint8Array> {
  const { path, size } = member;
  const name = utf8Bytes(path);
  const offset = file.length;
  // The checksum is known last: the header is appended without it and then overwritten.
  await file.append(localHeader({ name, size, crc32: 0 }));
  let done = 0;
  let checksum = 0;
  for await (const piece of member.open()) {
    done += piece.length;
    if (done > size) throw wrongSize(member);
    checksum = crc32(piece, checksum);
    await file.append(piece);
    progress(done);
  }
  if (done !== size) throw wrongSize(member);
  const laidOut = { name, size, crc32: checksum };
  await file.patch(localHeader(laidOut), offset);
  return centralRecord(laidOut, offset);
}

async function addDirectory(file: WholeFile, directory: readonly Uint8Array[]): Promise<void> {
  const offset = file.length;
  for (const record of directory) await file.append(record);
  await file.append(endRecords(directory.length, file.length - offset, offset));
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
