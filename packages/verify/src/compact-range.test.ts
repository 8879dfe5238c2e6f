import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { hexOf } from './bytes.ts';
import { CompactRange } from './compact-range.ts';
import { rootOf } from './merkle-proofs.ts';
import { nodePlatform as platform } from './node/platform.ts';
import { definedRoot, leavesOf, readerOf } from './test-support/trees.ts';

const LEAVES = leavesOf(300);

test('its root is the defined one at every size, and so is that of a reader', async () => {
  const range = new CompactRange(platform);
  for (let size = 0; size <= 140; size++) {
    const expected = hexOf(definedRoot(LEAVES.slice(0, size)));
    assert.equal(range.size, size);
    assert.equal(hexOf(range.root()), expected);
    assert.equal(hexOf(await rootOf(platform, readerOf(LEAVES), size)), expected);
    if (size < 140) range.append(LEAVES[size]!);
  }
});

test('goes on from its own state, at any size', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), (p, q) => {
      const [first, all] = [Math.min(p, q), Math.max(p, q)];
      const range = new CompactRange(platform);
      for (const leaf of LEAVES.slice(0, first)) range.append(leaf);
      const next = new CompactRange(platform, { size: range.size, hashes: range.hashes });
      for (const leaf of LEAVES.slice(first, all)) next.append(leaf);
      assert.equal(hexOf(next.root()), hexOf(definedRoot(LEAVES.slice(0, all))));
      assert.equal(range.size, first, 'and leaves the old one alone');
    }),
    { numRuns: 30 },
  );
});

test('tells of every complete subtree once', () => {
  const seen = new Map<string, string>();
  const range = new CompactRange(platform);
  for (const leaf of LEAVES.slice(0, 77))
    range.append(leaf, (level, index, hash) => {
      assert.ok(!seen.has(`${level}/${index}`));
      seen.set(`${level}/${index}`, hexOf(hash));
    });
  let expected = 0;
  for (let level = 0; 2 ** level <= 77; level++)
    for (let index = 0; (index + 1) * 2 ** level <= 77; index++, expected++)
      assert.equal(
        seen.get(`${level}/${index}`),
        hexOf(definedRoot(LEAVES.slice(index * 2 ** level, (index + 1) * 2 ** level))),
      );
  assert.equal(seen.size, expected);
});

test('refuses states and leaves that cannot be', () => {
  const hash = LEAVES[0]!;
  for (const state of [
    { size: 1, hashes: [] },
    { size: 4, hashes: [hash, hash] },
    { size: -1, hashes: [] },
    { size: 2 ** 53, hashes: [hash] },
    { size: 1, hashes: [hash.subarray(1)] },
  ])
    assert.throws(() => new CompactRange(platform, state), { code: 'MALFORMED' });
  assert.throws(() => new CompactRange(platform).append(hash.subarray(1)), { code: 'MALFORMED' });
});
