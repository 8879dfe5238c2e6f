import { crc32 } from '../archive/crc32.ts';
import { concatBytes, utf8Bytes } from '../bytes.ts';

/** One record of a ZIP archive in which anything can be a lie. What is left out is canonical. */
export interface HostileRecord {
  readonly name: string | Uint8Array;
  readonly content?: Uint8Array;
  /** Name in the local header. */
  readonly localName?: string;
  readonly flags?: number;
  readonly method?: number;
  readonly time?: number;
  readonly crc32?: number;
  readonly storedSize?: number;
  readonly size?: number;
  readonly madeBy?: number;
  readonly disk?: number;
  readonly attributes?: number;
  readonly internal?: number;
  readonly offset?: number;
  readonly comment?: Uint8Array;
  /** Extra field in the directory, and in the local header. */
  readonly extra?: Uint8Array;
  readonly localExtra?: Uint8Array;
  /** Directory record of bytes that an earlier record already has: no content of its own. */
  readonly noContent?: boolean;
}

export interface HostileEnd {
  readonly members?: number;
  readonly directorySize?: number;
  readonly directoryOffset?: number;
  readonly disk?: number;
  /** Members, directory size and offset in a 64-bit end. */
  readonly wide?: readonly [bigint, bigint, bigint];
  /** Bytes in front of the archive that no record counts. */
  readonly prefix?: Uint8Array;
  readonly beforeDirectory?: Uint8Array;
  readonly comment?: Uint8Array;
}

export function hostileZip(records: readonly HostileRecord[], end: HostileEnd = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const record of records) {
    const offset = at;
    const local = localPart(record);
    if (record.noContent !== true) {
      parts.push(local);
      at += local.length;
    }
    directory.push(centralPart(record, offset));
  }
  const gap = end.beforeDirectory ?? new Uint8Array(0);
  const listed = concatBytes(...directory);
  const tail = endPart(end, records.length, listed.length, at + gap.length);
  return concatBytes(end.prefix ?? new Uint8Array(0), ...parts, gap, listed, tail);
}

/** The head of the 64-bit extra field and its numbers. */
export function wideExtra(...values: readonly bigint[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + 8 * values.length));
  view.setUint16(0, 1, true);
  view.setUint16(2, 8 * values.length, true);
  for (const [i, value] of values.entries()) view.setBigUint64(4 + 8 * i, value, true);
  return new Uint8Array(view.buffer);
}

function localPart(record: HostileRecord): Uint8Array {
  const content = record.content ?? new Uint8Array(0);
  const name = nameBytes(record.localName ?? record.name);
  const extra = record.localExtra ?? new Uint8Array(0);
  const head = new DataView(new ArrayBuffer(30));
  head.setUint32(0, 0x04034b50, true);
  common(head, 4, record, content);
  head.setUint16(26, name.length, true);
  head.setUint16(28, extra.length, true);
  return concatBytes(new Uint8Array(head.buffer), name, extra, content);
}

function centralPart(record: HostileRecord, offset: number): Uint8Array {
  const content = record.content ?? new Uint8Array(0);
  const name = nameBytes(record.name);
  const extra = record.extra ?? new Uint8Array(0);
  const comment = record.comment ?? new Uint8Array(0);
  const head = new DataView(new ArrayBuffer(46));
  head.setUint32(0, 0x02014b50, true);
  head.setUint16(4, record.madeBy ?? 0x0314, true);
  common(head, 6, record, content);
  head.setUint16(28, name.length, true);
  head.setUint16(30, extra.length, true);
  head.setUint16(32, comment.length, true);
  head.setUint16(34, record.disk ?? 0, true);
  head.setUint16(36, record.internal ?? 0, true);
  head.setUint32(38, record.attributes ?? 0x81a40000, true);
  head.setUint32(42, record.offset ?? offset, true);
  return concatBytes(new Uint8Array(head.buffer), name, extra, comment);
}

function common(view: DataView, at: number, record: HostileRecord, content: Uint8Array): void {
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, record.flags ?? 0x0800, true);
  view.setUint16(at + 4, record.method ?? 0, true);
  view.setUint16(at + 6, record.time ?? 0, true);
  view.setUint16(at + 8, 0x21, true);
  view.setUint32(at + 10, record.crc32 ?? crc32(content), true);
  view.setUint32(at + 14, record.storedSize ?? content.length, true);
  view.setUint32(at + 18, record.size ?? content.length, true);
}

function endPart(end: HostileEnd, members: number, size: number, offset: number): Uint8Array {
  const comment = end.comment ?? new Uint8Array(0);
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(4, end.disk ?? 0, true);
  view.setUint16(8, end.members ?? members, true);
  view.setUint16(10, end.members ?? members, true);
  view.setUint32(12, end.directorySize ?? size, true);
  view.setUint32(16, end.directoryOffset ?? offset, true);
  view.setUint16(20, comment.length, true);
  const wide = end.wide === undefined ? [] : [wideEnd(end.wide, BigInt(offset + size))];
  return concatBytes(...wide, new Uint8Array(view.buffer), comment);
}

function wideEnd([members, size, offset]: readonly [bigint, bigint, bigint], at: bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(76));
  view.setUint32(0, 0x06064b50, true);
  view.setBigUint64(4, 44n, true);
  view.setUint16(12, 0x032d, true);
  view.setUint16(14, 45, true);
  view.setBigUint64(24, members, true);
  view.setBigUint64(32, members, true);
  view.setBigUint64(40, size, true);
  view.setBigUint64(48, offset, true);
  view.setUint32(56, 0x07064b50, true);
  view.setBigUint64(64, at, true);
  view.setUint32(72, 1, true);
  return new Uint8Array(view.buffer);
}

function nameBytes(name: string | Uint8Array): Uint8Array {
  return typeof name === 'string' ? utf8Bytes(name) : name;
}
