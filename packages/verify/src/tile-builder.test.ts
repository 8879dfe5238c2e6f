import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hexOf } from './bytes.ts';
import { FiliationError } from './error.ts';
import { nodePlatform } from './node/platform.ts';
import { definedRoot, leavesOf } from './test-support/trees.ts';
import { type HashTile, TileBuilder } from './tile-builder.ts';
import { tilePath, tilesOf } from './tiles.ts';

const leaves = leavesOf(700);

function grown(size: number, from: TileBuilder = TileBuilder.empty(nodePlatform)): HashTile[] {
  const tiles: HashTile[] = [];
  while (from.size < size) from.append(leaves[from.size]!, (tile) => tiles.push(tile));
  return tiles;
}

describe('the builder of tiles', () => {
  it('gives every tile of a tree and no other', () => {
    for (const size of [0, 1, 255, 256, 257, 511, 512, 513, 700]) {
      const tree = TileBuilder.empty(nodePlatform);
      const tiles = [...grown(size, tree), ...tree.partialTiles()].map((tile) => tilePath(tile)).sort();
      const expected = [...tilesOf(size)].filter(({ level }) => level !== 'entries').map(tilePath);
      assert.deepEqual(tiles, expected.sort(), `size ${size}`);
      assert.equal(hexOf(tree.root()), hexOf(definedRoot(leaves.slice(0, size))));
    }
  });

  it('holds the hashes of the subtrees below', () => {
    const [first] = grown(256);
    assert.equal(hexOf(first!.bytes), leaves.slice(0, 256).map(hexOf).join(''));
    const tree = TileBuilder.empty(nodePlatform);
    grown(600, tree);
    const above = tree.partialTiles().find(({ level }) => level === 1);
    const roots = [0, 256].map((start) => hexOf(definedRoot(leaves.slice(start, start + 256))));
    assert.equal(hexOf(above!.bytes), roots.join(''));
  });

  it('goes on from partial tiles as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(100), (size, more) => {
        const tree = TileBuilder.empty(nodePlatform);
        grown(size, tree);
        const resumed = TileBuilder.resume(nodePlatform, size, tree.partialTiles());
        const copy = tree.copy();
        const expected = grown(size + more, tree);
        assert.deepEqual(grown(size + more, resumed), expected);
        assert.deepEqual(resumed.partialTiles(), tree.partialTiles());
        assert.equal(hexOf(resumed.root()), hexOf(tree.root()));
        assert.equal(copy.size, size);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('refuses partial tiles that do not make up the size', () => {
    const tree = TileBuilder.empty(nodePlatform);
    grown(300, tree);
    for (const partials of [[], tree.partialTiles().slice(1), tree.partialTiles().slice(0, 1)])
      assert.throws(
        () => TileBuilder.resume(nodePlatform, 300, partials),
        (error) => error instanceof FiliationError && error.code === 'MALFORMED',
      );
    assert.throws(() => TileBuilder.resume(nodePlatform, 301, tree.partialTiles()));
  });
});
