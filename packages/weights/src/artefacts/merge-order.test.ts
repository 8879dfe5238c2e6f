import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compareMerges, inversions } from './merge-order.ts';

describe('the order of merge rules', () => {
  it('is the same in equal lists', () => {
    const rules = ['t h', 'th e', 'i n'];
    assert.deepEqual(compareMerges(rules, rules), { shared: 3, commonPrefix: 3, tau: 1 });
  });

  it('is reversed in reversed lists', () => {
    assert.deepEqual(compareMerges(['a', 'b', 'c'], ['c', 'b', 'a']), {
      shared: 3,
      commonPrefix: 0,
      tau: -1,
    });
  });

  it('is compared on shared rules only', () => {
    const order = compareMerges(['a', 'x', 'b', 'c'], ['a', 'c', 'y', 'b', 'z']);
    assert.deepEqual(order, { shared: 3, commonPrefix: 1, tau: 1 - 2 / 3 });
    assert.deepEqual(compareMerges(['a'], ['a', 'b']), { shared: 1, commonPrefix: 1, tau: undefined });
  });

  it('counts inversions as counting every pair does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 }), (values) => {
        let expected = 0;
        for (let i = 0; i < values.length; i++)
          for (let j = i + 1; j < values.length; j++) if (values[i]! > values[j]!) expected++;
        assert.equal(inversions(Float64Array.from(values)), expected);
      }),
    );
  });
});
