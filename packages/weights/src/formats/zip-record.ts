import { constants, crc32, inflateRawSync } from 'node:zlib';
import { FiliationError, quoted } from '@filiation/evidence';
import type { ByteSource } from './byte-source.ts';
import { asText, malformedZip, view } from './zip-bytes.ts';
import type { ZipRecord } from './zip-directory.ts';

const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const SIZES_FOLLOW = 8;

/** Byte at which the content of an uncompressed record starts; its whole content lies in the file. */
export async function locateStored(source: ByteSource, record: ZipRecord): Promise<number> {
  if (record.method !== STORED)
    throw new FiliationError('UNSUPPORTED', `${source.name}: ${quoted(record.name)} is compressed`, {
      where: source.name,
      hint: 'Save the checkpoint again with PyTorch, which never compresses, or convert it to safetensors.',
    });
  if (record.size !== record.storedSize)
    throw malformedZip(source.name, `${quoted(record.name)} is stored but has two sizes`);
  return contentOffset(source, record);
}

/** Content of a small record, unpacked.
 *  @throws FiliationError LIMIT_EXCEEDED above `limit` bytes, MALFORMED where size or checksum lie */
export async function readRecord(source: ByteSource, record: ZipRecord, limit: number): Promise<Uint8Array> {
  if (record.size > limit || record.storedSize > limit)
    throw new FiliationError(
      'LIMIT_EXCEEDED',
      `${source.name}: ${quoted(record.name)} has ${record.size} bytes`,
      {
        where: source.name,
        hint: `At most ${limit} are read of such a record: check where the file comes from.`,
      },
    );
  const stored = await source.read(await contentOffset(source, record), record.storedSize);
  const content = record.method === STORED ? stored : inflate(source.name, record, stored);
  if (content.length !== record.size)
    throw malformedZip(source.name, `${quoted(record.name)} lies about its size`);
  if (crc32(content) !== record.crc32)
    throw malformedZip(source.name, `${quoted(record.name)} fails its checksum`);
  return content;
}

function inflate(where: string, record: ZipRecord, stored: Uint8Array): Uint8Array {
  if (record.method !== DEFLATED)
    throw new FiliationError('UNSUPPORTED', `${where}: compression method ${record.method} is not read`, {
      where,
      hint: 'Convert the checkpoint to safetensors.',
    });
  try {
    // One byte over the declared size is enough to see the lie; never more is unpacked.
    const content = inflateRawSync(stored, {
      maxOutputLength: record.size + 1,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return new Uint8Array(content.buffer, content.byteOffset, content.length);
  } catch (cause) {
    throw malformedZip(where, `${quoted(record.name)} does not unpack to its size`, cause);
  }
}

/** Reads the record's own header, which must agree with the directory. */
async function contentOffset(source: ByteSource, record: ZipRecord): Promise<number> {
  const { headerOffset, name } = record;
  const header = view(await source.read(headerOffset, 30));
  if (header.getUint32(0, true) !== LOCAL) throw malformedZip(source.name, `${quoted(name)} has no header`);
  const flags = header.getUint16(6, true);
  const storedSize = header.getUint32(18, true);
  const sizeIsElsewhere = (flags & SIZES_FOLLOW) !== 0 || storedSize === 0xffffffff;
  if (header.getUint16(8, true) !== record.method || (!sizeIsElsewhere && storedSize !== record.storedSize))
    throw malformedZip(source.name, `the header of ${quoted(name)} contradicts the directory`);
  const nameLength = header.getUint16(26, true);
  const offset = headerOffset + 30 + nameLength + header.getUint16(28, true);
  if (asText(await source.read(headerOffset + 30, nameLength)) !== name)
    throw malformedZip(source.name, `the record ${quoted(name)} has another name in its header`);
  if (record.storedSize > record.roomEnd - offset)
    throw malformedZip(source.name, `the record ${quoted(name)} reaches into the next one`);
  return offset;
}
