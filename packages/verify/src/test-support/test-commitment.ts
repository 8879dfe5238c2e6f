import { hexOf, utf8Bytes } from '../bytes.ts';
import { type CommitmentRecord, partLeaf, type RowPart } from '../disclosure/commitment.ts';
import type { OpeningDocument } from '../disclosure/opening.ts';
import { type RedactionLine, shownLine } from '../disclosure/redaction.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject } from '../json.ts';
import { inclusionProof } from '../merkle-proofs.ts';
import { nodePlatform } from '../node/platform.ts';
import { definedRoot, readerOf } from './trees.ts';

/** A salted commitment to a few rows, with salts that anybody could guess: for tests only. */
export interface TestCommitment {
  readonly record: CommitmentRecord;
  /** Opens some rows and withholds the others. */
  open(...indices: readonly number[]): Promise<OpeningDocument>;
  /** The log with all rows but these left out, as JSON lines. */
  redacted(...shown: readonly number[]): Uint8Array;
}

export function commitRows(scope: string, rows: readonly string[]): TestCommitment {
  const parts = rows.map(
    (row, index): RowPart => ({ index, sha256: hexOf(nodePlatform.sha256(utf8Bytes(row))) }),
  );
  const salts = rows.map((_, index) => new Uint8Array(32).fill(index + 1));
  const leaves = parts.map((part, index) => partLeaf(nodePlatform, part, salts[index]));
  const record: CommitmentRecord = {
    schema: 'filiation.commitment/1',
    scope,
    kind: 'rows',
    salting: 'salted',
    count: rows.length,
    root: hexOf(definedRoot(leaves)),
  };
  return {
    record,
    async open(...indices) {
      const opened = [];
      for (const index of indices) {
        const proof = await inclusionProof(nodePlatform, readerOf(leaves), index, rows.length);
        opened.push({
          index,
          salt: hexOf(salts[index]!),
          item: parts[index]!,
          proof: proof.map(hexOf),
        });
      }
      const withheld = rows
        .map((_, index) => ({ from: index, to: index + 1, ground: 'not relevant' }))
        .filter(({ from }) => !indices.includes(from));
      return { schema: 'filiation.opening/1', commitment: record, opened, withheld };
    },
    redacted(...shown) {
      const lines = rows.map(
        (row, index): RedactionLine =>
          shown.includes(index)
            ? shownLine(utf8Bytes(row), salts[index]!)
            : { level: 0, hash: hexOf(leaves[index]!), ground: 0 },
      );
      const header = { schema: 'filiation.redaction/1', commitment: record, grounds: ['not relevant'] };
      return utf8Bytes([header, ...lines].map((line) => `${canonicalJson(line as JsonObject)}\n`).join(''));
    },
  };
}
