import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { bytesFromBase64 } from './base64.ts';
import { equalBytes, hexOf } from './bytes.ts';
import { FiliationError } from './error.ts';
import { parseExactJson } from './json/parse.ts';
import {
  emptyRoot,
  leafHash,
  nodeHash,
  parseTreeSize,
  treeSize,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
import { consistencyProof, inclusionProof, rootOf } from './merkle-proofs.ts';
import { nodePlatform as platform } from './node/platform.ts';
import { sharedEvidence } from './test-support/shared-data.ts';
import { definedRoot, leavesOf, readerOf } from './test-support/trees.ts';

const LEAVES = leavesOf(70);
const rootAt = (size: number) => definedRoot(LEAVES.slice(0, size));
const ROOTS = Array.from({ length: LEAVES.length + 1 }, (_, size) => rootAt(size));

test('hashes are those of RFC 6962', () => {
  assert.equal(
    hexOf(emptyRoot(platform)),
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
  assert.equal(
    hexOf(leafHash(platform, new Uint8Array(0))),
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
  assert.equal(
    hexOf(leafHash(platform, Buffer.from('L123456'))),
    '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
  );
  const pair = [Buffer.from('N123'.padEnd(32)), Buffer.from('N456'.padEnd(32))] as const;
  const input = Buffer.concat([Buffer.of(1), ...pair]);
  assert.equal(hexOf(nodeHash(platform, ...pair)), hexOf(platform.sha256(input)));
});

test('every leaf is proven in every tree, at its own place only', async () => {
  for (let size = 1; size <= 20; size++)
    for (let index = 0; index < size; index++) {
      const proof = await inclusionProof(platform, readerOf(LEAVES), index, size);
      const claim = { index, size, leaf: LEAVES[index]!, proof, root: ROOTS[size]! };
      assert.ok(verifyInclusion(platform, claim), `${index} of ${size}`);
      for (let other = 0; other <= size; other++)
        if (other !== index) assert.ok(!verifyInclusion(platform, { ...claim, index: other }));
    }
});

test('every tree is proven to continue every smaller one', async () => {
  for (let newSize = 1; newSize <= 33; newSize++)
    for (let oldSize = 1; oldSize <= newSize; oldSize++) {
      const proof = await consistencyProof(platform, readerOf(LEAVES), oldSize, newSize);
      const claim = { oldSize, newSize, proof, oldRoot: ROOTS[oldSize]!, newRoot: ROOTS[newSize]! };
      assert.ok(verifyConsistency(platform, claim), `${oldSize} to ${newSize}`);
    }
});

test('works beyond 32 bits, up to 2^53 - 1 entries', async () => {
  // Where all entries are alike, the hash of a subtree depends on its level only.
  const levels = [LEAVES[0]!];
  while (levels.length < 53) levels.push(nodeHash(platform, levels.at(-1)!, levels.at(-1)!));
  const read = (level: number) => Promise.resolve(levels[level]!);
  const size = fc.oneof(fc.maxSafeNat(), fc.integer({ min: 2 ** 31 - 2, max: 2 ** 31 - 1 }));
  await fc.assert(
    fc.asyncProperty(size, size, async (p, q) => {
      const [oldSize, newSize] = [Math.min(p, q) + 1, Math.max(p, q) + 1].map((n) =>
        Math.min(n, 2 ** 53 - 1),
      ) as [number, number];
      const [oldRoot, root] = [await rootOf(platform, read, oldSize), await rootOf(platform, read, newSize)];
      const [index, leaf] = [oldSize - 1, LEAVES[0]!];
      const proof = await inclusionProof(platform, read, index, newSize);
      assert.ok(verifyInclusion(platform, { index, size: newSize, leaf, proof, root }));
      const consistency = await consistencyProof(platform, read, oldSize, newSize);
      assert.ok(
        verifyConsistency(platform, { oldSize, newSize, oldRoot, newRoot: root, proof: consistency }),
      );
      if (oldSize < newSize)
        assert.ok(
          !verifyConsistency(platform, {
            oldSize,
            newSize,
            oldRoot: root,
            newRoot: root,
            proof: consistency,
          }),
        );
    }),
  );
});

/** One change to a list of hashes: a bit, a hash left out, doubled, added, swapped, cut or lengthened. */
function changed(proof: readonly Uint8Array[], kind: number, at: number): readonly Uint8Array[] {
  const place = proof.length === 0 ? 0 : at % proof.length;
  const hash = proof[place] ?? ROOTS[1]!;
  const flipped = Uint8Array.from(hash, (byte, i) => (i === at % 32 ? byte ^ (1 << (at % 8)) : byte));
  switch (kind) {
    case 0:
      return proof.toSpliced(place, 1, flipped);
    case 1:
      return proof.toSpliced(place, proof.length === 0 ? 0 : 1, ...(proof.length === 0 ? [hash] : []));
    case 2:
      return proof.toSpliced(place, 0, hash);
    case 3:
      return [...proof, flipped];
    case 4:
      return proof.length < 2 ? [flipped] : proof.toReversed();
    case 5:
      return proof.toSpliced(place, 1, hash.subarray(0, 31));
    default:
      return proof.toSpliced(place, 1, Uint8Array.of(...hash, 0));
  }
}

const change = fc.record({ kind: fc.integer({ min: 0, max: 6 }), at: fc.nat(255) });

test('a changed inclusion claim fails', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 70 }), fc.nat(), change, async (size, pick, { kind, at }) => {
      const index = pick % size;
      const proof = await inclusionProof(platform, readerOf(LEAVES), index, size);
      const claim = { index, size, leaf: LEAVES[index]!, proof, root: ROOTS[size]! };
      assert.ok(verifyInclusion(platform, claim));
      const mutant = changed(proof, kind, at);
      assert.ok(!verifyInclusion(platform, { ...claim, proof: mutant }), `proof, change ${kind}`);
      assert.ok(!verifyInclusion(platform, { ...claim, leaf: ROOTS[0]! }));
      assert.ok(!verifyInclusion(platform, { ...claim, root: ROOTS[0]! }));
      for (const wrong of [-1, 0.5, 2 ** 53, Number.NaN, size])
        assert.ok(!verifyInclusion(platform, { ...claim, index: wrong }));
      for (const wrong of [0, 2 ** 53, Number.POSITIVE_INFINITY])
        assert.ok(!verifyInclusion(platform, { ...claim, size: wrong }));
    }),
  );
});

