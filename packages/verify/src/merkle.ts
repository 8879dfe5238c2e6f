import { DIGEST_BYTES, equalBytes } from './bytes.ts';
import { FiliationError } from './error.ts';
import type { Platform } from './platform.ts';

/** The one thing Merkle trees need of the machine. */
export type Hasher = Pick<Platform, 'sha256'>;

/** SHA-256 of 0x00 and the entry (RFC 6962 section 2.1). */
export function leafHash(hasher: Hasher, entry: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + entry.length);
  input.set(entry, 1);
  return hasher.sha256(input);
}

/** SHA-256 of 0x01 and two hashes of 32 bytes. */
export function nodeHash(hasher: Hasher, left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + 2 * DIGEST_BYTES);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + DIGEST_BYTES);
  return hasher.sha256(input);
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(hasher: Hasher): Uint8Array {
  return hasher.sha256(new Uint8Array(0));
}

/**
 * Decimal tree size or index without leading zero, at most 2^53 - 1 (a log of one entry a microsecond
 * reaches it in 285 years).
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED
 */
export function parseTreeSize(text: string): number {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text))
    throw new FiliationError('MALFORMED', 'a tree size is a decimal number without leading zero');
  return treeSize(BigInt(text));
}

/** @throws FiliationError LIMIT_EXCEEDED above 2^53 - 1, MALFORMED below zero */
export function treeSize(size: bigint): number {
  if (size < 0n) throw new FiliationError('MALFORMED', 'a tree size is not negative');
  if (size > BigInt(Number.MAX_SAFE_INTEGER))
    throw new FiliationError('LIMIT_EXCEEDED', `tree size ${size} is above 2^53 - 1`);
  return Number(size);
}

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  /** Leaf hash (`leafHash`), not the entry. */
  readonly leaf: Uint8Array;
  /** From the leaf's sibling up to the root's child. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/**
 * Whether the leaf stands at `index` of the tree of `size` leaves with that root (RFC 9162 section
 * 2.1.3.2). False for anything that does not fit, unsafe numbers and hashes of another length included;
 * never throws.
 */
export function verifyInclusion(hasher: Hasher, claim: InclusionClaim): boolean {
  const { index, size, leaf, proof, root } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (![leaf, root, ...proof].every(isDigest)) return false;
  let [place, last] = [index, size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      hash = nodeHash(hasher, sibling, hash);
      for (; !isOdd(place) && place !== 0; last = half(last)) place = half(place);
    } else {
      hash = nodeHash(hasher, hash, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && equalBytes(hash, root);
}

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * Whether the new tree is the old one with leaves appended (RFC 9162 section 2.1.4.2). Equal sizes need
 * equal roots and no proof. `allowEmpty` says whether an old size of 0 is consistent with everything
 * (tlog-witness) or refused (RFC 6962 leaves it undefined). False for anything that does not fit; never
 * throws.
 */
export function verifyConsistency(
  hasher: Hasher,
  claim: ConsistencyClaim,
  { allowEmpty = false }: { readonly allowEmpty?: boolean } = {},
): boolean {
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim;
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize) return false;
  if (![oldRoot, newRoot, ...proof].every(isDigest)) return false;
  if (oldSize === 0 && !(allowEmpty && equalBytes(oldRoot, emptyRoot(hasher)))) return false;
  if (oldSize === newSize) return proof.length === 0 && equalBytes(oldRoot, newRoot);
  if (oldSize === 0) return proof.length === 0;
  let [place, last] = [oldSize - 1, newSize - 1];
  for (; isOdd(place); last = half(last)) place = half(place);
  // Where the old tree is complete, its root is the start of the proof and is not sent.
  const [first, ...rest] = place === 0 ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let [oldHash, newHash] = [first, first];
  for (const node of rest) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      oldHash = nodeHash(hasher, node, oldHash);
      newHash = nodeHash(hasher, node, newHash);
      for (; !isOdd(place) && place !== 0; last = half(last)) place = half(place);
    } else {
      newHash = nodeHash(hasher, newHash, node);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && equalBytes(oldHash, oldRoot) && equalBytes(newHash, newRoot);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isDigest(hash: Uint8Array): boolean {
  return hash.length === DIGEST_BYTES;
}

// Shifts and masks would cut sizes to 32 bits.
function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
