import { compareText, utf8Text } from '../bytes.ts';
import { quoted } from '../quoted.ts';
import { MAX_PATH_BYTES, PathCollisions, pathFault } from './member-path.ts';
import type { ReadAhead } from './random-access.ts';
import { type DirectoryPlace, findDirectory, firstDifference, viewOf } from './zip-end.ts';
import { CENTRAL_BYTES, CENTRAL_SIGNATURE, centralRecord, FULL_32, roomOf } from './zip-layout.ts';
import { refusal } from './zip-refusal.ts';

const ENCRYPTED = 0x2041;
const STORED = 0;
/** Kinds of Unix file in the upper half of the attributes. */
const FILE_KIND = 0xf000;
const SYMBOLIC_LINK = 0xa000;
const REGULAR_FILE = 0x8000;
/** The one extra field a record can have: head and three 64-bit numbers. */
const MAX_EXTRA_BYTES = 28;

export interface ArchiveMember {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly crc32: number;
  /** Of the local header. */
  readonly offset: number;
}

/**
 * Reads the list of members record by record. Each must be the very bytes that `zip-layout.ts` gives
 * for it, start where the one before ends, and come after it in byte order, so that there is no room
 * for a second member of a name, an overlap, a gap or a hidden byte.
 * @throws FiliationError TRUNCATED, MALFORMED, UNSAFE, UNSUPPORTED, LIMIT_EXCEEDED
 */
export async function readDirectory(archive: ReadAhead, name: string): Promise<readonly ArchiveMember[]> {
  const place = await findDirectory(archive, name);
  const members: ArchiveMember[] = [];
  const collisions = new PathCollisions();
  let at = place.offset;
  let offset = 0;
  while (members.length < place.members) {
    const listed = await readRecord(archive, name, members.length, at, place);
    const { member, nameBytes } = listed;
    checkPlace(name, member, offset, place);
    checkOrder(name, members.at(-1)?.path, member.path);
    const other = collisions.add(member.path);
    if (other !== undefined)
      throw refusal(
        'UNSAFE',
        name,
        `${quoted(member.path)} and ${quoted(other)} fall together when unpacked`,
        member.path,
      );
    const expected = centralRecord({ ...member, name: nameBytes }, member.offset);
    const wrong = firstDifference(listed.bytes, expected);
    if (wrong !== undefined)
      throw refusal(
        'MALFORMED',
        name,
        `byte ${at + wrong}, in the directory record of ${quoted(member.path)}, is wrong`,
        member.path,
      );
    members.push(member);
    offset += roomOf(nameBytes.length, member.size);
    at += listed.bytes.length;
  }
  if (at !== place.offset + place.size)
    throw refusal(
      'MALFORMED',
      name,
      `its directory holds bytes after the record of its last member, from byte ${at} on`,
    );
  if (offset !== place.offset)
    throw refusal('MALFORMED', name, `bytes ${offset} to ${place.offset} belong to no member`);
  return members;
}

interface ListedRecord {
  readonly member: ArchiveMember;
  readonly nameBytes: Uint8Array;
  readonly bytes: Uint8Array;
}

async function readRecord(
  archive: ReadAhead,
  name: string,
  index: number,
  at: number,
  place: DirectoryPlace,
): Promise<ListedRecord> {
  const room = place.offset + place.size - at;
  if (room < CENTRAL_BYTES)
    throw refusal('MALFORMED', name, `its directory ends after ${index} of ${place.members} members`);
  const head = viewOf(await archive.read(at, CENTRAL_BYTES));
  if (head.getUint32(0, true) !== CENTRAL_SIGNATURE)
    throw refusal(
      'MALFORMED',
      name,
      `record ${index} of its directory, at byte ${at}, does not begin as one`,
    );
  const nameLength = head.getUint16(28, true);
  const extraLength = head.getUint16(30, true);
  const length = CENTRAL_BYTES + nameLength + extraLength;
  if (nameLength > MAX_PATH_BYTES)
    throw refusal(
      'LIMIT_EXCEEDED',
      name,
      `the name of member ${index} has ${nameLength} bytes, at most ${MAX_PATH_BYTES} are read`,
    );
  if (extraLength > MAX_EXTRA_BYTES || length > room)
    throw refusal(
      'MALFORMED',
      name,
      `record ${index} of its directory, at byte ${at}, has an extra field that does not belong there`,
    );
  const rest = await archive.read(at + CENTRAL_BYTES, nameLength + extraLength);
  const nameBytes = rest.subarray(0, nameLength);
  const path = pathOf(nameBytes, name, index);
  checkKind(head, name, path);
  const bytes = new Uint8Array(length);
  bytes.set(new Uint8Array(head.buffer, head.byteOffset, CENTRAL_BYTES));
  bytes.set(rest, CENTRAL_BYTES);
  const numbers = sizeAndOffset(head, viewOf(rest.subarray(nameLength)), name, path);
  return { member: { path, crc32: head.getUint32(16, true), ...numbers }, nameBytes, bytes };
}

