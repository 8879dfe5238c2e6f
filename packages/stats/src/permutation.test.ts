import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { logBinomial } from './gamma.ts';
import {
  combinations,
  exactPermutationTest,
  exactSignFlipTest,
  permutationP,
  permutationTest,
} from './permutation.ts';
import { randomStream } from './random.ts';
import { kolmogorovSmirnovUniform } from './uniformity.ts';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const gap = (first: readonly number[], second: readonly number[]) =>
  sum(first) / first.length - sum(second) / second.length;

describe('permutationP', () => {
  it('is (1 + #) / (B + 1), ties against the claim, never 0', () => {
    assert.equal(permutationP(3, [1, 2, 3, 4]).p, 3 / 5);
    assert.deepEqual(permutationP(9, new Array<number>(999).fill(0)), {
      p: 0.001,
      log10P: Math.log10(0.001),
      atLeast: 0,
      looked: 999,
      exact: false,
    });
    assert.equal(permutationP(9, []).p, 1);
    // Rounding does not break a tie.
    assert.equal(permutationP(0.1 + 0.2, [0.3]).p, 1);
    assert.equal(permutationP(Number.POSITIVE_INFINITY, [Number.POSITIVE_INFINITY, 0]).atLeast, 1);
  });

  it('is uniform over the steps of 1/(B+1) under the null, in 10,000 seeds', () => {
    const counts = new Array<number>(20).fill(0);
    for (let seed = 0; seed < 10_000; seed++) {
      const random = randomStream(`null ${seed}`);
      const { p } = permutationP(random.normal(), Array.from({ length: 19 }, random.normal));
      counts[Math.round(p * 20) - 1]!++;
    }
    // Chi-square on 19 degrees of freedom; its 99.99 % point is 49.
    const statistic = sum(counts.map((count) => (count - 500) ** 2 / 500));
    assert.ok(statistic < 49, `${statistic}`);
  });

  it('refuses NaN', () => {
    assert.throws(() => permutationP(Number.NaN, [1]), RangeError);
    assert.throws(() => permutationP(1, [Number.NaN]), RangeError);
  });
});

describe('exact tests', () => {
  it("give Fisher's sign-flip test of Darwin's maize: 1,726 of 32,768 both ways, 5.267 %", () => {
    // Differences in eighths of an inch (Fisher 1935, The Design of Experiments, section 21).
    const differences = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    const oneSided = exactSignFlipTest(differences, sum);
    assert.deepEqual([oneSided.atLeast, oneSided.looked, oneSided.exact], [863, 32_768, true]);
    const twoSided = exactSignFlipTest(differences, (values) => Math.abs(sum(values)));
    assert.equal(twoSided.p.toFixed(5), '0.05267');
  });

  it('give the lady tasting tea: 1 of 70', () => {
    const { p, looked } = exactPermutationTest([1, 1, 1, 1], [0, 0, 0, 0], gap);
    assert.deepEqual([p, looked], [1 / 70, 70]);
    assert.equal(exactPermutationTest([1, 1, 1, 0], [1, 0, 0, 0], gap).p, 17 / 70);
  });

  it('agree with the sampled test', () => {
    const [first, second] = [
      [3.1, 2.7, 4.4, 5],
      [1.2, 2.9, 2.2, 3.3, 0.4],
    ];
    const exact = exactPermutationTest(first, second, gap).p;
    const sampled = permutationTest(first, second, gap, { random: randomStream('sampled') });
    assert.ok(Math.abs(sampled.p - exact) < 4 * Math.sqrt((exact * (1 - exact)) / 9999));
    assert.deepEqual(permutationTest(first, second, gap, { random: randomStream('sampled') }), sampled);
  });

  it('refuse what is too large or empty', () => {
    const many = Array.from({ length: 30 }, (_, i) => i);
    assert.throws(() => exactPermutationTest(many, many, gap), RangeError);
    assert.throws(() => exactSignFlipTest(many, sum), RangeError);
    assert.throws(() => exactSignFlipTest([], sum), RangeError);
    assert.throws(() => exactPermutationTest([], [1], gap), RangeError);
    assert.throws(
      () => permutationTest([1], [2], gap, { random: randomStream(''), resamples: 0 }),
      RangeError,
    );
    assert.throws(() => exactPermutationTest([1], [2], () => Number.NaN), RangeError);
  });
});

describe('permutationTest', () => {
  it('is uniform under the null over 2,000 seeds', () => {
    const ps = Array.from({ length: 2000 }, (_, seed) => {
      const random = randomStream(`two samples ${seed}`);
      const draw = (n: number) => Array.from({ length: n }, random.normal);
      const { p } = permutationTest(draw(6), draw(9), gap, { random, resamples: 99 });
      // Spread over the step of 1/100 it stands for.
      return p - random.uniform() / 100;
    });
    assert.ok(kolmogorovSmirnovUniform(ps).log10P > -4);
  });
});

describe('combinations', () => {
  it('lists every subset once, in order', () => {
    assert.deepEqual(
      [...combinations(4, 2)].map((subset) => subset.join('')),
      ['01', '02', '03', '12', '13', '23'],
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), fc.nat(), (n, draw) => {
        const size = draw % (n + 1);
        const seen = new Set([...combinations(n, size)].map((subset) => subset.join(',')));
        assert.equal(seen.size, Math.round(Math.exp(logBinomial(n, size))));
      }),
    );
    assert.throws(() => [...combinations(2, 3)], RangeError);
  });
});
