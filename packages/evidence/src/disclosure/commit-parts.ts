import {
  type CommitmentRecord,
  FiliationError,
  type Hasher,
  hexOf,
  inclusionProof,
  type JsonValue,
  MAX_PARTS,
  type OpenedPart,
  type OpeningDocument,
  PART_SCHEMAS,
  type PartItem,
  type PartKind,
  partLeaf,
  type RowPart,
  rootOf,
  rowsOf,
  schemaFaults,
  type WithheldParts,
} from '@filiation/verify';
import type { Secret } from '../keys/secret.ts';
import { LeafTree } from './leaf-tree.ts';
import { partSalt } from './part-salt.ts';

/** Who committed keeps this for as long as parts are to be opened; it can be made again from the master
 *  salt and the exhibit. Only `record` is public. */
export interface PartCommitment {
  readonly record: CommitmentRecord;
  readonly tree: LeafTree;
  /** Absent in an equality commitment. */
  readonly saltOf?: (index: number) => Uint8Array;
}

export interface CommitOptions {
  readonly hasher: Hasher;
  /** What is committed to, as the case names it: `E3`. */
  readonly scope: string;
  readonly kind: PartKind;
}

type Items = AsyncIterable<PartItem> | Iterable<PartItem>;

/**
 * Commits to the parts of an exhibit so that each can be opened alone and the others stay hidden, however
 * easy they would be to guess. Items are taken one by one; memory is that of `LeafTree`.
 *
 * @param masterSalt drawn for this commitment alone (`generateMasterSalt`); needed while parts are opened
 * @throws FiliationError USAGE for items that are not of the kind, rows out of order, or no items;
 *   LIMIT_EXCEEDED
 */
export function commitParts(
  options: CommitOptions,
  masterSalt: Secret,
  items: Items,
): Promise<PartCommitment> {
  const { hasher, scope, kind } = options;
  return commit(options, items, (index) => partSalt(hasher, masterSalt, { scope, kind, index }));
}

/**
 * Commits without salts: anybody can see which parts are equal to those of another exhibit, and can try
 * guesses at small ones. For weights that are to be compared, not for texts or settings.
 * @throws FiliationError as `commitParts`
 */
export function commitEquality(options: CommitOptions, items: Items): Promise<PartCommitment> {
  return commit(options, items, undefined);
}

async function commit(
  { hasher, scope, kind }: CommitOptions,
  items: Items,
  saltOf: ((index: number) => Uint8Array) | undefined,
): Promise<PartCommitment> {
  const tree = new LeafTree(hasher);
  for await (const item of items) {
    const index = tree.size;
    const [fault] = schemaFaults(PART_SCHEMAS[kind], item as unknown as JsonValue);
    if (fault !== undefined || ('index' in item && item.index !== index))
      throw new FiliationError('USAGE', `part ${index} of ${scope} is not one of ${kind}`, {
        hint: fault === undefined ? 'rows come in order, from 0' : `${fault.pointer} ${fault.message}`,
      });
    if (index >= MAX_PARTS)
      throw new FiliationError('LIMIT_EXCEEDED', `${scope} has more than ${MAX_PARTS} parts`);
    tree.append(partLeaf(hasher, item, saltOf?.(index)));
  }
  if (tree.size === 0)
    throw new FiliationError('USAGE', `${scope} has no parts to commit to`, { hint: 'is the file empty?' });
  const root = hexOf(await rootOf(hasher, async (level, index) => tree.node(level, index), tree.size));
  const salting = saltOf === undefined ? 'equality' : 'salted';
  const record = { schema: 'filiation.commitment/1', scope, kind, salting, count: tree.size, root } as const;
  return saltOf === undefined ? { record, tree } : { record, tree, saltOf };
}

/** Rows of a transcript or log as parts. */
export async function* rowParts(
  hasher: Hasher,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<RowPart> {
  let index = 0;
  for await (const row of rowsOf(pieces)) yield { index: index++, sha256: hexOf(hasher.sha256(row)) };
}

/**
 * Opens some parts and withholds all others.
 *
 * @param open the parts to open, each with its item as it was committed to
 * @param ground why a run of parts [from, to) is withheld
 * @throws FiliationError USAGE for parts that do not exist or are named twice; CONFLICT where an item is
 *   not what was committed to
 */
export async function openParts(
  hasher: Hasher,
  commitment: PartCommitment,
  open: readonly { readonly index: number; readonly item: PartItem }[],
  ground: (from: number, to: number) => string,
): Promise<OpeningDocument> {
  const { record, tree, saltOf } = commitment;
  const opened: OpenedPart[] = [];
  const withheld: WithheldParts[] = [];
  let next = 0;
  const upTo = (to: number): void => {
    if (to > next) withheld.push({ from: next, to, ground: ground(next, to) });
    next = to + 1;
  };
  for (const { index, item } of [...open].sort((p, q) => p.index - q.index)) {
    if (!Number.isInteger(index) || index < next || index >= record.count)
      throw new FiliationError('USAGE', `part ${index} of ${record.scope} does not exist or is named twice`, {
        hint: `parts are 0 to ${record.count - 1}`,
      });
    const salt = saltOf?.(index);
    if (hexOf(partLeaf(hasher, item, salt)) !== hexOf(tree.leaf(index)))
      throw new FiliationError('CONFLICT', `part ${index} of ${record.scope} is not what was committed to`, {
        hint: 'open it from the exhibit as it was at the time',
      });
    upTo(index);
    const proof = await inclusionProof(hasher, async (l, i) => tree.node(l, i), index, record.count);
    opened.push({
      index,
      ...(salt === undefined ? {} : { salt: hexOf(salt) }),
      item,
      proof: proof.map(hexOf),
    });
  }
  upTo(record.count);
  return { schema: 'filiation.opening/1', commitment: record, opened, withheld };
}
