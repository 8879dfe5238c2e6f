/** Bytes taken in one step. */
const STEP = 16;
/** Reflected polynomial of ISO 3309, as ZIP, gzip and PNG use it. */
const POLYNOMIAL = 0xedb88320;

/** Table k, at 256 k, holds the remainders of a byte followed by k zero bytes. */
const TABLES: Uint32Array = makeTables();

function makeTables(): Uint32Array {
  const tables = new Uint32Array(256 * STEP);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++)
      remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
    tables[byte] = remainder;
  }
  for (let i = 256; i < tables.length; i++) {
    const before = tables[i - 256]!;
    tables[i] = (before >>> 8) ^ tables[before & 255]!;
  }
  return tables;
}

/** CRC-32 of `bytes`, or, given the value of what came before, of both together. Unsigned. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const t = TABLES;
  let crc = ~before;
  let at = 0;
  for (const last = bytes.length - STEP; at <= last; at += STEP) {
    crc =
      t[3840 + ((crc ^ bytes[at]!) & 255)]! ^
      t[3584 + (((crc >>> 8) ^ bytes[at + 1]!) & 255)]! ^
      t[3328 + (((crc >>> 16) ^ bytes[at + 2]!) & 255)]! ^
      t[3072 + ((crc >>> 24) ^ bytes[at + 3]!)]! ^
      t[2816 + bytes[at + 4]!]! ^
      t[2560 + bytes[at + 5]!]! ^
      t[2304 + bytes[at + 6]!]! ^
      t[2048 + bytes[at + 7]!]! ^
      t[1792 + bytes[at + 8]!]! ^
      t[1536 + bytes[at + 9]!]! ^
      t[1280 + bytes[at + 10]!]! ^
      t[1024 + bytes[at + 11]!]! ^
      t[768 + bytes[at + 12]!]! ^
      t[512 + bytes[at + 13]!]! ^
      t[256 + bytes[at + 14]!]! ^
      t[bytes[at + 15]!]!;
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]!) & 255]!;
  return ~crc >>> 0;
}
