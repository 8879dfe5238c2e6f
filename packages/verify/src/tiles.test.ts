import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { concatBytes, equalBytes, hexOf } from './bytes.ts';
import { openCheckpoint } from './checkpoint.ts';
import { CompactRange } from './compact-range.ts';
import { decodeEntryBundle, encodeEntryBundle } from './entry-bundle.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import { inclusionProof, rootOf } from './merkle-proofs.ts';
import { nodePlatform as platform } from './node/platform.ts';
import { parseNoteKey } from './note-key.ts';
import { sharedEvidence } from './test-support/shared-data.ts';
import { leavesOf } from './test-support/trees.ts';
import {
  parseTilePath,
  type Tile,
  tileHashes,
  tileHashReader,
  tilePath,
  tilesOf,
  tileWidth,
} from './tiles.ts';

test('paths are those of the C2SP text', () => {
  assert.equal(tilePath({ level: 0, index: 1234067, width: 256 }), 'tile/0/x001/x234/067');
  assert.equal(tilePath({ level: 3, index: 0, width: 17 }), 'tile/3/000.p/17');
  assert.equal(tilePath({ level: 'entries', index: 1000, width: 1 }), 'tile/entries/x001/000.p/1');
});

test('a path is read as the tile it is written for, and nothing else is read', () => {
  const tile = fc.record({
    level: fc.oneof(fc.constant('entries' as const), fc.nat(63)),
    index: fc.maxSafeNat(),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(fc.property(tile, (tile) => assert.deepEqual(parseTilePath(tilePath(tile)), { ...tile })));
  for (const path of [
    ...[
      'tile/0/0',
      'tile/0/00',
      'tile/0/0000',
      'tile/00/000',
      'tile/64/000',
      'tile/-1/000',
      'tile/0/x000/000',
    ],
    ...[
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/01',
      'tile/0/000.p/',
      'tile/0/000/001',
      'tile/0/x001',
    ],
    ...['tile/0/../000', '/tile/0/000', 'tile/0/000 ', 'tile/0/000\n', 'tile/data/000', 'checkpoint', ''],
    'tile/0/x999/x999/x999/x999/x999/999',
  ])
    assert.throws(() => parseTilePath(path), { code: 'MALFORMED' }, JSON.stringify(path));
});

test('a log of 70,000 entries holds the tiles that the C2SP text counts', () => {
  const tiles = [...tilesOf(70_000)];
  const of = (level: Tile['level'], full: boolean) =>
    tiles.filter((tile) => tile.level === level && (tile.width === 256) === full);
  assert.equal(of(0, true).length, 273);
  assert.deepEqual(of(0, false), [{ level: 0, index: 273, width: 112 }]);
  assert.equal(of(1, true).length, 1);
  assert.deepEqual(of(1, false), [{ level: 1, index: 1, width: 17 }]);
  assert.deepEqual(of(2, false), [{ level: 2, index: 0, width: 1 }]);
  assert.equal(of('entries', true).length, 273);
  assert.equal(tiles.length, 273 + 1 + 273 + 1 + 1 + 1 + 1);
  assert.deepEqual([...tilesOf(0)], []);
  assert.deepEqual([...tilesOf(256)].map(tilePath), ['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']);
});

test('what a log gains by growing is what it holds afterwards and did not before', () => {
  const size = fc.oneof(fc.nat(2000), fc.integer({ min: 65_000, max: 66_500 }));
  fc.assert(
    fc.property(size, size, (p, q) => {
      const [since, now] = [Math.min(p, q), Math.max(p, q)];
      const before = new Set([...tilesOf(since)].map(tilePath));
      const gained = [...tilesOf(now)].map(tilePath).filter((path) => !before.has(path));
      assert.deepEqual([...tilesOf(now, since)].map(tilePath), gained);
      for (const tile of tilesOf(now)) assert.equal(tileWidth(tile.level, tile.index, now), tile.width);
    }),
  );
});

test('proofs are read out of tiles', async () => {
  const size = 70_000;
  const leaves = leavesOf(size);
  const range = new CompactRange(platform);
  // Hashes of each eighth level are what tiles hold.
  const levels: Uint8Array[][] = [[], [], []];
  for (const leaf of leaves)
    range.append(leaf, (level, index, hash) => {
      if (level % 8 === 0) levels[level / 8]![index] = hash;
    });
  const asked = new Set<string>();
  const reader = tileHashReader(
    platform,
    (level, index, width) => {
      asked.add(tilePath({ level, index, width }));
      return Promise.resolve(concatBytes(...levels[level]!.slice(index * 256, index * 256 + width)));
    },
    size,
  );
  assert.equal(hexOf(await rootOf(platform, reader, size)), hexOf(range.root()));
  for (const index of [0, 256, 65_535, 65_536, 69_888, 69_999]) {
    const proof = await inclusionProof(platform, reader, index, size);
    assert.ok(verifyInclusion(platform, { index, size, leaf: leaves[index]!, proof, root: range.root() }));
  }
  const held = new Set([...tilesOf(size)].map(tilePath));
  assert.ok(
    [...asked].every((path) => held.has(path)),
    'only tiles that the log holds are asked for',
  );
  await assert.rejects(reader(3, 70_000 / 8), { code: 'USAGE' });
  const short = tileHashReader(platform, () => Promise.resolve(new Uint8Array(31)), 1);
  await assert.rejects(short(0, 0), { code: 'MALFORMED' });
});

test('entry bundles go there and back; any other length is refused', () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
  fc.assert(
    fc.property(entries, fc.nat(), (entries, cut) => {
      const bytes = encodeEntryBundle(entries);
      assert.deepEqual(decodeEntryBundle(bytes, entries.length), entries);
      assert.throws(() => decodeEntryBundle(bytes, entries.length + 1), { code: 'TRUNCATED' });
      assert.throws(() => decodeEntryBundle(concatBytes(bytes, Uint8Array.of(0)), entries.length), {
        code: 'MALFORMED',
      });
      if (entries.length > 0)
        assert.throws(() => decodeEntryBundle(bytes.subarray(0, cut % bytes.length), entries.length), {
          code: 'TRUNCATED',
        });
    }),
  );
  assert.deepEqual([...encodeEntryBundle([Uint8Array.of(7), new Uint8Array(0)])], [0, 1, 7, 0, 0]);
  const largest = new Uint8Array(65_535).fill(1);
  assert.deepEqual(decodeEntryBundle(encodeEntryBundle([largest]), 1), [largest]);
  assert.throws(() => encodeEntryBundle([new Uint8Array(65_536)]), { code: 'LIMIT_EXCEEDED' });
  assert.throws(() => encodeEntryBundle(Array(257).fill(largest.subarray(0, 1))), { code: 'LIMIT_EXCEEDED' });
});

const tessera = sharedEvidence('tlog-tessera');
const TESSERA_KEY = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
test('the Tessera log: 16 checkpoints, their tiles and bundles', {
  skip: tessera === undefined && 'no data',
}, async () => {
  const log = parseNoteKey(platform, TESSERA_KEY);
  for (let size = 0; size <= 15; size++) {
    const { checkpoint } = await openCheckpoint(platform, readFileSync(`${tessera}/checkpoint.${size}`), log);
    assert.equal(checkpoint.size, size);
    const range = new CompactRange(platform);
    for (const tile of tilesOf(size)) {
      const bytes = readFileSync(`${tessera}/${tilePath(tile)}`);
      if (tile.level === 'entries')
        for (const entry of decodeEntryBundle(bytes, tile.width)) {
          assert.deepEqual(encodeEntryBundle(decodeEntryBundle(bytes, tile.width)), new Uint8Array(bytes));
          range.append(leafHash(platform, entry));
        }
      else
        assert.equal(
          hexOf(
            await rootOf(platform, (_, index) => Promise.resolve(tileHashes(bytes, tile.width)[index]!), 1),
          ),
          hexOf(bytes.subarray(0, 32)),
        );
    }
    const reader = tileHashReader(
      platform,
      (level, index, width) =>
        Promise.resolve(readFileSync(`${tessera}/${tilePath({ level, index, width })}`)),
      size,
    );
    assert.ok(equalBytes(range.root(), checkpoint.root), `entries of size ${size}`);
    assert.ok(equalBytes(await rootOf(platform, reader, size), checkpoint.root), `tiles of size ${size}`);
  }
});

const sunlight = sharedEvidence('tlog-sunlight');
test('the Sunlight mirror: 300 leaves over two tiles', {
  skip: sunlight === undefined && 'no data',
}, async () => {
  const folder = `${sunlight}/witness/mirror/000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706`;
  const root = Buffer.from('gw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=', 'base64');
  const read = (level: number, index: number, width: number) =>
    Promise.resolve(readFileSync(`${folder}/${tilePath({ level, index, width })}`));
  assert.ok(equalBytes(await rootOf(platform, tileHashReader(platform, read, 300), 300), root));
  const range = new CompactRange(platform);
  const levelOne: Uint8Array[] = [];
  for (const tile of tilesOf(300))
    if (tile.level === 0)
      for (const leaf of tileHashes(await read(0, tile.index, tile.width), tile.width))
        range.append(leaf, (level, _, hash) => level === 8 && levelOne.push(hash));
  assert.ok(equalBytes(range.root(), root));
  assert.ok(equalBytes(concatBytes(...levelOne), await read(1, 0, 1)));
  for (const tile of tilesOf(300)) assert.ok(existsSync(`${folder}/${tilePath(tile)}`));
});