test('a changed consistency claim fails', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 70 }),
      fc.nat(),
      change,
      async (newSize, pick, { kind, at }) => {
        const oldSize = 1 + (pick % (newSize - 1));
        const proof = await consistencyProof(platform, readerOf(LEAVES), oldSize, newSize);
        const claim = { oldSize, newSize, proof, oldRoot: ROOTS[oldSize]!, newRoot: ROOTS[newSize]! };
        assert.ok(verifyConsistency(platform, claim));
        const mutant = changed(proof, kind, at);
        assert.ok(!verifyConsistency(platform, { ...claim, proof: mutant }), `proof, change ${kind}`);
        assert.ok(!verifyConsistency(platform, { ...claim, oldRoot: ROOTS[oldSize - 1]! }));
        assert.ok(!verifyConsistency(platform, { ...claim, newRoot: ROOTS[newSize - 1]! }));
        assert.ok(!verifyConsistency(platform, { ...claim, oldSize: newSize, newSize: oldSize }));
        assert.ok(!verifyConsistency(platform, { ...claim, oldSize: 0 }, { allowEmpty: true }));
        for (const wrong of [4 * newSize, 2 ** 53, Number.NaN])
          assert.ok(!verifyConsistency(platform, { ...claim, newSize: wrong }), `new size ${wrong}`);
      },
    ),
  );
});

test('a log does not shrink, and does not grow without a proof', () => {
  for (const [oldSize, newSize] of [
    [2, 1],
    [8, 1],
    [1, 2],
    [4, 7],
    [6, 7],
  ] as const) {
    const claim = { oldSize, newSize, oldRoot: ROOTS[oldSize]!, newRoot: ROOTS[oldSize]!, proof: [] };
    assert.ok(!verifyConsistency(platform, claim), `${oldSize} to ${newSize}`);
  }
});

test('an empty old tree is consistent only where that is asked for', () => {
  const claim = { oldSize: 0, oldRoot: ROOTS[0]!, newSize: 5, newRoot: ROOTS[5]!, proof: [] };
  assert.ok(!verifyConsistency(platform, claim));
  assert.ok(verifyConsistency(platform, claim, { allowEmpty: true }));
  assert.ok(verifyConsistency(platform, { ...claim, newSize: 0, newRoot: ROOTS[0]! }, { allowEmpty: true }));
  assert.ok(!verifyConsistency(platform, { ...claim, oldRoot: ROOTS[1]! }, { allowEmpty: true }));
  assert.ok(!verifyConsistency(platform, { ...claim, newSize: 0 }, { allowEmpty: true }));
  assert.ok(!verifyConsistency(platform, { ...claim, proof: [ROOTS[1]!] }, { allowEmpty: true }));
});

