import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  log10BetaLowerTail,
  log10BetaTail,
  log10ChiSquareLowerTail,
  log10ChiSquareTail,
  log10GammaLowerTail,
  log10GammaTail,
  log10NormalTail,
  log10StudentTail,
} from './tails.ts';
import { close } from './test-support/reference.ts';

describe('log10NormalTail', () => {
  it('agrees with multiprecision values from the centre to 300 standard deviations', () => {
    close(log10NormalTail(0), Math.log10(0.5));
    close(log10NormalTail(1.96), -1.6020965578878514);
    close(log10NormalTail(300), -19546.12790166059);
  });

  it('gives both sides of z a total of one', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 37, noNaN: true }), (z) => {
        assert.ok(Math.abs(10 ** log10NormalTail(z) + 10 ** log10NormalTail(-z) - 1) < 1e-14);
      }),
    );
  });
});

describe('log10ChiSquareTail', () => {
  it('agrees with closed forms and a multiprecision far tail', () => {
    close(log10ChiSquareTail(3, 2), -1.5 / Math.LN10);
    close(log10ChiSquareTail(1e5, 10), -21697.308391642706);
    close(log10ChiSquareTail(3.841458820694124, 1), Math.log10(0.05));
  });

  it('is the two-sided normal tail at one degree of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 200, noNaN: true }), (z) => {
        close(log10ChiSquareTail(z * z, 1), log10NormalTail(z) + Math.log10(2), 1e-11);
      }),
    );
  });
});

describe('log10StudentTail', () => {
  it('is the Cauchy tail at one and algebraic at two degrees of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), (t) => {
        close(log10StudentTail(t, 1), Math.log10(Math.atan(1 / t) / Math.PI), 1e-11);
        // (1 - t / sqrt(2 + t^2)) / 2 without its cancellation.
        const root = Math.sqrt(2 + t * t);
        close(log10StudentTail(t, 2), Math.log10(1 / (root * (root + t))), 1e-11);
      }),
    );
  });

  it('agrees with a published value, is symmetric, and stays finite at t = 1e6', () => {
    close(log10StudentTail(2, 10), -1.4354047376094083, 1e-11);
    assert.ok(Math.abs(10 ** log10StudentTail(2, 10) + 10 ** log10StudentTail(-2, 10) - 1) < 1e-14);
    close(log10StudentTail(1e6, 1000), -4501.899198724712);
    close(log10StudentTail(0, 7), Math.log10(0.5));
    assert.throws(() => log10StudentTail(Number.POSITIVE_INFINITY, 3), RangeError);
  });

  it('approaches the normal for many degrees of freedom', () => {
    for (const t of [0.5, 2, 5]) close(log10StudentTail(t, 1e9), log10NormalTail(t), 1e-6);
  });
});

describe('lower and upper tails of one law', () => {
  const shape = fc.double({ min: 0.05, max: 1e4, noNaN: true });
  const sum = (lower: number, upper: number) => 10 ** lower + 10 ** upper;

  it('add up to one', () => {
    fc.assert(
      fc.property(shape, shape, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (a, b, x) => {
        assert.ok(Math.abs(sum(log10BetaLowerTail(x, a, b), log10BetaTail(x, a, b)) - 1) < 1e-13);
        assert.ok(Math.abs(sum(log10GammaLowerTail(b, a), log10GammaTail(b, a)) - 1) < 1e-13);
        assert.ok(Math.abs(sum(log10ChiSquareLowerTail(b, a), log10ChiSquareTail(b, a)) - 1) < 1e-13);
      }),
    );
  });

  it('move one way with x, and mirror under x -> 1 - x for beta', () => {
    fc.assert(
      fc.property(shape, shape, fc.integer({ min: 1, max: 1022 }), (a, b, part) => {
        const [x, next] = [part / 1024, (part + 1) / 1024];
        assert.ok(log10BetaTail(next, a, b) <= log10BetaTail(x, a, b));
        assert.ok(log10BetaLowerTail(next, a, b) >= log10BetaLowerTail(x, a, b));
        close(log10BetaTail(x, a, b), log10BetaLowerTail(1 - x, b, a), 1e-11);
        assert.ok(log10GammaTail(b * 1.01, a) <= log10GammaTail(b, a));
      }),
    );
  });

  it('are plain powers and exponentials at shape 1, down to 1e-400000', () => {
    close(log10GammaTail(1e6, 1), -1e6 / Math.LN10, 1e-14);
    close(log10BetaLowerTail(1e-200, 2000, 1), -400_000, 1e-14);
    close(log10ChiSquareLowerTail(1e-300, 2), Math.log10(5e-301), 1e-14);
  });

  it('keep the digits of a small tail next to the origin: Q(1e-12, 1/2) = 1e-12 E1(1/2)', () => {
    // E1(0.5) = 0.559773594776… (Abramowitz & Stegun table 5.1).
    close(10 ** log10GammaTail(0.5, 1e-12), 1e-12 * 0.5597735947761608, 1e-11);
    // And those of one next to 1, at a shape near 1: sixty digits by mpmath.
    close(log10GammaTail(9.307945977603134e-7, 0.9307945977603135), -1.0865576534117026e-6, 1e-13);
  });

  it('refuse what is impossible or outside the law', () => {
    for (const refused of [
      () => log10GammaLowerTail(0, 1),
      () => log10GammaTail(-1, 1),
      () => log10GammaTail(1, 0),
      () => log10GammaTail(Number.NaN, 1),
      () => log10GammaTail(1, Number.NaN),
      () => log10ChiSquareTail(Number.POSITIVE_INFINITY, 1),
      () => log10BetaTail(1, 1, 1),
      () => log10BetaLowerTail(0, 1, 1),
      () => log10BetaTail(0.5, 0, 1),
      () => log10BetaTail(Number.NaN, 1, 1),
      () => log10NormalTail(Number.NaN),
      () => log10StudentTail(1, 0),
      () => log10StudentTail(1, Number.POSITIVE_INFINITY),
    ])
      assert.throws(refused, RangeError);
  });
});
