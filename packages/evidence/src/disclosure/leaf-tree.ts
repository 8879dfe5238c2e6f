import { type Hasher, nodeHash } from '@filiation/verify';

const DIGEST = 32;
/** Levels below this are hashed again when asked for: 2^4 leaves cost less than keeping them. */
const KEPT_LEVEL = 4;

/**
 * Leaf hashes of an RFC 6962 tree and the levels from the fourth on: 36 bytes a leaf and change, so that 10^6 leaves
 * take 36 MB.
 */
export class LeafTree {
  private readonly hasher: Hasher;
  private leaves: Uint8Array = new Uint8Array(DIGEST * 256);
  private readonly kept: Uint8Array[][] = [];
  size = 0;

  constructor(hasher: Hasher) {
    this.hasher = hasher;
  }

  append(leaf: Uint8Array): void {
    if ((this.size + 1) * DIGEST > this.leaves.length) {
      const larger = new Uint8Array(this.leaves.length * 2);
      larger.set(this.leaves);
      this.leaves = larger;
    }
    this.leaves.set(leaf, this.size * DIGEST);
    this.size++;
    for (let level = KEPT_LEVEL; this.size % 2 ** level === 0; level++) {
      const hash = this.computed(level, this.size / 2 ** level - 1);
      const row = this.kept[level - KEPT_LEVEL];
      if (row === undefined) this.kept.push([hash]);
      else row.push(hash);
    }
  }

  leaf(index: number): Uint8Array {
    return this.leaves.slice(index * DIGEST, (index + 1) * DIGEST);
  }

  /** Hash of the complete subtree over leaves `index * 2^level` to `(index + 1) * 2^level - 1`. */
  node(level: number, index: number): Uint8Array {
    if (level === 0) return this.leaf(index);
    return this.kept[level - KEPT_LEVEL]?.[index] ?? this.computed(level, index);
  }

  private computed(level: number, index: number): Uint8Array {
    return nodeHash(this.hasher, this.node(level - 1, 2 * index), this.node(level - 1, 2 * index + 1));
  }
}
