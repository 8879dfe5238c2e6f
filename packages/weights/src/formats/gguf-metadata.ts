import { FiliationError, quoted } from '@filiation/evidence';
import type { GgufCursor } from './gguf-cursor.ts';

/*
 * Key-value metadata of GGUF 2 and 3 (github.com/ggml-org/ggml, docs/gguf.md). Limits, with what
 * published models reach: a declared number is refused before anything is allocated for it.
 */
/** Keys of one file; published models have below 100. */
export const MAX_KEYS = 65_536;
/** Bytes of a key; the limit of the format's description. */
const MAX_KEY_BYTES = 65_535;
/** Bytes of one string; a whole tokenizer.json kept in a header is near 20 MB. */
const MAX_STRING_BYTES = 64 * 2 ** 20;
/** Elements of one array; the largest lists of merges have 0.6 million. */
const MAX_ARRAY_ELEMENTS = 2 ** 21;
/** Values of one file, elements of arrays included; the largest vocabularies with merges have 1.5 million. */
const MAX_VALUES = 2 ** 22;
/** Arrays within arrays; writers in use make none. */
const MAX_NESTING = 4;

/** A value as the file has it. 64-bit integers beyond 2^53 become decimal strings, as JSON has none. */
export type GgufValue = number | boolean | string | readonly GgufValue[];
export type GgufMetadata = Readonly<Record<string, GgufValue>>;

interface ValueType {
  /** Fewest bytes of a value, to check declared counts against the file. */
  readonly bytes: number;
  read(cursor: GgufCursor): GgufValue;
}

const TYPE_STRING = 8;
const TYPE_ARRAY = 9;

const SCALARS: ReadonlyMap<number, ValueType> = new Map<number, ValueType>([
  [0, { bytes: 1, read: (cursor) => cursor.u8() }],
  [1, { bytes: 1, read: (cursor) => cursor.i8() }],
  [2, { bytes: 2, read: (cursor) => cursor.u16() }],
  [3, { bytes: 2, read: (cursor) => cursor.i16() }],
  [4, { bytes: 4, read: (cursor) => cursor.u32() }],
  [5, { bytes: 4, read: (cursor) => cursor.i32() }],
  [6, { bytes: 4, read: (cursor) => cursor.f32() }],
  [7, { bytes: 1, read: (cursor) => cursor.u8() !== 0 }],
  [TYPE_STRING, { bytes: 8, read: (cursor) => cursor.string('bytes of a string', MAX_STRING_BYTES) }],
  [10, { bytes: 8, read: (cursor) => safeInteger(cursor.u64()) }],
  [11, { bytes: 8, read: (cursor) => safeInteger(cursor.i64()) }],
  [12, { bytes: 8, read: (cursor) => cursor.f64() }],
]);

/**
 * The `count` key-value pairs at the cursor, as an object without prototype.
 * @throws FiliationError MALFORMED, TRUNCATED, LIMIT_EXCEEDED
 */
export function readMetadata(cursor: GgufCursor, count: number): GgufMetadata {
  const metadata: Record<string, GgufValue> = Object.create(null);
  const budget = { values: MAX_VALUES };
  for (let i = 0; i < count; i++) {
    const key = cursor.string('bytes of a metadata key', MAX_KEY_BYTES);
    if (Object.hasOwn(metadata, key)) malformed(cursor, `declares the metadata key ${quoted(key)} twice`);
    metadata[key] = readValue(cursor, key, cursor.u32(), budget, 0);
  }
  return metadata;
}

function readValue(
  cursor: GgufCursor,
  key: string,
  type: number,
  budget: { values: number },
  depth: number,
): GgufValue {
  if (type === TYPE_ARRAY) return readArray(cursor, key, budget, depth);
  const scalar = SCALARS.get(type);
  if (scalar === undefined) malformed(cursor, `gives ${quoted(key)} the unknown value type ${type}`);
  return scalar.read(cursor);
}

function readArray(cursor: GgufCursor, key: string, budget: { values: number }, depth: number): GgufValue {
  if (depth >= MAX_NESTING) exceeded(cursor, `nests arrays deeper than ${MAX_NESTING} in ${quoted(key)}`);
  const type = cursor.u32();
  const scalar = SCALARS.get(type);
  if (scalar === undefined && type !== TYPE_ARRAY)
    malformed(cursor, `gives elements of ${quoted(key)} the unknown value type ${type}`);
  // An inner array has at least its type and its count.
  const count = cursor.count(`elements of ${quoted(key)}`, MAX_ARRAY_ELEMENTS, scalar?.bytes ?? 12);
  budget.values -= count;
  if (budget.values < 0) exceeded(cursor, `holds more than ${MAX_VALUES} metadata values`);
  const values: GgufValue[] = [];
  for (let i = 0; i < count; i++)
    values.push(scalar?.read(cursor) ?? readArray(cursor, key, budget, depth + 1));
  return values;
}

function safeInteger(value: bigint): number | string {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value.toString();
}

function malformed(cursor: GgufCursor, what: string): never {
  throw new FiliationError('MALFORMED', `${cursor.name} ${what}`, {
    where: cursor.name,
    hint: 'The file is damaged or no GGUF model: download it again or convert the model anew.',
  });
}

function exceeded(cursor: GgufCursor, what: string): never {
  throw new FiliationError('LIMIT_EXCEEDED', `${cursor.name} ${what}`, {
    where: cursor.name,
    hint: 'Published models stay far below. Check where the file is from.',
  });
}
