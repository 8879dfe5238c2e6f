import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from './random.ts';

describe('randomStream', () => {
  it('repeats itself for a seed and differs between seeds', () => {
    const draw = (seed: string) => Array.from({ length: 5 }, randomStream(seed).uniform);
    assert.deepEqual(draw('a'), draw('a'));
    assert.notDeepEqual(draw('a'), draw('b'));
  });

  it('draws integers evenly: chi-square over ten bins stays under its 1e-6 quantile', () => {
    const stream = randomStream('bins');
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[stream.integer(10)]!++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1e4) ** 2 / 1e4, 0);
    assert.ok(chiSquare < 45, `chi-square ${chiSquare}`);
  });

  it('refuses bounds it cannot serve', () => {
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN])
      assert.throws(() => randomStream('x').integer(bound), RangeError);
  });

  it('samples distinct ascending indices', () => {
    const sample = [...randomStream('s').sample(100, 20)];
    assert.equal(new Set(sample).size, 20);
    assert.deepEqual(
      sample,
      [...sample].sort((p, q) => p - q),
    );
    assert.equal(randomStream('s').sample(5, 9).length, 5);
  });
});
