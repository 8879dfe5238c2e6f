import { crc32 } from '../archive/crc32.ts';
import { comparePaths } from '../archive/member-path.ts';
import { centralRecord, endRecords, localHeader } from '../archive/zip-layout.ts';

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The canonical archive of the files, in memory. Paths are not judged, only sorted. */
export function packArchive(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const content: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const path of Object.keys(files).sort(comparePaths)) {
    const file = files[path]!;
    const bytes = typeof file === 'string' ? utf8(file) : file;
    const member = { name: utf8(path), size: bytes.length, crc32: crc32(bytes) };
    const header = localHeader(member);
    content.push(header, bytes);
    directory.push(centralRecord(member, offset));
    offset += header.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  return joined([...content, ...directory, endRecords(directory.length, size, offset)]);
}
