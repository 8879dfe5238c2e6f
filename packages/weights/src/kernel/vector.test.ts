import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import fc from 'fast-check';
import { compareChunks, compareInPlainLoops } from './vector.ts';

const SPECIAL = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, 3.4e38];

describe('comparing two chunks', () => {
  it('agrees in every bit with plain loops, whatever the numbers', () => {
    const number = fc.oneof(fc.float(), fc.constantFrom(...SPECIAL));
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number)), (pairs) => {
        const a = Float32Array.from(pairs, ([x]) => x);
        const b = Float32Array.from(pairs, ([, y]) => y);
        assert.deepEqual(compareChunks(a, b), compareInPlainLoops(a, b));
      }),
    );
  });

  it('agrees past the edges of its blocks', () => {
    const stream = randomStream('chunks');
    for (const length of [16383, 16384, 16385, 50001]) {
      const a = Float32Array.from({ length }, () => stream.normal());
      const b = a.map((value, i) => (i % 3 === 0 ? value : value + 0.01 * stream.normal()));
      a[length - 1] = Number.NaN;
      const found = compareChunks(a, b);
      assert.deepEqual(found, compareInPlainLoops(a, b));
      assert.equal(found.nonFinite, 1);
    }
  });

  it('says what a person would count by hand', () => {
    const nan = Number.NaN;
    const a = Float32Array.of(1, 2, 0, -0, 3, nan, nan, Number.POSITIVE_INFINITY, 4);
    const b = Float32Array.of(1, 1, 5, 0, 0, nan, 1, Number.POSITIVE_INFINITY, nan);
    assert.deepEqual(compareChunks(a, b), {
      equal: 4,
      sumSquaresA: 14,
      sumSquaresB: 27,
      dot: 3,
      sumSquaresDifference: 35,
      zerosA: 2,
      zerosB: 2,
      nonFinite: 4,
    });
  });

  it('has nothing to say about empty chunks and refuses unequal lengths', () => {
    const nothing = compareChunks(new Float32Array(0), new Float32Array(0));
    assert.ok(Object.values(nothing).every((value) => value === 0));
    assert.throws(() => compareChunks(new Float32Array(2), new Float32Array(3)), RangeError);
  });
});
