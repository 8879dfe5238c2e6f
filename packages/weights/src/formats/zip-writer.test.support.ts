import { crc32, deflateRawSync } from 'node:zlib';

/** A record, honest unless one of the last members says something else. */
export interface WrittenRecord {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflate?: boolean;
  readonly flags?: number;
  readonly declaredSize?: number;
  readonly declaredStoredSize?: number;
  readonly localName?: string;
  readonly headerOffset?: number;
  /** Sizes and place in a ZIP64 extra field. */
  readonly zip64?: boolean;
}

export function writeZip(records: readonly WrittenRecord[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const record of records) {
    const content = record.deflate === true ? deflateRawSync(record.bytes) : record.bytes;
    const local = header(record, content, undefined);
    parts.push(local, content);
    directory.push(header(record, content, record.headerOffset ?? at));
    at += local.length + content.length;
  }
  const directorySize = directory.reduce((sum, entry) => sum + entry.length, 0);
  return concatenate([...parts, ...directory, end(records.length, directorySize, at)]);
}

/** Local header, or central one where an offset is given. */
function header(record: WrittenRecord, content: Uint8Array, offset: number | undefined): Uint8Array {
  const central = offset !== undefined;
  const name = new TextEncoder().encode(central ? record.name : (record.localName ?? record.name));
  const size = record.declaredSize ?? record.bytes.length;
  const storedSize = record.declaredStoredSize ?? content.length;
  const wide = record.zip64 === true && central;
  const extra = wide ? zip64Extra(size, storedSize, offset) : new Uint8Array(0);
  const base = central ? 46 : 30;
  const out = new Uint8Array(base + name.length + extra.length);
  const view = new DataView(out.buffer);
  const shift = central ? 2 : 0;
  view.setUint32(0, central ? 0x02014b50 : 0x04034b50, true);
  view.setUint16(6 + shift, record.flags ?? 0, true);
  view.setUint16(8 + shift, record.deflate === true ? 8 : 0, true);
  view.setUint32(14 + shift, crc32(record.bytes), true);
  view.setUint32(18 + shift, wide ? 0xffffffff : storedSize, true);
  view.setUint32(22 + shift, wide ? 0xffffffff : size, true);
  view.setUint16(26 + shift, name.length, true);
  view.setUint16(28 + shift, extra.length, true);
  if (central) view.setUint32(42, wide ? 0xffffffff : offset, true);
  out.set(name, base);
  out.set(extra, base + name.length);
  return out;
}

function zip64Extra(size: number, storedSize: number, offset: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(28));
  view.setUint16(0, 1, true);
  view.setUint16(2, 24, true);
  for (const [i, value] of [size, storedSize, offset].entries())
    view.setBigUint64(4 + 8 * i, BigInt(value), true);
  return new Uint8Array(view.buffer);
}

function end(count: number, size: number, offset: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  return new Uint8Array(view.buffer);
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
