import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { clopperPearson } from './clopper-pearson.ts';
import { log10BinomialLowerTail, log10BinomialTail } from './discrete-tails.ts';
import { betaInverse, betaInverseTail, normalQuantile } from './quantiles.ts';
import { log10BetaLowerTail, log10BetaTail, log10NormalTail } from './tails.ts';
import { close } from './test-support/reference.ts';

describe('clopperPearson', () => {
  it('gives the textbook interval of 10 in 100: 0.0490 to 0.1762', () => {
    const { low, high, rate } = clopperPearson(10, 100);
    assert.deepEqual([rate, low.toFixed(4), high.toFixed(4)], [0.1, '0.0490', '0.1762']);
  });

  it('turns no error in n cases into the rule of three', () => {
    assert.equal(clopperPearson(0, 20, 0.95, 'high').high.toFixed(4), '0.1391');
    close(
      clopperPearson(0, 1e9, 0.95, 'high').high,
      2.995732273553991e-9 * (1 - 1.4978661367769955e-9),
      1e-14,
    );
    assert.deepEqual([clopperPearson(0, 9).low, clopperPearson(9, 9).high], [0, 1]);
    assert.deepEqual([clopperPearson(3, 9, 0.9, 'high').low, clopperPearson(3, 9, 0.9, 'low').high], [0, 1]);
  });

  it('ends where the binomial tails are alpha/2, and mirrors when errors and successes swap', () => {
    const cases = fc.tuple(fc.integer({ min: 2, max: 5000 }), fc.nat(), fc.constantFrom(0.5, 0.9, 0.999));
    fc.assert(
      fc.property(cases, ([n, draw, level]) => {
        const k = 1 + (draw % (n - 1));
        const { low, high } = clopperPearson(k, n, level);
        close(log10BinomialTail(k, n, low), Math.log10((1 - level) / 2), 1e-10);
        close(log10BinomialLowerTail(k, n, high), Math.log10((1 - level) / 2), 1e-10);
        const mirrored = clopperPearson(n - k, n, level);
        close(mirrored.low, 1 - high, 1e-9);
        assert.ok(low < k / n && k / n < high);
      }),
    );
  });

  it('refuses counts and levels that are none', () => {
    for (const [k, n, level] of [
      [3, 2, 0.9],
      [-1, 2, 0.9],
      [0, 0, 0.9],
      [0.5, 2, 0.9],
      [1, 2, 1],
      [1, 2, Number.NaN],
      [Number.NaN, 2, 0.9],
    ] as const)
      assert.throws(() => clopperPearson(k, n, level), RangeError);
  });
});

describe('betaInverse and betaInverseTail', () => {
  const shape = fc.double({ min: 0.2, max: 1e4, noNaN: true });

  it('undo the tails', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), shape, shape, (p, a, b) => {
        const x = betaInverse(p, a, b);
        if (x > 1e-200 && x < 0.999) close(log10BetaLowerTail(x, a, b), Math.log10(p), 1e-9);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: -5000, max: -1, noNaN: true }), shape, shape, (log10P, a, b) => {
        const x = betaInverseTail(log10P, a, b);
        if (x < 0.999) close(log10BetaTail(x, a, b), log10P, 1e-9);
      }),
    );
  });

  it('are plain powers where one shape is 1', () => {
    close(betaInverse(0.3, 4, 1), 0.3 ** 0.25, 1e-14);
    close(betaInverseTail(-5000, 1, 5000), 0.9, 1e-14);
    assert.deepEqual([betaInverse(0, 2, 3), betaInverse(1, 2, 3), betaInverseTail(0, 2, 3)], [0, 1, 0]);
  });

  it('refuse what is no probability or no shape', () => {
    for (const [p, a, b] of [
      [-0.1, 1, 1],
      [1.1, 1, 1],
      [Number.NaN, 1, 1],
      [0.5, 0, 1],
      [0.5, 1, Number.POSITIVE_INFINITY],
    ] as const)
      assert.throws(() => betaInverse(p, a, b), RangeError);
    for (const bad of [0.1, Number.NEGATIVE_INFINITY, Number.NaN])
      assert.throws(() => betaInverseTail(bad, 1, 1), RangeError);
  });
});

describe('normalQuantile', () => {
  it('gives the table values 1.644854, 1.959964 and 0', () => {
    assert.equal(normalQuantile(Math.log10(0.05)).toFixed(6), '1.644854');
    assert.equal(normalQuantile(Math.log10(0.025)).toFixed(6), '1.959964');
    assert.ok(Math.abs(normalQuantile(Math.log10(0.5))) < 1e-15);
    assert.equal(normalQuantile(0), Number.NEGATIVE_INFINITY);
  });

  it('undoes the tail, far out on both sides', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 150, noNaN: true }), (z) => {
        const log10P = log10NormalTail(z);
        if (Math.abs(z) > 1e-6 && log10P < -1e-300) close(normalQuantile(log10P), z, 1e-9);
      }),
    );
    for (const bad of [0.1, Number.NEGATIVE_INFINITY, Number.NaN])
      assert.throws(() => normalQuantile(bad), RangeError);
  });
});
