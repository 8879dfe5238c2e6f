import { bytesFromHex, concatBytes } from '../bytes.ts';
import { canonicalBytes } from '../json/canonical.ts';
import type { JsonObject } from '../json.ts';
import { type Hasher, leafHash } from '../merkle.ts';
import { count, hash, list, object, oneOf, text } from '../schema/parts.ts';
import type { Schema } from '../schema/schema.ts';

/** Parts of one commitment: rows of the largest logs met, times ten. */
export const MAX_PARTS: number = 2 ** 30;
/** Bytes of a salt. */
export const SALT_BYTES = 32;

/** One tensor of a model file. */
export interface TensorPart {
  readonly file: string;
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes [start, end) of the file. */
  readonly start: number;
  readonly end: number;
  readonly sha256: string;
}

/** One row of a transcript or log: the bytes between two line feeds, which it does not include. */
export interface RowPart {
  /** From 0; always the index of the leaf. */
  readonly index: number;
  readonly sha256: string;
}

export interface FilePart {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

export type PartKind = 'tensors' | 'rows' | 'files';
export type PartItem = TensorPart | RowPart | FilePart;

/**
 * The public side of a commitment to the parts of an exhibit: the root of an RFC 6962 tree with one leaf
 * a part. `salted`: nothing can be learned of a part that is not opened, however small it is.
 * `equality`: no salts, so that everybody can see which parts two exhibits share, and can try guesses.
 */
export interface CommitmentRecord {
  readonly schema: 'filiation.commitment/1';
  /** What is committed to, as the case names it: `E3`. */
  readonly scope: string;
  readonly kind: PartKind;
  readonly salting: 'salted' | 'equality';
  readonly count: number;
  /** 64 lower-case hex digits. */
  readonly root: string;
}

const tensorPart: Schema = object({
  file: text(1_000),
  name: text(1_000),
  dtype: text(32),
  shape: list(count, 0, 16),
  start: count,
  end: count,
  sha256: hash,
});
const rowPart: Schema = object({ index: count, sha256: hash });
const filePart: Schema = object({ path: text(4_000), size: count, sha256: hash });

/** Schema of the items of each kind. */
export const PART_SCHEMAS: Readonly<Record<PartKind, Schema>> = {
  tensors: tensorPart,
  rows: rowPart,
  files: filePart,
};

export const COMMITMENT_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:filiation:document:commitment:v1',
  title: 'Filiation document: commitment',
  description: 'Root of a Merkle tree over the parts of an exhibit, salted or for equality.',
  ...object({
    schema: { type: 'string', const: 'filiation.commitment/1' },
    scope: text(200),
    kind: oneOf('tensors', 'rows', 'files'),
    salting: oneOf('salted', 'equality'),
    count: { type: 'integer', minimum: 1, maximum: MAX_PARTS },
    root: hash,
  }),
};

/**
 * Leaf of a part: SHA-256(0x00 ‖ salt ‖ JCS(item)) with a salt of 32 bytes, or SHA-256(0x00 ‖ JCS(item))
 * in an equality commitment. 32 bytes.
 */
export function partLeaf(hasher: Hasher, item: PartItem, salt: Uint8Array | undefined): Uint8Array {
  const bytes = canonicalBytes({ ...item } as unknown as JsonObject);
  return leafHash(hasher, salt === undefined ? bytes : concatBytes(salt, bytes));
}

/** A salt from its hex. @throws FiliationError MALFORMED */
export function saltFromHex(hex: string): Uint8Array {
  return bytesFromHex(hex, SALT_BYTES);
}
