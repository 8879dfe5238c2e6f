import { DIGEST_BYTES } from './bytes.ts';
import { FiliationError } from './error.ts';
import { emptyRoot, type Hasher, nodeHash } from './merkle.ts';

/** Told of each complete subtree: `hash` covers leaves `index * 2^level` to `(index + 1) * 2^level - 1`. */
export type NodeVisitor = (level: number, index: number, hash: Uint8Array) => void;

/**
 * The hashes of the complete subtrees that make up a tree of `size` leaves, largest first: all that is
 * needed to append leaves and to know the root, in O(log size) memory.
 */
export class CompactRange {
  private readonly hasher: Hasher;
  private readonly nodes: Uint8Array[];
  private leaves: number;

  /**
   * Empty, or going on from a state that `hashes` gave.
   * @throws FiliationError MALFORMED where the number or length of the hashes does not fit the size
   */
  constructor(
    hasher: Hasher,
    state: { readonly size: number; readonly hashes: readonly Uint8Array[] } = START,
  ) {
    const { size, hashes } = state;
    if (!Number.isSafeInteger(size) || size < 0 || hashes.length !== ones(size))
      throw new FiliationError('MALFORMED', `${hashes.length} subtree hashes cannot make up ${size} leaves`);
    if (hashes.some((hash) => hash.length !== DIGEST_BYTES))
      throw new FiliationError('MALFORMED', 'a subtree hash is not 32 bytes long');
    this.hasher = hasher;
    this.nodes = [...hashes];
    this.leaves = size;
  }

  get size(): number {
    return this.leaves;
  }

  /** Largest subtree first; with `size` the whole state. */
  get hashes(): readonly Uint8Array[] {
    return [...this.nodes];
  }

  /** Appends one leaf hash; `visit` hears of it and of every subtree that it completes. */
  append(leaf: Uint8Array, visit?: NodeVisitor): void {
    if (leaf.length !== DIGEST_BYTES)
      throw new FiliationError('MALFORMED', 'a leaf hash is not 32 bytes long');
    let [hash, index, level] = [leaf, this.leaves, 0];
    visit?.(level, index, hash);
    while (index % 2 === 1) {
      hash = nodeHash(this.hasher, this.nodes.pop()!, hash);
      index = (index - 1) / 2;
      visit?.(++level, index, hash);
    }
    this.nodes.push(hash);
    this.leaves++;
  }

  /** Root of the tree so far; 32 bytes. */
  root(): Uint8Array {
    const last = this.nodes.at(-1);
    if (last === undefined) return emptyRoot(this.hasher);
    return this.nodes.slice(0, -1).reduceRight((hash, left) => nodeHash(this.hasher, left, hash), last);
  }
}

const START = { size: 0, hashes: [] } as const;

function ones(size: number): number {
  return size.toString(2).replaceAll('0', '').length;
}
