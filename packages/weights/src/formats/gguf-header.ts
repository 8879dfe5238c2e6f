import { type ErrorCode, FiliationError, quoted } from '@filiation/evidence';
import { GgufCursor } from './gguf-cursor.ts';
import { type GgufMetadata, MAX_KEYS, readMetadata } from './gguf-metadata.ts';
import { ggmlType } from './quant/ggml-types.ts';

/** Tensors of one file; the largest published mixtures have about 2,000. */
const MAX_TENSORS = 131_072;
/** Bytes of a tensor name; the format's description allows 64. */
const MAX_NAME_BYTES = 1024;
/** Dimensions of a tensor (GGML_MAX_DIMS of ggml.h). */
const MAX_DIMENSIONS = 4;
/** Bytes that tensor offsets may be aligned to; writers use 32, some 4,096. */
const MAX_ALIGNMENT = 65_536;
const DEFAULT_ALIGNMENT = 32;

/** Fewest bytes of a key-value pair (empty key, one byte) and of a tensor description. */
const LEAST_PAIR_BYTES = 13;
const LEAST_TENSOR_BYTES = 24;

/** One tensor as the header describes it, its extent checked against the file. */
export interface GgufTensor {
  readonly name: string;
  /** Name of the type, or `GGML_TYPE_n` for a number that is not known. */
  readonly dtype: string;
  /** Outermost first. */
  readonly shape: readonly number[];
  readonly elementCount: number;
  /** From the beginning of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

export interface GgufHeader {
  readonly version: number;
  readonly metadata: GgufMetadata;
  readonly tensors: readonly GgufTensor[];
  /** Bytes that belong to neither header, tensors nor the padding that alignment asks for. */
  readonly unusedBytes: number;
}

/**
 * Reads and checks the header of a GGUF file.
 * @param bytes the first part of the file; @param fileSize the size of all of it
 * @throws MoreBytesNeeded where the header is longer than `bytes`; FiliationError MALFORMED, TRUNCATED,
 *         LIMIT_EXCEEDED, UNSUPPORTED (version 1, big-endian files, formats before GGUF)
 */
export function parseGgufHeader(name: string, bytes: Uint8Array, fileSize: number): GgufHeader {
  const cursor = new GgufCursor(name, bytes, fileSize);
  const version = readVersion(cursor);
  const tensorCount = cursor.count('tensors', MAX_TENSORS, LEAST_TENSOR_BYTES);
  const metadata = readMetadata(cursor, cursor.count('metadata keys', MAX_KEYS, LEAST_PAIR_BYTES));
  const alignment = alignmentOf(name, metadata);
  const described = Array.from({ length: tensorCount }, () => readTensor(cursor));
  refuseTwins(name, described);
  const dataStart = alignUp(cursor.offset, alignment);
  return { version, metadata, ...place(name, described, dataStart, alignment, fileSize) };
}

function readVersion(cursor: GgufCursor): number {
  const magic = String.fromCharCode(cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8());
  if (['lmgg', 'fmgg', 'tjgg', 'algg'].includes(magic))
    refuse('UNSUPPORTED', cursor.name, 'is in a GGML format older than GGUF', 'Convert the model to GGUF 3.');
  if (magic !== 'GGUF')
    refuse('MALFORMED', cursor.name, 'is no GGUF file', 'Check that the path names a model file.');
  const version = cursor.u32();
  if (version !== 0 && version % 65_536 === 0)
    refuse('UNSUPPORTED', cursor.name, 'is a big-endian GGUF file', 'Convert it to little-endian first.');
  if (version !== 2 && version !== 3)
    refuse('UNSUPPORTED', cursor.name, `is of GGUF version ${version}`, 'Convert the model to GGUF 3.');
  return version;
}

function alignmentOf(name: string, metadata: GgufMetadata): number {
  const value = metadata['general.alignment'];
  if (value === undefined) return DEFAULT_ALIGNMENT;
  if (typeof value !== 'number' || value < 1 || value > MAX_ALIGNMENT || !Number.isInteger(Math.log2(value)))
    damaged(name, `asks for an alignment of ${quoted(String(value))}`);
  return value;
}

interface Described {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elementCount: number;
  readonly type: number;
  /** From the beginning of the tensor data, as declared. */
  readonly start: bigint;
}