test('tree sizes are decimal, without leading zero, and exact', () => {
  assert.equal(parseTreeSize('0'), 0);
  assert.equal(parseTreeSize('9007199254740991'), Number.MAX_SAFE_INTEGER);
  for (const text of ['', '00', '01', '-1', '+1', '1 ', '1e3', '0x1', '1.0', '１', '1'.repeat(21)])
    assert.throws(() => parseTreeSize(text), { code: 'MALFORMED' }, text);
  for (const text of ['9007199254740992', '18446744073709551615'])
    assert.throws(() => parseTreeSize(text), { code: 'LIMIT_EXCEEDED' }, text);
  assert.throws(() => treeSize(-1n), { code: 'MALFORMED' });
});

interface Vector {
  readonly [field: string]: unknown;
  readonly wantErr: boolean;
}

function* vectors(folder: string): Generator<[string, Vector]> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort())
    if (name.endsWith('.json'))
      yield [
        name,
        parseExactJson(readFileSync(`${folder}/${name}`), { limit: 1e6, where: name }) as unknown as Vector,
      ];
}

const count = (value: unknown) => treeSize(BigInt(value as number | bigint));
const hash = (text: unknown) => bytesFromBase64((text ?? '') as string);
const hashes = (texts: unknown) => ((texts ?? []) as string[]).map(hash);

/** Whether the check accepts; sizes of 2^53 and more are refused before it is asked. */
function accepts(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    assert.ok(error instanceof FiliationError && error.code === 'LIMIT_EXCEEDED', String(error));
    return false;
  }
}

const folder = sharedEvidence('rfc6962');
const skip = folder === undefined && 'no rfc6962 vectors here';

test('inclusion vectors', { skip }, () => {
  let seen = 0;
  for (const [name, vector] of vectors(`${folder}/inclusion`)) {
    const { leafIdx, treeSize: size, leafHash: leaf, proof, root, wantErr } = vector;
    const verdict = accepts(() =>
      verifyInclusion(platform, {
        index: count(leafIdx),
        size: count(size),
        leaf: hash(leaf),
        proof: hashes(proof),
        root: hash(root),
      }),
    );
    assert.equal(verdict, !wantErr, name);
    seen++;
  }
  assert.equal(seen, 98);
});

test('consistency vectors', { skip }, () => {
  let seen = 0;
  for (const [name, vector] of vectors(`${folder}/consistency`)) {
    const { size1, size2, root1, root2, proof, wantErr } = vector;
    const verdict = accepts(() =>
      verifyConsistency(platform, {
        oldSize: count(size1),
        newSize: count(size2),
        oldRoot: hash(root1),
        newRoot: hash(root2),
        proof: hashes(proof),
      }),
    );
    // Equal roots that are no hashes: accepted there, refused here.
    const refused = name.endsWith('sizes-are-equal-one-and-proof-is-empty.json');
    assert.equal(verdict, !wantErr && !refused, name);
    seen++;
  }
  assert.equal(seen, 98);
});

test('proofs hold nothing but hashes of complete subtrees and their joins', async () => {
  // The two examples of RFC 6962 section 2.1.3, seven leaves.
  const part = (start: number, end: number) => definedRoot(LEAVES.slice(start, end));
  const reader = readerOf(LEAVES.slice(0, 7));
  const same = (found: readonly Uint8Array[], expected: readonly Uint8Array[]) =>
    assert.ok(found.length === expected.length && found.every((item, i) => equalBytes(item, expected[i]!)));
  same(await inclusionProof(platform, reader, 3, 7), [LEAVES[2]!, part(0, 2), part(4, 7)]);
  same(await inclusionProof(platform, reader, 6, 7), [part(4, 6), part(0, 4)]);
  same(await consistencyProof(platform, reader, 3, 7), [LEAVES[2]!, LEAVES[3]!, part(0, 2), part(4, 7)]);
  same(await consistencyProof(platform, reader, 4, 7), [part(4, 7)]);
  same(await consistencyProof(platform, reader, 6, 7), [part(4, 6), LEAVES[6]!, part(0, 4)]);
  same(await consistencyProof(platform, reader, 7, 7), []);
  same(await consistencyProof(platform, reader, 0, 7), []);
  for (const [index, size] of [
    [7, 7],
    [-1, 7],
    [0, 0],
    [0.5, 7],
  ] as const)
    await assert.rejects(inclusionProof(platform, reader, index, size), { code: 'USAGE' });
  await assert.rejects(consistencyProof(platform, reader, 8, 7), { code: 'USAGE' });
});
