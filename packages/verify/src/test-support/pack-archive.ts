import { crc32 } from '../archive/crc32.ts';
import { centralRecord, endRecords, localHeader } from '../archive/zip-layout.ts';
import { compareText, utf8Bytes } from '../bytes.ts';

/** The canonical archive of the files, in memory. Paths are not judged, only sorted. */
export function packArchive(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const content: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const path of Object.keys(files).sort(compareText)) {
    const file = files[path]!;
    const bytes = typeof file === 'string' ? utf8Bytes(file) : file;
    const member = { name: utf8Bytes(path), size: bytes.length, crc32: crc32(bytes) };
    const header = localHeader(member);
    content.push(header, bytes);
    directory.push(centralRecord(member, offset));
    offset += header.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const parts = [...content, ...directory, endRecords(directory.length, size, offset)];
  return new Uint8Array(Buffer.concat(parts));
}
