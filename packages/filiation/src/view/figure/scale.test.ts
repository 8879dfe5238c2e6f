import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  countScale,
  countTicks,
  decadeTicks,
  extent,
  linearScale,
  logScale,
  spread,
  ticks,
} from './scale.ts';

describe('scales', () => {
  it('map the ends of the data to the ends of the axis', () => {
    assert.deepEqual([0, 5, 10].map(linearScale(0, 10, 100, 0)), [100, 50, 0]);
    assert.deepEqual([0.01, 0.1, 1, 0].map(logScale(0.01, 1, 0, 10)), [0, 5, 10, 0]);
    assert.deepEqual([0, 9, 99].map(countScale(99, 0, 10)), [0, 5, 10]);
  });

  it('put a single value in the middle', () => {
    assert.equal(linearScale(3, 3, 0, 10)(3), 5);
  });
});

describe('ticks', () => {
  it('are round, inside the data and free of rounding dust', () => {
    assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(ticks(0.07, 0.34, 3), [0.1, 0.2, 0.3]);
    assert.deepEqual(decadeTicks(0.004, 300, 10), [0.01, 0.1, 1, 10, 100]);
    assert.deepEqual(countTicks(352, countScale(352, 0, 500), 20), [0, 1, 2, 3, 5, 10, 20, 50, 100, 200]);
  });

  it('stay inside and ascend for any data', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
        (low, size) => {
          const found = ticks(low, low + size, 5);
          assert.ok(found.length <= 13);
          found.forEach((tick, at) => {
            assert.ok(at === 0 || tick > (found[at - 1] ?? 0));
          });
        },
      ),
    );
  });
});

describe('extents and samples', () => {
  it('ignore what is not finite', () => {
    assert.deepEqual(extent([Number.NaN, 3, Number.POSITIVE_INFINITY, -1]), [-1, 3]);
    assert.equal(extent([Number.NaN]), undefined);
  });

  it('keep both ends', () => {
    assert.deepEqual(spread(3, 10), [0, 1, 2]);
    assert.deepEqual(spread(101, 3), [0, 50, 100]);
  });
});
