import { FiliationError, quoted } from '@filiation/evidence';
import type { ByteSource } from './byte-source.ts';
import { staysBelow } from './model-path.ts';
import { asText, malformedZip, view } from './zip-bytes.ts';

/** Bytes of the central directory; 64 MB list half a million records. */
const MAX_DIRECTORY_BYTES = 64 * 2 ** 20;
/** Bytes of a record name. */
const MAX_NAME_BYTES = 1024;
/** Bytes at the end of a file in which the directory's own record must lie: 22 and a comment. */
const END_SEARCH_BYTES = 22 + 65_535;

const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const CENTRAL = 0x02014b50;
const ENCRYPTED = 1;

export interface ZipRecord {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc32: number;
  /** Bytes in the file, and when unpacked. */
  readonly storedSize: number;
  readonly size: number;
  readonly headerOffset: number;
  /** First byte after this record's room: the next record's header, or the directory. */
  readonly roomEnd: number;
}

/**
 * The central directory of a zip archive (PKWARE APPNOTE 6.3.10, ZIP64 included), the only list of
 * records that counts. Nothing is unpacked; records may not share bytes.
 * @throws FiliationError MALFORMED, TRUNCATED, UNSAFE (names that leave the archive), UNSUPPORTED
 *         (encryption, several disks), LIMIT_EXCEEDED
 */
export async function readZipDirectory(source: ByteSource): Promise<ReadonlyMap<string, ZipRecord>> {
  const end = await findEnd(source);
  if (end.size > MAX_DIRECTORY_BYTES)
    throw new FiliationError('LIMIT_EXCEEDED', `${source.name} has a directory of ${end.size} bytes`, {
      where: source.name,
      hint: `At most ${MAX_DIRECTORY_BYTES} are read: check where the file comes from.`,
    });
  const records = parseDirectory(await source.read(end.offset, end.size), source.name);
  return giveRoom(records, end.offset, source.name);
}

interface DirectoryPlace {
  readonly offset: number;
  readonly size: number;
}

async function findEnd(source: ByteSource): Promise<DirectoryPlace> {
  const length = Math.min(source.size, END_SEARCH_BYTES);
  const start = source.size - length;
  const tail = view(await source.read(start, length));
  for (let at = length - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END || tail.getUint16(at + 20, true) !== length - 22 - at) continue;
    if (tail.getUint16(at + 4, true) !== 0 && tail.getUint16(at + 4, true) !== 0xffff)
      throw new FiliationError('UNSUPPORTED', `${source.name} is one of several archive parts`, {
        where: source.name,
        hint: 'Join the parts first.',
      });
    const size = tail.getUint32(at + 12, true);
    const offset = tail.getUint32(at + 16, true);
    const place = size === 0xffffffff || offset === 0xffffffff ? undefined : { offset, size };
    const limit = start + at;
    return checkPlace(source.name, place ?? (await findEnd64(source, limit)), limit);
  }
  throw new FiliationError('TRUNCATED', `${source.name} is a zip archive without its directory at the end`, {
    where: source.name,
    hint: 'The file is incomplete: copy or download it again and compare its size.',
  });
}

async function findEnd64(source: ByteSource, end: number): Promise<DirectoryPlace> {
  if (end < 20) throw malformedZip(source.name, 'the archive directory cannot be found');
  const locator = view(await source.read(end - 20, 20));
  const at = Number(locator.getBigUint64(8, true));
  if (locator.getUint32(0, true) !== END_64_LOCATOR || at > end - 76)
    throw malformedZip(source.name, 'the archive directory cannot be found');
  const record = view(await source.read(at, 56));
  if (record.getUint32(0, true) !== END_64)
    throw malformedZip(source.name, 'the archive directory cannot be found');
  return {
    size: Number(record.getBigUint64(40, true)),
    offset: Number(record.getBigUint64(48, true)),
  };
}

function checkPlace(where: string, place: DirectoryPlace, end: number): DirectoryPlace {
  if (place.offset > end || place.size > end - place.offset)
    throw malformedZip(where, 'the archive directory reaches past the end of the file');
  return place;
}

type ListedRecord = Omit<ZipRecord, 'roomEnd'>;

function parseDirectory(bytes: Uint8Array, where: string): ListedRecord[] {
  const directory = view(bytes);
  const records: ListedRecord[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 46 || directory.getUint32(at, true) !== CENTRAL)
      throw malformedZip(where, `entry ${records.length} of the archive directory is damaged`);
    const nameLength = directory.getUint16(at + 28, true);
    const extraLength = directory.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + directory.getUint16(at + 32, true);
    if (next > bytes.length || nameLength > MAX_NAME_BYTES)
      throw malformedZip(where, `entry ${records.length} of the archive directory is damaged`);
    const name = asText(bytes.subarray(at + 46, at + 46 + nameLength));
    const extraAt = at + 46 + nameLength;
    records.push(listed(directory, at, name, bytes.subarray(extraAt, extraAt + extraLength), where));
    at = next;
  }
  return records;
}

function listed(
  directory: DataView,
  at: number,
  name: string,
  extra: Uint8Array,
  where: string,
): ListedRecord {
  if (!staysBelow(name.replace(/\/$/, '')))
    throw new FiliationError('UNSAFE', `${where} holds a record named ${quoted(name)}`, {
      where,
      hint: 'Honest checkpoints do not do this: check where the file comes from.',
    });
  const flags = directory.getUint16(at + 8, true);
  if ((flags & ENCRYPTED) !== 0)
    throw new FiliationError('UNSUPPORTED', `${where} is encrypted`, { where, hint: 'Decrypt it first.' });
  // Fields of 32 ones stand in the ZIP64 extra field, in this order.
  const wide = zip64Values(extra);
  const field = (offset: number): number => {
    const value = directory.getUint32(at + offset, true);
    const actual = value === 0xffffffff ? Number(wide.shift() ?? -1n) : value;
    if (!Number.isSafeInteger(actual) || actual < 0)
      throw malformedZip(where, `the record ${quoted(name)} has an impossible size or place`);
    return actual;
  };
  const size = field(24);
  const storedSize = field(20);
  const headerOffset = field(42);
  return {
    name,
    method: directory.getUint16(at + 10, true),
    flags,
    crc32: directory.getUint32(at + 16, true),
    storedSize,
    size,
    headerOffset,
  };
}

function zip64Values(extra: Uint8Array): bigint[] {
  const data = view(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = Math.min(data.getUint16(at + 2, true), extra.length - at - 4);
    if (data.getUint16(at, true) === 1)
      return Array.from({ length: Math.floor(length / 8) }, (_, i) =>
        data.getBigUint64(at + 4 + 8 * i, true),
      );
    at += 4 + length;
  }
  return [];
}

/** Bounds each record by the next, so that overlapping records are seen when they are read. */
function giveRoom(
  records: readonly ListedRecord[],
  directoryOffset: number,
  where: string,
): ReadonlyMap<string, ZipRecord> {
  const ordered = [...records].sort((p, q) => p.headerOffset - q.headerOffset);
  const byName = new Map<string, ZipRecord>();
  for (const [i, record] of ordered.entries()) {
    const roomEnd = ordered[i + 1]?.headerOffset ?? directoryOffset;
    if (record.storedSize + 30 > roomEnd - record.headerOffset)
      throw malformedZip(where, `the record ${quoted(record.name)} overlaps the next one`);
    if (byName.has(record.name)) throw malformedZip(where, `two records are named ${quoted(record.name)}`);
    byName.set(record.name, { ...record, roomEnd });
  }
  return byName;
}
