import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { increasingSubsequenceBound, longestIncreasingSubsequence } from './increasing.ts';
import { randomStream } from './random.ts';

function slowLength(values: readonly number[]): number {
  const best = values.map(() => 1);
  for (let i = 0; i < values.length; i++)
    for (let j = 0; j < i; j++) if (values[j]! < values[i]!) best[i] = Math.max(best[i]!, best[j]! + 1);
  return Math.max(0, ...best);
}

describe('longestIncreasingSubsequence', () => {
  it('equals the quadratic definition, repeats included', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 40 }), (values) => {
        assert.equal(longestIncreasingSubsequence(values), slowLength(values));
      }),
    );
  });
});

describe('increasingSubsequenceBound', () => {
  it('is never below the exact tail over all orders of seven things', () => {
    const counts = new Array<number>(8).fill(0);
    const visit = (order: number[], rest: number[]): void => {
      if (rest.length === 0) counts[longestIncreasingSubsequence(order)]!++;
      rest.forEach((item, i) => {
        visit([...order, item], rest.toSpliced(i, 1));
      });
    };
    visit([], [0, 1, 2, 3, 4, 5, 6]);
    for (let k = 0; k <= 7; k++) {
      const exact = counts.slice(k).reduce((sum, count) => sum + count, 0) / 5040;
      assert.ok(10 ** increasingSubsequenceBound(7, k) >= exact - 1e-12, `k = ${k}`);
    }
    assert.ok(Math.abs(10 ** increasingSubsequenceBound(7, 7) * 5040 - 1) < 1e-9);
  });

  it('calls an ordinary random order ordinary and a kept order extraordinary', () => {
    const length = longestIncreasingSubsequence(randomStream('lis').permutation(256));
    assert.equal(increasingSubsequenceBound(256, length), 0);
    assert.ok(increasingSubsequenceBound(256, 256) < -500);
  });
});
