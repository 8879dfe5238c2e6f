import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LANE_ROWS } from './gemm-lane.ts';
import { planTiles } from './tiles.ts';

describe('the plan of tiles', () => {
  it('covers each element of the product once, with tiles that fit', () => {
    const size = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 8 }), (rows, columns, runners) => {
        const tiles = planTiles(rows, columns, runners);
        for (const tile of tiles) {
          assert.ok(tile.rows >= 1 && tile.rows <= LANE_ROWS);
          assert.ok(tile.columns >= 1 && tile.columns <= LANE_ROWS);
        }
        const area = tiles.reduce((sum, tile) => sum + tile.rows * tile.columns, 0);
        assert.equal(area, rows * columns);
        const corners = new Set(tiles.map((tile) => `${tile.row},${tile.column}`));
        assert.equal(corners.size, tiles.length);
      }),
    );
  });

  it('gives every thread work where the product is large enough', () => {
    assert.ok(planTiles(512, 512, 2).length >= 4);
    assert.equal(planTiles(100, 100, 4).length, 1);
    assert.equal(planTiles(1024, 1024, 1).length, 1);
  });
});
