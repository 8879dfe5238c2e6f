import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mutualNearest, nearestRows } from './nearest.ts';
import { randomStream } from './random.ts';
import { ranks, spearman } from './ranks.ts';

describe('ranks', () => {
  it('shares mean ranks between ties and sums to n (n + 1) / 2', () => {
    assert.deepEqual([...ranks([10, 20, 10, 30])], [1.5, 3, 1.5, 4]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (values) => {
        assert.equal(
          ranks(values).reduce((a, b) => a + b, 0),
          (values.length * (values.length + 1)) / 2,
        );
      }),
    );
  });
});

describe('spearman', () => {
  it('follows the rank-difference formula for permutations', () => {
    const a = randomStream('spearman').permutation(50);
    const squares = a.reduce((sum, value, i) => sum + (value - i) ** 2, 0);
    const expected = 1 - (6 * squares) / (50 * (50 ** 2 - 1));
    assert.ok(Math.abs(spearman(a, Array.from(a.keys())) - expected) < 1e-12);
  });

  it('sees only order: 1 for any rising map, -1 for any falling one, 0 for constants', () => {
    const values = [0.1, 5, -3, 2];
    assert.equal(spearman(values, values.map(Math.exp)), 1);
    assert.equal(
      spearman(
        values,
        values.map((value) => -value),
      ),
      -1,
    );
    assert.equal(spearman(values, [1, 1, 1, 1]), 0);
    assert.throws(() => spearman([1], [1]), RangeError);
  });
});

describe('nearest neighbours', () => {
  const similarity = Float32Array.from([0.9, 0.1, 0.2, 0.8, 0.3, 0.1]);

  it('take the largest of each row, and only mutual choices where asked', () => {
    assert.deepEqual([...nearestRows(similarity, 2, 3, randomStream('t'))], [0, 0]);
    assert.deepEqual([...mutualNearest(similarity, 2, 3, randomStream('t'))], [0, -1]);
  });

  it('break ties by the seed, evenly over positions', () => {
    const random = randomStream('ties');
    const chosen = nearestRows(new Float32Array(3000 * 4).fill(1), 3000, 4, random);
    const counts = [0, 0, 0, 0];
    for (const column of chosen) counts[column]!++;
    for (const count of counts) assert.ok(Math.abs(count - 750) < 120, `${counts}`);
  });

  it('give rows without any number a random column', () => {
    const chosen = nearestRows(new Float32Array(400 * 4).fill(Number.NaN), 400, 4, randomStream('nan'));
    assert.equal(new Set(chosen).size, 4);
  });
});