function pathOf(bytes: Uint8Array, name: string, index: number): string {
  let path: string;
  try {
    // A byte order mark is part of the name and refused as such, not skipped.
    path = utf8Text(bytes);
  } catch {
    throw refusal('UNSAFE', name, `the name of member ${index} is not UTF-8`);
  }
  const fault = path.endsWith('/') && path !== '/' ? 'is that of a folder' : pathFault(path);
  if (fault !== undefined) throw refusal('UNSAFE', name, `the path ${quoted(path)} ${fault}`, path);
  return path;
}

/** Says in words what other archives may be and bundles are not; the rest is compared byte by byte. */
function checkKind(head: DataView, name: string, path: string): void {
  const what = quoted(path);
  const kind = (head.getUint32(38, true) >>> 16) & FILE_KIND;
  if (kind === SYMBOLIC_LINK) throw refusal('UNSAFE', name, `${what} is a symbolic link`, path);
  if (kind !== 0 && kind !== REGULAR_FILE)
    throw refusal('UNSAFE', name, `${what} is not a regular file`, path);
  if ((head.getUint16(8, true) & ENCRYPTED) !== 0)
    throw refusal('UNSUPPORTED', name, `${what} is encrypted`, path);
  const method = head.getUint16(10, true);
  if (method !== STORED) throw refusal('UNSUPPORTED', name, `${what} is compressed (method ${method})`, path);
  if (head.getUint16(34, true) !== 0)
    throw refusal('UNSUPPORTED', name, `${what} lies in another part of the archive`, path);
  if (head.getUint16(32, true) !== 0) throw refusal('MALFORMED', name, `${what} has a comment`, path);
  if (head.getUint32(20, true) !== head.getUint32(24, true))
    throw refusal('MALFORMED', name, `${what} is stored but has two sizes`, path);
}

function sizeAndOffset(
  head: DataView,
  extra: DataView,
  name: string,
  path: string,
): { readonly size: number; readonly offset: number } {
  const size = head.getUint32(24, true);
  const offset = head.getUint32(42, true);
  let at = 4;
  const wide = (what: string): number => {
    if (at + 8 > extra.byteLength)
      throw refusal('MALFORMED', name, `the 64-bit ${what} of ${quoted(path)} is missing`, path);
    const value = extra.getBigUint64(at, true);
    at += 8;
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw refusal('MALFORMED', name, `${quoted(path)} claims the ${what} ${value}`, path);
    return Number(value);
  };
  const wideSize = size === FULL_32 ? wide('size') : size;
  if (size === FULL_32 && wide('size') !== wideSize)
    throw refusal('MALFORMED', name, `${quoted(path)} is stored but has two sizes`, path);
  return { size: wideSize, offset: offset === FULL_32 ? wide('place') : offset };
}

function checkPlace(name: string, member: ArchiveMember, expected: number, place: DirectoryPlace): void {
  const { path, offset, size } = member;
  if (offset < expected)
    throw refusal(
      'MALFORMED',
      name,
      `${quoted(path)} overlaps another member: it starts at byte ${offset}, before byte ${expected}`,
      path,
    );
  if (offset > expected)
    throw refusal(
      'MALFORMED',
      name,
      `bytes ${expected} to ${offset}, before ${quoted(path)}, belong to no member`,
      path,
    );
  if (size > place.offset - offset)
    throw refusal(
      'MALFORMED',
      name,
      `${quoted(path)} claims ${size} bytes, more than lie before the directory`,
      path,
    );
}

function checkOrder(name: string, before: string | undefined, path: string): void {
  const order = before === undefined ? 1 : compareText(path, before);
  if (order === 0) throw refusal('MALFORMED', name, `two members are named ${quoted(path)}`, path);
  if (order < 0)
    throw refusal(
      'MALFORMED',
      name,
      `${quoted(path)} comes after ${quoted(before!)}: members are sorted`,
      path,
    );
}
