/**
 * The one way in which a bundle's archive is laid out (PKWARE APPNOTE 6.3.10, a small part of it).
 * Members are stored, names are UTF-8 in byte order, dates are 1980-01-01, nothing is optional: the
 * bytes of the archive follow from its members. The writer writes what these functions return, the
 * reader refuses whatever differs from it.
 */

export const LOCAL_SIGNATURE = 0x04034b50;
export const CENTRAL_SIGNATURE = 0x02014b50;
export const END_SIGNATURE = 0x06054b50;
export const END_64_SIGNATURE = 0x06064b50;
export const LOCATOR_64_SIGNATURE = 0x07064b50;

/** Bytes of the fixed parts. */
export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;
export const END_64_BYTES = 56;
export const LOCATOR_64_BYTES = 20;

/** Values that say: see the 64-bit record. */
export const FULL_16 = 0xffff;
export const FULL_32 = 0xffffffff;

const PLAIN_VERSION = 20;
const ZIP64_VERSION = 45;
/** Made on Unix: other programs re-code the names of archives that claim another system. */
const UNIX = 3 << 8;
/** A regular file, read and written by its owner, read by all (0644), in the upper half. */
const ATTRIBUTES = 0x81a40000;
const UTF8_NAMES = 0x0800;
/** 1980-01-01, the first day that the format can name. */
const DATE = 0x0021;
const ZIP64_EXTRA = 1;

export interface LaidOutMember {
  /** UTF-8. */
  readonly name: Uint8Array;
  /** Bytes. */
  readonly size: number;
  readonly crc32: number;
}

/** Bytes from a member's first byte to the next member's. */
export function roomOf(nameBytes: number, size: number): number {
  return LOCAL_BYTES + nameBytes + (size >= FULL_32 ? 20 : 0) + size;
}

/** The header in front of a member's content. */
export function localHeader({ name, size, crc32 }: LaidOutMember): Uint8Array {
  const wide = size >= FULL_32 ? [size, size] : [];
  const { bytes, view } = record(LOCAL_BYTES, name, wide);
  view.setUint32(0, LOCAL_SIGNATURE, true);
  commonFields(view, 4, size, wide.length > 0, crc32);
  view.setUint16(26, name.length, true);
  view.setUint16(28, bytes.length - LOCAL_BYTES - name.length, true);
  return bytes;
}

/** The member's record in the central directory; `offset` is that of its local header. */
export function centralRecord({ name, size, crc32 }: LaidOutMember, offset: number): Uint8Array {
  const wide = [...(size >= FULL_32 ? [size, size] : []), ...(offset >= FULL_32 ? [offset] : [])];
  const { bytes, view } = record(CENTRAL_BYTES, name, wide);
  view.setUint32(0, CENTRAL_SIGNATURE, true);
  view.setUint16(4, UNIX | (wide.length > 0 ? ZIP64_VERSION : PLAIN_VERSION), true);
  commonFields(view, 6, size, wide.length > 0, crc32);
  view.setUint16(28, name.length, true);
  view.setUint16(30, bytes.length - CENTRAL_BYTES - name.length, true);
  view.setUint32(38, ATTRIBUTES, true);
  view.setUint32(42, Math.min(offset, FULL_32), true);
  return bytes;
}

/** What closes the archive: with the 64-bit records where a number does not fit otherwise. */
export function endRecords(members: number, directorySize: number, directoryOffset: number): Uint8Array {
  const wide = members >= FULL_16 || directorySize >= FULL_32 || directoryOffset >= FULL_32;
  const start = wide ? END_64_BYTES + LOCATOR_64_BYTES : 0;
  const bytes = new Uint8Array(start + END_BYTES);
  const view = new DataView(bytes.buffer);
  if (wide) wideEnd(view, members, directorySize, directoryOffset);
  view.setUint32(start, END_SIGNATURE, true);
  view.setUint16(start + 8, Math.min(members, FULL_16), true);
  view.setUint16(start + 10, Math.min(members, FULL_16), true);
  view.setUint32(start + 12, Math.min(directorySize, FULL_32), true);
  view.setUint32(start + 16, Math.min(directoryOffset, FULL_32), true);
  return bytes;
}

function wideEnd(view: DataView, members: number, size: number, offset: number): void {
  view.setUint32(0, END_64_SIGNATURE, true);
  // The size leaves out the signature and itself.
  view.setBigUint64(4, BigInt(END_64_BYTES - 12), true);
  view.setUint16(12, UNIX | ZIP64_VERSION, true);
  view.setUint16(14, ZIP64_VERSION, true);
  view.setBigUint64(24, BigInt(members), true);
  view.setBigUint64(32, BigInt(members), true);
  view.setBigUint64(40, BigInt(size), true);
  view.setBigUint64(48, BigInt(offset), true);
  view.setUint32(END_64_BYTES, LOCATOR_64_SIGNATURE, true);
  view.setBigUint64(END_64_BYTES + 8, BigInt(offset + size), true);
  view.setUint32(END_64_BYTES + 16, 1, true);
}

function record(
  base: number,
  name: Uint8Array,
  wide: readonly number[],
): { readonly bytes: Uint8Array; readonly view: DataView } {
  const extraBytes = wide.length === 0 ? 0 : 4 + 8 * wide.length;
  const bytes = new Uint8Array(base + name.length + extraBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(name, base);
  if (wide.length > 0) {
    const at = base + name.length;
    view.setUint16(at, ZIP64_EXTRA, true);
    view.setUint16(at + 2, 8 * wide.length, true);
    for (const [i, value] of wide.entries()) view.setBigUint64(at + 4 + 8 * i, BigInt(value), true);
  }
  return { bytes, view };
}

/** Version needed, flags, method, time, date, checksum and both sizes, which both headers share. */
function commonFields(view: DataView, at: number, size: number, wide: boolean, crc32: number): void {
  view.setUint16(at, wide ? ZIP64_VERSION : PLAIN_VERSION, true);
  view.setUint16(at + 2, UTF8_NAMES, true);
  view.setUint16(at + 8, DATE, true);
  view.setUint32(at + 10, crc32, true);
  view.setUint32(at + 14, Math.min(size, FULL_32), true);
  view.setUint32(at + 18, Math.min(size, FULL_32), true);
}
