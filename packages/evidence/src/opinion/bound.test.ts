import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { boundRatio, ratioBound } from './bound.ts';

const set = (related: number, unrelated: number) => ({ id: 'zoo', families: { related, unrelated } });

describe('the bound of a likelihood ratio', () => {
  it('is a third of the unrelated families, and one over the related ones', () => {
    const bound = ratioBound(set(20, 300));
    assert.ok(Math.abs(bound.high - 2) < 1e-12);
    assert.ok(Math.abs(bound.low + Math.log10(20)) < 1e-12);
    assert.match(bound.basis, /N\/3 for 300 independent unrelated families/);
  });

  it('lets a handful of families carry nothing', () => {
    assert.equal(ratioBound(set(1, 3)).high, 0);
    assert.equal(Math.abs(ratioBound(set(1, 3)).low), 0);
    assert.equal(ratioBound(set(0, 0)).high, 0);
  });

  it('goes further only where the null holds by construction, to one over its failure rate', () => {
    const bound = ratioBound({
      ...set(20, 300),
      exactNull: { failureRate: 1e-6, source: 'key custody record' },
    });
    assert.ok(Math.abs(bound.high - 6) < 1e-9);
    assert.match(bound.basis, /key custody record/);
    assert.throws(() => ratioBound({ ...set(1, 1), exactNull: { failureRate: 0, source: '' } }), RangeError);
  });

  it('keeps every ratio within it, always', () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.nat(5000),
        fc.double({ min: -50, max: 50, noNaN: true }),
        (np, nd, ratio) => {
          const bound = ratioBound(set(np, nd));
          const { value, capped } = boundRatio(ratio, bound);
          assert.ok(value <= bound.high && value >= bound.low);
          assert.ok(10 ** value <= Math.max(1, nd / 3) * (1 + 1e-9));
          assert.equal(capped, value !== ratio);
        },
      ),
    );
  });
});
