import { base64Of, bytesFromBase64 } from '../base64.ts';
import { bytesFromHex, DIGEST_BYTES, hexOf, utf8Bytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { canonicalJson } from '../json/canonical.ts';
import { parseJson } from '../json/parse.ts';
import type { JsonValue } from '../json.ts';
import { type Hasher, nodeHash } from '../merkle.ts';
import { hash, list, longText, object } from '../schema/parts.ts';
import { type Schema, schemaFaults } from '../schema/schema.ts';
import { COMMITMENT_SCHEMA, type CommitmentRecord, partLeaf, saltFromHex } from './commitment.ts';
import { MAX_ROW_BYTES, rowsOf } from './rows.ts';

/** Bytes of a line: a row in base64 or in JSON text, escaped at worst six for one, and its salt. */
export const MAX_REDACTED_LINE_BYTES: number = 6 * MAX_ROW_BYTES + 1_024;

/**
 * A log with rows left out is a file of JSON lines. The first is the header; each further one stands for
 * a row that is shown, or for 2^level rows that are not, of which only the hash of their subtree is left.
 */
export interface RedactionHeader {
  readonly schema: 'filiation.redaction/1';
  readonly commitment: CommitmentRecord;
  /** Why rows were left out; lines name their ground by its place. */
  readonly grounds: readonly string[];
}

export type RedactionLine =
  | { readonly salt: string; readonly text: string }
  | { readonly salt: string; readonly base64: string }
  | { readonly level: number; readonly hash: string; readonly ground: number };

const headerSchema: Schema = object({
  schema: { type: 'string', const: 'filiation.redaction/1' },
  commitment: COMMITMENT_SCHEMA,
  grounds: list(longText, 0, 1_000),
});
const lineSchema: Schema = {
  oneOf: [
    object({ salt: hash, text: { type: 'string' } }),
    object({ salt: hash, base64: { type: 'string' } }),
    object({
      level: { type: 'integer', minimum: 0, maximum: 30 },
      hash,
      ground: { type: 'integer', minimum: 0, maximum: 999 },
    }),
  ],
};

/** A shown row as a line: as text where it is UTF-8, in base64 elsewhere. */
export function shownLine(bytes: Uint8Array, salt: Uint8Array): RedactionLine {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { salt: hexOf(salt), text };
  } catch {
    return { salt: hexOf(salt), base64: base64Of(bytes) };
  }
}

export interface RedactionResult {
  readonly shown: number;
  readonly hidden: number;
  readonly grounds: readonly string[];
}

/**
 * Checks a redacted log against its commitment in one pass and constant memory: every shown row is what
 * was committed to at its place, and no row was added, dropped or moved.
 *
 * @param visit gets each shown row; its rows are verified only once this function has returned
 * @throws FiliationError UNVERIFIED, MALFORMED, LIMIT_EXCEEDED with the line in `where`
 */
export async function verifyRedaction(
  hasher: Hasher,
  record: CommitmentRecord,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  visit: (index: number, row: Uint8Array) => void = () => undefined,
): Promise<RedactionResult> {
  const tree = new SubtreeStack(hasher);
  let [line, shown] = [0, 0];
  let header: RedactionHeader | undefined;
  for await (const bytes of rowsOf(pieces, MAX_REDACTED_LINE_BYTES)) {
    const where = `line ${++line} of the redacted log`;
    if (header === undefined) header = parsed(bytes, headerSchema, where) as unknown as RedactionHeader;
    else {
      const each = parsed(bytes, lineSchema, where) as unknown as RedactionLine;
      if ('level' in each) {
        if (header.grounds[each.ground] === undefined) fail(where, 'it names no ground for leaving rows out');
        tree.push(where, each.level, bytesFromHex(each.hash, DIGEST_BYTES));
      } else {
        const row = 'text' in each ? utf8Bytes(each.text) : bytesFromBase64(each.base64);
        const part = { index: tree.size, sha256: hexOf(hasher.sha256(row)) };
        visit(tree.size, row);
        shown++;
        tree.push(where, 0, partLeaf(hasher, part, saltFromHex(each.salt)));
      }
      if (tree.size > record.count) fail(where, `it goes beyond the ${record.count} rows committed to`);
    }
  }
  const where = 'the redacted log';
  if (header === undefined) return fail(where, 'it is empty');
  if (record.kind !== 'rows' || record.salting !== 'salted') fail(where, 'only salted rows can be left out');
  if (canonicalJson({ ...header.commitment }) !== canonicalJson({ ...record }))
    fail(where, 'it repeats another commitment than the one that was logged');
  if (tree.size !== record.count) fail(where, `it accounts for ${tree.size} of ${record.count} rows`);
  if (hexOf(tree.root()) !== record.root) fail(where, 'a row was changed, moved, added or dropped');
  return { shown, hidden: record.count - shown, grounds: header.grounds };
}

/** Complete subtrees of an RFC 6962 tree, appended left to right; O(log n) memory. */
class SubtreeStack {
  private readonly hasher: Hasher;
  private readonly nodes: { level: number; hash: Uint8Array }[] = [];
  /** Leaves so far. */
  size = 0;

  constructor(hasher: Hasher) {
    this.hasher = hasher;
  }

  push(where: string, level: number, subtree: Uint8Array): void {
    if (this.size % 2 ** level !== 0) fail(where, `no subtree of 2^${level} rows starts at row ${this.size}`);
    this.size += 2 ** level;
    let node = { level, hash: subtree };
    while (this.nodes.at(-1)?.level === node.level) {
      const left = this.nodes.pop()!;
      node = { level: node.level + 1, hash: nodeHash(this.hasher, left.hash, node.hash) };
    }
    this.nodes.push(node);
  }

  root(): Uint8Array {
    return this.nodes
      .map((node) => node.hash)
      .reduceRight((right, left) => nodeHash(this.hasher, left, right));
  }
}

function parsed(bytes: Uint8Array, schema: Schema, where: string): JsonValue {
  let value: JsonValue;
  try {
    value = parseJson(bytes, { limit: MAX_REDACTED_LINE_BYTES });
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${where} is not JSON`, { where, cause });
  }
  const [fault] = schemaFaults(schema, value);
  if (fault === undefined) return value;
  throw new FiliationError('MALFORMED', `${where}: ${fault.pointer} ${fault.message}`, { where });
}

function fail(where: string, reason: string): never {
  throw new FiliationError('UNVERIFIED', `${where}: ${reason}`, { where });
}