function readTensor(cursor: GgufCursor): Described {
  const name = cursor.string('bytes of a tensor name', MAX_NAME_BYTES);
  const dimensions = cursor.u32();
  if (dimensions > MAX_DIMENSIONS)
    refuse(
      'LIMIT_EXCEEDED',
      cursor.name,
      `gives tensor ${quoted(name)} ${dimensions} dimensions`,
      'GGML has 4.',
    );
  const shape: number[] = [];
  let product = 1n;
  for (let i = 0; i < dimensions; i++) {
    const length = cursor.u64();
    product *= length;
    shape.unshift(Number(length));
    if (length > BigInt(Number.MAX_SAFE_INTEGER) || product > BigInt(Number.MAX_SAFE_INTEGER))
      damaged(cursor.name, `gives tensor ${quoted(name)} more elements than any file can hold`);
  }
  return { name, shape, elementCount: Number(product), type: cursor.u32(), start: cursor.u64() };
}

function refuseTwins(file: string, tensors: readonly Described[]): void {
  const seen = new Set<string>();
  for (const { name } of tensors) {
    if (seen.has(name)) damaged(file, `describes tensor ${quoted(name)} twice`);
    seen.add(name);
  }
}

/** Gives every tensor its bytes: aligned, inside the file and shared with no other tensor. */
function place(
  file: string,
  described: readonly Described[],
  dataStart: number,
  alignment: number,
  fileSize: number,
): { tensors: GgufTensor[]; unusedBytes: number } {
  const order = described.map((_, index) => index).sort((a, b) => compare(described[a]!, described[b]!));
  const tensors = new Array<GgufTensor>(described.length);
  let end = Math.min(dataStart, fileSize);
  let unusedBytes = 0;
  order.forEach((index, rank) => {
    const entry = described[index]!;
    const { start } = entry;
    if (start % BigInt(alignment) !== 0n)
      damaged(file, `puts tensor ${quoted(entry.name)} at an offset that is no multiple of ${alignment}`);
    if (start > BigInt(fileSize) || dataStart + Number(start) > fileSize) cutOff(file, entry.name);
    const offset = dataStart + Number(start);
    const next = order[rank + 1];
    const following =
      next === undefined ? fileSize : Math.min(fileSize, dataStart + Number(described[next]!.start));
    const byteLength = lengthOf(file, entry, following - offset);
    if (offset + byteLength > fileSize) cutOff(file, entry.name);
    if (offset < end && byteLength > 0) damaged(file, `lets tensor ${quoted(entry.name)} overlap another`);
    unusedBytes += Math.max(0, offset - alignUp(end, alignment));
    end = Math.max(end, offset + byteLength);
    const dtype = ggmlType(entry.type)?.name ?? `GGML_TYPE_${entry.type}`;
    const { name, shape, elementCount } = entry;
    tensors[index] = { name, dtype, shape, elementCount, offset, byteLength };
  });
  unusedBytes += Math.max(0, fileSize - alignUp(end, alignment));
  return { tensors, unusedBytes };
}

/** By place in the file; tensors without elements come before one that begins at the same place. */
function compare(a: Described, b: Described): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  return a.elementCount - b.elementCount;
}

/** Bytes of a tensor; one of an unknown type is taken to reach to the next tensor (`room`). */
function lengthOf(file: string, entry: Described, room: number): number {
  const type = ggmlType(entry.type);
  if (type === undefined) {
    if (room <= 0 && entry.elementCount > 0)
      damaged(file, `leaves no bytes for tensor ${quoted(entry.name)}`);
    return room;
  }
  const row = entry.shape.at(-1) ?? 1;
  if (row % type.elements !== 0)
    damaged(file, `gives tensor ${quoted(entry.name)} rows of ${row}, no whole ${type.name} blocks`);
  return (entry.elementCount / type.elements) * type.bytes;
}

function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

function cutOff(file: string, tensor: string): never {
  const hint = 'The file is incomplete: copy or download it again and compare its size.';
  refuse('TRUNCATED', file, `ends before the end of tensor ${quoted(tensor)}`, hint);
}

function damaged(file: string, what: string): never {
  const hint = 'The file is damaged or made to mislead: download it again or convert the model anew.';
  refuse('MALFORMED', file, what, hint);
}

function refuse(code: ErrorCode, file: string, what: string, hint: string): never {
  throw new FiliationError(code, `${file} ${what}`, { where: file, hint });
}
