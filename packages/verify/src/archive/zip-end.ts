import type { ReadAhead } from './random-access.ts';
import {
  END_64_BYTES,
  END_64_SIGNATURE,
  END_BYTES,
  END_SIGNATURE,
  endRecords,
  FULL_16,
  FULL_32,
  LOCATOR_64_BYTES,
  LOCATOR_64_SIGNATURE,
} from './zip-layout.ts';
import { refusal } from './zip-refusal.ts';

/** Members of one archive: a log of 10^8 entries takes 800,000 tiles. */
export const MAX_MEMBERS = 1_000_000;
/** Bytes of the central directory, which bounds what all names take in memory. */
const MAX_DIRECTORY_BYTES = 128 * 2 ** 20;

export interface DirectoryPlace {
  readonly members: number;
  /** Bytes. */
  readonly offset: number;
  readonly size: number;
}

/**
 * Where the central directory lies: right before the records that close the archive, which lie at its
 * very end (no comment, no bytes after them).
 * @throws FiliationError TRUNCATED, MALFORMED, UNSUPPORTED (several disks), LIMIT_EXCEEDED
 */
export async function findDirectory(archive: ReadAhead, name: string): Promise<DirectoryPlace> {
  if (archive.size < END_BYTES) throw refusal('TRUNCATED', name, `${archive.size} bytes are no archive`);
  const end = viewOf(await archive.read(archive.size - END_BYTES, END_BYTES));
  if (end.getUint32(0, true) !== END_SIGNATURE)
    throw refusal(
      'TRUNCATED',
      name,
      'the last 22 bytes do not close a ZIP archive: it is cut short, has a comment or has bytes after its end',
    );
  if (end.getUint16(20, true) !== 0) throw refusal('MALFORMED', name, 'the archive has a comment');
  if (end.getUint16(4, true) !== 0 || end.getUint16(6, true) !== 0)
    throw refusal('UNSUPPORTED', name, 'it is one of several parts of an archive');
  const counts = {
    members: end.getUint16(10, true),
    size: end.getUint32(12, true),
    offset: end.getUint32(16, true),
  };
  const wide = counts.members === FULL_16 || counts.size === FULL_32 || counts.offset === FULL_32;
  const place = wide ? await readWideEnd(archive, name) : counts;
  if (place.members > MAX_MEMBERS)
    throw refusal(
      'LIMIT_EXCEEDED',
      name,
      `it claims ${place.members} members, at most ${MAX_MEMBERS} are read`,
    );
  if (place.size > MAX_DIRECTORY_BYTES)
    throw refusal(
      'LIMIT_EXCEEDED',
      name,
      `its directory claims ${place.size} bytes, at most ${MAX_DIRECTORY_BYTES} are read`,
    );
  await mustClose(archive, name, place);
  return place;
}

async function readWideEnd(archive: ReadAhead, name: string): Promise<DirectoryPlace> {
  const at = archive.size - END_BYTES - LOCATOR_64_BYTES - END_64_BYTES;
  if (at < 0) throw refusal('MALFORMED', name, 'the 64-bit end of its directory is missing');
  const view = viewOf(await archive.read(at, END_64_BYTES + LOCATOR_64_BYTES));
  if (
    view.getUint32(0, true) !== END_64_SIGNATURE ||
    view.getUint32(END_64_BYTES, true) !== LOCATOR_64_SIGNATURE
  )
    throw refusal('MALFORMED', name, 'the 64-bit end of its directory is missing');
  const read = (field: string, offset: number): number => {
    const value = view.getBigUint64(offset, true);
    if (value > BigInt(archive.size))
      throw refusal('MALFORMED', name, `the ${field} of its directory, ${value}, is larger than the archive`);
    return Number(value);
  };
  return { members: read('count', 32), size: read('size', 40), offset: read('place', 48) };
}

/** The closing records must be the very bytes that follow from the numbers they state. */
async function mustClose(archive: ReadAhead, name: string, place: DirectoryPlace): Promise<void> {
  const expected = endRecords(place.members, place.size, place.offset);
  const at = archive.size - expected.length;
  if (place.offset + place.size !== at)
    throw refusal(
      'MALFORMED',
      name,
      `its directory claims bytes ${place.offset} to ${place.offset + place.size}, but must end at ${at}: bytes were added or removed`,
    );
  const actual = await archive.read(at, expected.length);
  const wrong = firstDifference(actual, expected);
  if (wrong !== undefined)
    throw refusal('MALFORMED', name, `byte ${at + wrong}, in the end of its directory, is wrong`);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Place of the first byte in which two texts of one length differ. */
export function firstDifference(actual: Uint8Array, expected: Uint8Array): number | undefined {
  if (actual.length !== expected.length) return Math.min(actual.length, expected.length);
  const at = actual.findIndex((byte, i) => byte !== expected[i]);
  return at < 0 ? undefined : at;
}
