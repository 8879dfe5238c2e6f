import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  log10BinomialLowerTail,
  log10BinomialTail,
  log10PoissonLowerTail,
  log10PoissonTail,
} from './discrete-tails.ts';
import { exactLog10, pascalRow } from './test-support/exact.ts';
import { close } from './test-support/reference.ts';

const trials = fc.integer({ min: 1, max: 300 });

describe('binomial tails', () => {
  it('are sums of exact fractions at rates of whole 1024ths', () => {
    fc.assert(
      fc.property(trials, fc.nat(), fc.integer({ min: 1, max: 1023 }), (n, draw, parts) => {
        const k = draw % (n + 1);
        const masses = pascalRow(n).map(
          (ways, j) => ways * BigInt(parts) ** BigInt(j) * BigInt(1024 - parts) ** BigInt(n - j),
        );
        const total = 1024n ** BigInt(n);
        const sum = (from: number, to: number) => masses.slice(from, to).reduce((a, b) => a + b, 0n);
        close(log10BinomialTail(k, n, parts / 1024), exactLog10(sum(k, n + 1), total), 1e-12);
        close(log10BinomialLowerTail(k, n, parts / 1024), exactLog10(sum(0, k + 1), total), 1e-12);
      }),
    );
  });

  it('reach 1e-5000 and beyond: all of n hits are rate^n, none are (1 - rate)^n', () => {
    close(log10BinomialTail(20_000, 20_000, 0.5), 20_000 * Math.log10(0.5), 1e-14);
    close(log10BinomialLowerTail(0, 1e9, 0.001), 1e9 * Math.log1p(-0.001) * Math.LOG10E, 1e-14);
    close(log10BinomialTail(1e6, 1e6, 1e-300), -3e8, 1e-14);
  });

  it('give the table value P(X <= 5; 20, 0.25) = 0.6172 (any binomial table)', () => {
    assert.equal((10 ** log10BinomialLowerTail(5, 20, 0.25)).toFixed(4), '0.6172');
  });

  it('fall with the hits, rise with the rate, and swap under exchange of hits and misses', () => {
    fc.assert(
      fc.property(trials, fc.nat(), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (n, draw, rate) => {
        const k = draw % n;
        const here = log10BinomialTail(k, n, rate);
        assert.ok(log10BinomialTail(k + 1, n, rate) < here || here === 0);
        assert.ok(log10BinomialTail(k, n, Math.min(1, rate * 1.01)) >= here);
        close(log10BinomialLowerTail(n - k, n, 1 - rate), here, 1e-11);
      }),
    );
  });

  it('know what is certain and refuse what is impossible or no binomial', () => {
    assert.equal(log10BinomialTail(0, 5, 0), 0);
    assert.equal(log10BinomialTail(5, 5, 1), 0);
    assert.equal(log10BinomialLowerTail(5, 5, 0.3), 0);
    for (const [k, n, p] of [
      [1, 5, 0],
      [-1, 5, 0.5],
      [6, 5, 0.5],
      [1.5, 5, 0.5],
      [1, 5, Number.NaN],
      [1, Number.NaN, 0.5],
      [1, 5, 1.01],
      [1, 2 ** 54, 0.1],
    ] as const)
      assert.throws(() => log10BinomialTail(k, n, p), RangeError);
    assert.throws(() => log10BinomialLowerTail(4, 5, 1), RangeError);
  });
});

describe('Poisson tails', () => {
  it('are sums of their masses', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 80 }),
        fc.double({ min: 0.01, max: 60, noNaN: true }),
        (k, mean) => {
          let mass = Math.exp(-mean);
          let below = 0;
          for (let j = 0; j < k; j++) {
            below += mass;
            mass *= mean / (j + 1);
          }
          close(10 ** log10PoissonLowerTail(k, mean), below + mass, 1e-11);
          if (below < 0.99) close(10 ** log10PoissonTail(k, mean), 1 - below, 1e-10);
        },
      ),
    );
  });

  it('give the table value P(X <= 2; 3) = 0.4232 and the Markov-sharp far tail 1/K!', () => {
    assert.equal((10 ** log10PoissonLowerTail(2, 3)).toFixed(4), '0.4232');
    // P(X >= 2000) at mean 1 to sixty digits by mpmath.
    close(log10PoissonTail(2000, 1), -5735.954727938058, 1e-13);
  });

  it('have complements on the side above one half: P(X >= 1) = 1 - exp(-mean)', () => {
    close(log10PoissonTail(1, 700), Math.log1p(-Math.exp(-700)) / Math.LN10, 1e-12);
    close(log10PoissonTail(1, 1e-250), -250, 1e-14);
  });

  it('refuse what is impossible or no Poisson variable', () => {
    assert.equal(log10PoissonTail(0, 0), 0);
    assert.equal(log10PoissonLowerTail(3, 0), 0);
    assert.throws(() => log10PoissonTail(1, 0), RangeError);
    for (const [k, mean] of [
      [-1, 1],
      [0.5, 1],
      [1, -1],
      [1, Number.NaN],
      [1, Number.POSITIVE_INFINITY],
    ] as const) {
      assert.throws(() => log10PoissonTail(k, mean), RangeError);
      assert.throws(() => log10PoissonLowerTail(k, mean), RangeError);
    }
  });
});
