import { leafHash, nodeHash } from '../merkle.ts';
import type { HashReader } from '../merkle-proofs.ts';
import { nodePlatform } from '../node/platform.ts';

/** Leaf hashes of the entries `entry 0`, `entry 1`… */
export function leavesOf(size: number): readonly Uint8Array[] {
  return Array.from({ length: size }, (_, i) => leafHash(nodePlatform, Buffer.from(`entry ${i}`)));
}

/** The tree hash as RFC 6962 section 2.1 defines it: by recursion, and slowly. */
export function definedRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return nodePlatform.sha256(new Uint8Array(0));
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(nodePlatform, definedRoot(leaves.slice(0, split)), definedRoot(leaves.slice(split)));
}

/** Reads complete subtrees of these leaves; refuses all others. */
export function readerOf(leaves: readonly Uint8Array[]): HashReader {
  return (level, index) => {
    const [start, end] = [index * 2 ** level, (index + 1) * 2 ** level];
    if (!Number.isInteger(index) || end > leaves.length)
      return Promise.reject(new Error(`subtree ${index} of level ${level} is not complete`));
    return Promise.resolve(definedRoot(leaves.slice(start, end)));
  };
}
