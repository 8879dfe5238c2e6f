import { FiliationError } from './error.ts';
import { emptyRoot, type Hasher, nodeHash } from './merkle.ts';

/**
 * Gives the hash of a complete subtree: leaves `index * 2^level` to `(index + 1) * 2^level - 1`. Asked
 * only for subtrees that lie wholly inside the tree.
 */
export type HashReader = (level: number, index: number) => Promise<Uint8Array>;

/** Root of the tree of `size` leaves. */
export async function rootOf(hasher: Hasher, read: HashReader, size: number): Promise<Uint8Array> {
  need(Number.isSafeInteger(size) && size >= 0, `no tree has ${size} leaves`);
  return size === 0 ? emptyRoot(hasher) : rangeHash(hasher, read, 0, size);
}

/**
 * Hashes that prove leaf `index` in the tree of `size` leaves, the leaf's sibling first (RFC 6962
 * section 2.1.1).
 * @throws FiliationError USAGE for an index outside the tree
 */
export async function inclusionProof(
  hasher: Hasher,
  read: HashReader,
  index: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  need(Number.isSafeInteger(size) && Number.isSafeInteger(index), 'sizes and indexes are whole numbers');
  need(index >= 0 && index < size, `a log of ${size} entries has no entry ${index}`);
  const proof: Uint8Array[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      proof.push(await rangeHash(hasher, read, middle, end));
      end = middle;
    } else {
      proof.push(await rangeHash(hasher, read, start, middle));
      start = middle;
    }
  }
  return proof.reverse();
}

/**
 * Hashes that prove the tree of `newSize` leaves to continue that of `oldSize` (RFC 6962 section 2.1.2);
 * none where the sizes are equal or the old one is 0.
 * @throws FiliationError USAGE where the old size is the larger
 */
export async function consistencyProof(
  hasher: Hasher,
  read: HashReader,
  oldSize: number,
  newSize: number,
): Promise<readonly Uint8Array[]> {
  need(Number.isSafeInteger(oldSize) && Number.isSafeInteger(newSize), 'sizes are whole numbers');
  need(oldSize >= 0 && oldSize <= newSize, `a log of ${newSize} entries never had ${oldSize}`);
  if (oldSize === 0) return [];
  const proof: Uint8Array[] = [];
  let [start, end] = [0, newSize];
  while (end !== oldSize) {
    const middle = start + largestPowerBelow(end - start);
    if (oldSize <= middle) {
      proof.push(await rangeHash(hasher, read, middle, end));
      end = middle;
    } else {
      proof.push(await rangeHash(hasher, read, start, middle));
      start = middle;
    }
  }
  // Where the old tree is one complete subtree, its root is known to the asker and is not sent.
  if (start > 0) proof.push(await rangeHash(hasher, read, start, end));
  return proof.reverse();
}

/** Hash of a range as the tree's recursion makes them: `start` is a multiple of the largest power of two
 *  not above the length, so that it falls into ever smaller complete subtrees. */
async function rangeHash(hasher: Hasher, read: HashReader, start: number, end: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = start; at < end; ) {
    let level = 0;
    while (2 ** (level + 1) <= end - at) level++;
    parts.push(await read(level, at / 2 ** level));
    at += 2 ** level;
  }
  return parts.reduceRight((right, left) => nodeHash(hasher, left, right));
}

/** Largest power of two smaller than `count` (2 or more). */
function largestPowerBelow(count: number): number {
  let power = 1;
  while (2 * power < count) power *= 2;
  return power;
}

function need(condition: boolean, message: string): void {
  if (!condition) throw new FiliationError('USAGE', message);
}
