import { FiliationError, quoted } from '@filiation/evidence';
import type { StoredTensor, TensorStore } from '../store.ts';
import type { ByteSource } from './byte-source.ts';
import { dtypeBits } from './dtype.ts';
import { type JsonScanner, jsonScanner } from './json-scanner.ts';
import { countOf, type Payload, payloadStore } from './payload-store.ts';

/** Bytes; the format's own limit (MAX_HEADER_SIZE of the safetensors crate). */
const MAX_HEADER_BYTES = 100_000_000;
/** The largest published models have under 100,000 tensors. */
const MAX_TENSORS = 1_000_000;
/** Characters; published names stay under 200. */
const MAX_NAME_LENGTH = 4096;
/** Dimensions; PyTorch's own limit. */
const MAX_RANK = 64;
const MAX_METADATA_ENTRIES = 100_000;

interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: readonly TensorEntry[];
}

/**
 * Opens one safetensors file: 8 bytes of header length, a JSON header, then payloads that fill the rest
 * of the file without overlap or hole. Nothing but the header is read. Takes over the source: the
 * store's `close` closes it, and so does a failure.
 * @throws FiliationError TRUNCATED, MALFORMED, LIMIT_EXCEEDED, UNSUPPORTED (a dtype of a later format)
 */
export async function openSafetensors(source: ByteSource): Promise<TensorStore> {
  try {
    const headerLength = await readHeaderLength(source);
    const header = parseHeader(await readHeaderText(source, headerLength), source.name);
    const dataStart = 8 + headerLength;
    const entries = [...header.entries].sort((p, q) => p.begin - q.begin || p.end - q.end);
    checkCover(entries, source.size - dataStart, source.name);
    return payloadStore({
      format: 'safetensors',
      payloads: entries.map((entry) => payload(entry, source, dataStart)),
      metadata: header.metadata,
      oddities: [],
      sources: [source],
    });
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function readHeaderLength(source: ByteSource): Promise<number> {
  const prefix = await source.read(0, 8);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES)
    throw new FiliationError(
      'LIMIT_EXCEEDED',
      `${source.name} announces a header of ${length} bytes; safetensors allows ${MAX_HEADER_BYTES}`,
      { where: source.name, hint: 'Check that the file is a safetensors file.' },
    );
  return Number(length);
}

async function readHeaderText(source: ByteSource, length: number): Promise<string> {
  const bytes = await source.read(8, length);
  if (bytes[0] !== 0x7b) throw malformed(source.name, 'the header does not begin with {');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw malformed(source.name, 'the header is not UTF-8 text', cause);
  }
}

function parseHeader(text: string, where: string): Header {
  const scanner = jsonScanner(text, where);
  const entries: TensorEntry[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  scanner.object((name) => {
    if (name === '__metadata__') metadata = parseMetadata(scanner, where);
    else entries.push(parseEntry(scanner, name, where));
    if (entries.length > MAX_TENSORS) throw tooMany(where, `more than ${MAX_TENSORS} tensors`);
  });
  scanner.end();
  return { metadata, entries };
}

function parseMetadata(scanner: JsonScanner, where: string): Readonly<Record<string, string>> {
  const pairs: [string, string][] = [];
  scanner.object((key) => {
    pairs.push([key, scanner.string()]);
    if (pairs.length > MAX_METADATA_ENTRIES)
      throw tooMany(where, `more than ${MAX_METADATA_ENTRIES} metadata entries`);
  });
  return Object.fromEntries(pairs);
}

function parseEntry(scanner: JsonScanner, name: string, where: string): TensorEntry {
  if (name.length > MAX_NAME_LENGTH)
    throw tooMany(where, `a tensor name of more than ${MAX_NAME_LENGTH} characters`);
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  const numbers = (most: number, what: string): number[] => {
    const values: number[] = [];
    scanner.array((index) => {
      if (index >= most) throw tooMany(where, `tensor ${quoted(name)} with more than ${most} ${what}`);
      values.push(scanner.wholeNumber());
    });
    return values;
  };
  scanner.object((key) => {
    if (key === 'dtype') dtype = scanner.string();
    else if (key === 'shape') shape = numbers(MAX_RANK, 'dimensions');
    else if (key === 'data_offsets') offsets = numbers(2, 'offsets');
    else scanner.skip();
  });
  const [begin, end] = offsets ?? [];
  if (dtype === undefined || shape === undefined || begin === undefined || end === undefined)
    return scanner.fail(`tensor ${quoted(name)} lacks dtype, shape or data_offsets`);
  const entry = { name, dtype, shape, begin, end };
  checkSize(entry, where);
  return entry;
}

/** The declared shape must need exactly the declared bytes. */
function checkSize(entry: TensorEntry, where: string): void {
  const bits = dtypeBits(entry.dtype);
  const label = (): string => `tensor ${quoted(entry.name)}`;
  if (bits === undefined)
    throw new FiliationError(
      'UNSUPPORTED',
      `${where}: ${label()} has the unknown type ${quoted(entry.dtype)}`,
      {
        where,
        hint: 'The file is damaged, or newer than this version of Filiation.',
      },
    );
  const count = countOf(entry.shape);
  if (count === undefined || count > Number.MAX_SAFE_INTEGER / bits)
    throw malformed(where, `${label()} has an impossible shape [${entry.shape.join(', ')}]`);
  const expected = (count * bits) / 8;
  if (entry.end - entry.begin !== expected)
    throw malformed(
      where,
      `${label()} needs ${expected} bytes but its offsets are ${entry.begin} to ${entry.end}`,
    );
}

/** Payloads, in order of their offsets, must cover the data exactly: the format forbids holes. */
function checkCover(entries: readonly TensorEntry[], dataLength: number, where: string): void {
  let covered = 0;
  for (const entry of entries) {
    if (entry.begin < covered) throw malformed(where, `tensor ${quoted(entry.name)} overlaps another`);
    if (entry.begin > covered)
      throw malformed(
        where,
        `bytes ${covered} to ${entry.begin} before tensor ${quoted(entry.name)} belong to no tensor`,
      );
    covered = entry.end;
  }
  if (covered > dataLength)
    throw new FiliationError('TRUNCATED', `${where} lacks the last ${covered - dataLength} bytes`, {
      where,
      hint: 'The file is incomplete: copy or download it again and compare its size.',
    });
  if (covered < dataLength)
    throw malformed(where, `the last ${dataLength - covered} bytes belong to no tensor`);
}

function payload(entry: TensorEntry, source: ByteSource, dataStart: number): Payload {
  const byteLength = entry.end - entry.begin;
  const tensor: StoredTensor = {
    name: entry.name,
    dtype: entry.dtype,
    shape: entry.shape,
    elementCount: countOf(entry.shape)!,
    byteLength,
    file: source.name,
    offset: dataStart + entry.begin,
  };
  return { tensor, source, offset: dataStart + entry.begin };
}

function malformed(where: string, message: string, cause?: unknown): FiliationError {
  const hint = 'The file is damaged or was altered: get it again from its source.';
  return new FiliationError('MALFORMED', `${where}: ${message}`, { where, hint, cause });
}

function tooMany(where: string, what: string): FiliationError {
  const hint = 'No published model comes near this limit: check where the file comes from.';
  return new FiliationError('LIMIT_EXCEEDED', `${where} holds ${what}`, { where, hint });
}
