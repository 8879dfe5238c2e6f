import { FiliationError } from './error.ts';
import { TILE_WIDTH } from './tiles.ts';

/** Bytes of the largest entry: its length is written in two bytes (C2SP tlog-tiles). */
export const MAX_ENTRY_BYTES = 65_535;

/**
 * Bytes of an entry bundle: for each entry its length (two bytes, big-endian) and its bytes.
 * @throws FiliationError LIMIT_EXCEEDED for more than 256 entries or one above 65,535 bytes
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length > TILE_WIDTH)
    throw new FiliationError('LIMIT_EXCEEDED', `a bundle holds at most ${TILE_WIDTH} entries`);
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES)
      throw new FiliationError(
        'LIMIT_EXCEEDED',
        `a log entry of ${entry.length} bytes is above the limit of ${MAX_ENTRY_BYTES}`,
        { hint: 'Log the digest of a document, and keep the document beside the log.' },
      );
    bytes[at] = entry.length >> 8;
    bytes[at + 1] = entry.length & 255;
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/**
 * The entries of a bundle that must hold exactly `width` of them, as views of its bytes.
 * @throws FiliationError TRUNCATED, MALFORMED where bytes are left over
 */
export function decodeEntryBundle(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < width; i++) {
    const end =
      at + 2 <= bytes.length ? at + 2 + ((bytes[at]! << 8) | bytes[at + 1]!) : Number.POSITIVE_INFINITY;
    if (end > bytes.length)
      throw new FiliationError('TRUNCATED', `the entry bundle ends inside entry ${i + 1} of ${width}`);
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (at !== bytes.length)
    throw new FiliationError(
      'MALFORMED',
      `the entry bundle has ${bytes.length - at} bytes after its ${width} entries`,
    );
  return entries;
}
