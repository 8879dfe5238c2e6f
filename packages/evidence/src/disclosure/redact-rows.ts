import {
  canonicalJson,
  FiliationError,
  type Hasher,
  hexOf,
  type JsonObject,
  partLeaf,
  type RedactionHeader,
  type RedactionLine,
  rowsOf,
  shownLine,
} from '@filiation/verify';
import type { PartCommitment } from './commit-parts.ts';

export interface Redaction {
  /** Grounds for leaving rows out. */
  readonly grounds: readonly string[];
  /** Place of the ground in `grounds` for a row that is left out; undefined for one that is shown. */
  readonly hide: (index: number, row: Uint8Array) => number | undefined;
}

/**
 * Writes a log with rows left out, line by line, as `verifyRedaction` reads it. Neighbouring rows left out
 * on one ground shrink to the hashes of the largest subtrees that cover them. The log is read once and
 * compared with the commitment on the way.
 *
 * @throws FiliationError CONFLICT where the log is not what was committed to; USAGE for a ground that does
 *   not exist or a commitment of another kind; LIMIT_EXCEEDED for a row beyond 16 MiB
 */
export async function* redactRows(
  hasher: Hasher,
  { record, tree, saltOf }: PartCommitment,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { grounds, hide }: Redaction,
): AsyncIterable<string> {
  if (record.kind !== 'rows' || saltOf === undefined)
    throw new FiliationError('USAGE', `${record.scope} is not committed to by salted rows`);
  const header: RedactionHeader = { schema: 'filiation.redaction/1', commitment: record, grounds };
  yield lineOf(header);
  let [index, from] = [0, 0];
  let running: number | undefined;
  for await (const row of rowsOf(pieces)) {
    const salt = index < record.count ? saltOf(index) : undefined;
    const part = { index, sha256: hexOf(hasher.sha256(row)) };
    if (salt === undefined || hexOf(partLeaf(hasher, part, salt)) !== hexOf(tree.leaf(index)))
      throw changed(record.scope, index);
    const ground = hide(index, row);
    if (ground !== undefined && grounds[ground] === undefined)
      throw new FiliationError(
        'USAGE',
        `row ${index} is to be left out on ground ${ground}, which is not given`,
      );
    if (ground !== running) {
      if (running !== undefined) yield* hidden(tree, from, index, running);
      [from, running] = [index, ground];
    }
    if (ground === undefined) yield lineOf(shownLine(row, salt));
    index++;
  }
  if (index !== record.count) throw changed(record.scope, index);
  if (running !== undefined) yield* hidden(tree, from, index, running);
}

/** Largest aligned subtrees that cover [from, to). */
function* hidden(tree: PartCommitment['tree'], from: number, to: number, ground: number): Iterable<string> {
  for (let at = from; at < to; ) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level++;
    yield lineOf({ level, hash: hexOf(tree.node(level, at / 2 ** level)), ground });
    at += 2 ** level;
  }
}

function lineOf(value: RedactionHeader | RedactionLine): string {
  return `${canonicalJson(value as unknown as JsonObject)}\n`;
}

function changed(scope: string, row: number): FiliationError {
  return new FiliationError(
    'CONFLICT',
    `the rows of ${scope} differ from those committed to, at row ${row}`,
    {
      hint: 'redact the log as it was at the time',
    },
  );
}
