import { bytesFromHex, DIGEST_BYTES } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { type Hasher, verifyInclusion } from '../merkle.ts';
import { count, described, hash, list, longText, object } from '../schema/parts.ts';
import { type Schema, schemaFaults } from '../schema/schema.ts';
import {
  COMMITMENT_SCHEMA,
  type CommitmentRecord,
  PART_SCHEMAS,
  type PartItem,
  partLeaf,
  saltFromHex,
  type TensorPart,
} from './commitment.ts';

/** Parts opened in one document, and ranges withheld. */
const MAX_OPENED = 100_000;
/** Hashes of a proof: a tree of 2^30 leaves has 30 levels. */
const MAX_PROOF = 30;

export interface OpenedPart {
  readonly index: number;
  /** Hex; absent in an equality commitment. */
  readonly salt?: string;
  readonly item: PartItem;
  /** Hex, the leaf's sibling first (RFC 6962). */
  readonly proof: readonly string[];
}

/** Parts [from, to) that are not opened, and why. */
export interface WithheldParts {
  readonly from: number;
  readonly to: number;
  readonly ground: string;
}

/** Some parts opened, all others withheld with a ground. */
export interface OpeningDocument {
  readonly schema: 'filiation.opening/1';
  readonly commitment: CommitmentRecord;
  /** Ascending. */
  readonly opened: readonly OpenedPart[];
  /** Ascending; with the opened ones every part exactly once. */
  readonly withheld: readonly WithheldParts[];
}

const item: Schema = { oneOf: Object.values(PART_SCHEMAS) };

export const OPENING_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:filiation:document:opening:v1',
  title: 'Filiation document: opening',
  description: 'Parts of a commitment that are opened, with their proofs; the others, with the ground.',
  ...object({
    schema: { type: 'string', const: 'filiation.opening/1' },
    commitment: COMMITMENT_SCHEMA,
    opened: list(
      object(
        { index: count, item, proof: list(hash, 0, MAX_PROOF) },
        { salt: described(hash, '32 bytes, hex.') },
      ),
      0,
      MAX_OPENED,
    ),
    withheld: list(object({ from: count, to: count, ground: longText }), 0, MAX_OPENED),
  }),
};

/**
 * Checks that every opened part stands in the commitment at its place, and that opened and withheld parts
 * together are all of them, each once. Returns the opened items in order.
 *
 * @param record the commitment as it was logged, not as the document repeats it
 * @throws FiliationError MALFORMED where the document does not fit its schema; UNVERIFIED with the part in
 *   `where`
 */
export function verifyOpening(
  hasher: Hasher,
  record: CommitmentRecord,
  document: OpeningDocument,
): readonly PartItem[] {
  const [fault] = schemaFaults(OPENING_SCHEMA, document as unknown as JsonValue);
  if (fault !== undefined)
    throw new FiliationError('MALFORMED', `not an opening: ${fault.pointer} ${fault.message}`);
  if (canonicalJson({ ...document.commitment }) !== canonicalJson({ ...record }))
    fail('the opening', 'it repeats another commitment than the one that was logged');
  checkCover(record.count, document);
  const root = bytesFromHex(record.root, DIGEST_BYTES);
  const names = new Set<string>();
  for (const part of document.opened) {
    const where = `part ${part.index} of ${record.scope}`;
    checkItem(where, record, part);
    const { name } = part.item as TensorPart;
    const label = canonicalJson('path' in part.item ? part.item.path : [name ?? part.index]);
    if (names.has(label)) fail(where, 'another opened part has the same name');
    names.add(label);
    const salt = part.salt === undefined ? undefined : saltFromHex(part.salt);
    const leaf = partLeaf(hasher, part.item, salt);
    const proof = part.proof.map((each) => bytesFromHex(each, DIGEST_BYTES));
    if (!verifyInclusion(hasher, { index: part.index, size: record.count, leaf, proof, root }))
      fail(where, 'what was opened is not what was committed to');
  }
  return document.opened.map((part) => part.item);
}

function checkItem(where: string, record: CommitmentRecord, { index, item, salt }: OpenedPart): void {
  const [fault] = schemaFaults(PART_SCHEMAS[record.kind], item as unknown as JsonObject);
  if (fault !== undefined) fail(where, `it is not one of ${record.kind}: ${fault.pointer} ${fault.message}`);
  if ((salt === undefined) !== (record.salting === 'equality'))
    fail(where, record.salting === 'salted' ? 'its salt is missing' : 'an equality commitment has no salts');
  if ('index' in item && item.index !== index) fail(where, `it says it is row ${item.index}`);
  if ('start' in item && item.start > item.end) fail(where, 'its byte range ends before it starts');
}

/** Opened parts and withheld ranges, merged, must run from 0 to the count without gap or overlap. */
function checkCover(parts: number, { opened, withheld }: OpeningDocument): void {
  const ascending = (values: readonly number[]): boolean =>
    values.every((v, i) => i === 0 || v > values[i - 1]!);
  if (!ascending(opened.map(({ index }) => index)) || !ascending(withheld.map(({ from }) => from)))
    fail('the opening', 'its parts are not in order, or one is named twice');
  let [next, range] = [0, 0];
  for (const { index } of [...opened, { index: parts }]) {
    for (; range < withheld.length && withheld[range]!.from < index; range++) {
      const { from, to } = withheld[range]!;
      if (from !== next || to <= from || to > index)
        fail('the opening', `the withheld parts ${from} to ${to} leave a gap or overlap`);
      next = to;
    }
    if (next !== index) fail('the opening', `part ${next} is neither opened nor withheld`);
    next = index + 1;
  }
  if (range !== withheld.length) fail('the opening', 'it withholds parts that do not exist');
}

function fail(where: string, reason: string): never {
  throw new FiliationError('UNVERIFIED', `${where}: ${reason}`, { where });
}
