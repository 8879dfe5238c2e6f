import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type HomeCountBlock,
  homeCountBound,
  homeCountPmf,
  homeCountTail,
  randomisedHomeCountP,
} from './home-counts.ts';
import { randomStream } from './random.ts';
import { kolmogorovSmirnovUniform } from './uniformity.ts';

const oneToOne = (n: number, m = n): HomeCountBlock => ({ n, fibres: new Array<number>(m).fill(1) });

/** Sources in the order of their targets: source i sits on target(i) and has label i. */
function hitsOf(fibres: readonly number[], labels: ArrayLike<number>): number {
  let source = 0;
  let hits = 0;
  fibres.forEach((size, target) => {
    for (let i = 0; i < size; i++) if (labels[target] === source++) hits++;
  });
  return hits;
}

function allOrders(n: number): number[][] {
  if (n === 0) return [[]];
  return allOrders(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, at) => order.toSpliced(at, 0, n - 1)),
  );
}

const smallBlock = fc
  .record({
    n: fc.integer({ min: 1, max: 6 }),
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }),
  })
  .map(({ n, sizes }) => {
    const fibres: number[] = [];
    for (const size of sizes) if (fibres.reduce((a, b) => a + b, 0) + size <= n) fibres.push(size);
    return { n, fibres };
  });

describe('homeCountPmf', () => {
  it('equals counting over every labelling', () => {
    fc.assert(
      fc.property(smallBlock, ({ n, fibres }) => {
        const orders = allOrders(n);
        const counts = new Array<number>(n + 1).fill(0);
        for (const labels of orders) counts[hitsOf(fibres, labels)]!++;
        const pmf = homeCountPmf({ n, fibres }, n);
        counts.forEach((count, j) => {
          assert.ok(
            Math.abs(Math.exp(pmf[j]!) - count / orders.length) < 1e-12,
            `P(${j}) of ${n}, ${fibres}`,
          );
        });
      }),
      { numRuns: 60 },
    );
  });

  it('gives one hit less than all no probability when the map is one-to-one', () => {
    for (const n of [3, 40, 352]) {
      assert.equal(homeCountPmf(oneToOne(n), n)[n - 1], Number.NEGATIVE_INFINITY);
      assert.ok(Number.isFinite(homeCountPmf(oneToOne(n), n)[n]));
    }
  });

  it('sums to one for hubs of every kind', () => {
    for (const fibres of [[352], [100, 100, 1, 1, 2], new Array<number>(120).fill(2)]) {
      const sum = homeCountPmf({ n: 352, fibres }, 60).reduce((total, log) => total + Math.exp(log), 0);
      assert.ok(Math.abs(sum - 1) < 1e-9, `${sum}`);
    }
  });
});

describe('homeCountTail', () => {
  it('equals Monte Carlo for blocks of moderate size', () => {
    const random = randomStream('home');
    const blocks = [
      { n: 40, fibres: [12, 5, 3, 1, 1, 1, 1, 1] },
      { n: 25, fibres: [2, 2, 2, 2, 2, 1, 1, 1, 1, 1] },
      { n: 9, fibres: [9] },
    ];
    const draws = 60_000;
    const counts = new Array<number>(20).fill(0);
    for (let t = 0; t < draws; t++)
      counts[blocks.reduce((sum, { n, fibres }) => sum + hitsOf(fibres, random.permutation(n)), 0)]!++;
    for (let k = 1; k <= 6; k++) {
      const p = 10 ** homeCountTail(blocks, k);
      const seen = counts.slice(k).reduce((sum, count) => sum + count, 0) / draws;
      assert.ok(Math.abs(seen - p) < 5 * Math.sqrt((p * (1 - p)) / draws) + 1e-9, `k=${k}: ${seen}, ${p}`);
    }
  });

  it('is one in n! for n units all at home, block by block', () => {
    const log10Factorial = (n: number) =>
      Array.from({ length: n }, (_, i) => Math.log10(i + 1)).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(homeCountTail([oneToOne(352)], 352) + log10Factorial(352)) < 1e-8);
    const four = [0, 0, 0, 0].map(() => oneToOne(352));
    assert.ok(Math.abs(homeCountTail(four, 1408) + 4 * log10Factorial(352)) < 1e-7);
  });

  it('is 0 for no hits and falls as hits rise, through exact and closed answers alike', () => {
    const blocks = Array.from({ length: 32 }, () => oneToOne(11_008, 512));
    assert.equal(homeCountTail(blocks, 0), 0);
    let last = 0;
    for (const hits of [1, 2, 5, 30, 600, 4000, 16_384]) {
      const tail = homeCountTail(blocks, hits);
      assert.ok(tail < last && Number.isFinite(tail), `${hits}: ${tail}`);
      last = tail;
    }
  });

  it('does not depend on the order of blocks', () => {
    const blocks = [oneToOne(30), { n: 50, fibres: [7, 3, 3, 1] }, oneToOne(12, 5)];
    for (const hits of [1, 7, 20]) {
      const gap = homeCountTail(blocks, hits) - homeCountTail(blocks.toReversed(), hits);
      assert.ok(Math.abs(gap) < 1e-10);
    }
  });

  it('refuses impossible observations', () => {
    assert.throws(() => homeCountTail([oneToOne(4)], 5), RangeError);
    assert.throws(() => homeCountTail([{ n: 4, fibres: [3, 2] }], 1), RangeError);
    assert.throws(() => homeCountTail([{ n: 4, fibres: [1.5] }], 1), RangeError);
  });
});

describe('homeCountBound', () => {
  it('is never below the exact tail', () => {
    fc.assert(
      fc.property(fc.array(smallBlock, { minLength: 1, maxLength: 5 }), (blocks) => {
        const most = blocks.reduce((sum, block) => sum + block.fibres.length, 0);
        for (let hits = 0; hits <= most; hits++)
          assert.ok(homeCountBound(blocks, hits) >= homeCountTail(blocks, hits) - 1e-9);
      }),
    );
  });

  it('is one in K! for one fully sampled block', () => {
    assert.ok(Math.abs(homeCountBound([oneToOne(100)], 5) + Math.log10(120)) < 1e-12);
  });
});

describe('randomisedHomeCountP', () => {
  it('is uniform under the null where plain tails are not', () => {
    const random = randomStream('randomised');
    const blocks = [
      { n: 24, fibres: [6, 4, 2, 1, 1, 1, 1] },
      { n: 24, fibres: [3, 3, 3, 3, 3, 3] },
    ];
    const values = Array.from({ length: 4000 }, () => {
      const hits = blocks.reduce((sum, { n, fibres }) => sum + hitsOf(fibres, random.permutation(n)), 0);
      return randomisedHomeCountP(blocks, hits, random.uniform());
    });
    assert.ok(kolmogorovSmirnovUniform(values).log10P > -4);
  });
});
