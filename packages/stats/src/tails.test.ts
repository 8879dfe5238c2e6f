import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { log10ChiSquareTail, log10NormalTail, log10StudentTail } from './tails.ts';

function close(actual: number, expected: number, relative = 1e-12): void {
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual} is not ${expected}`);
}

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
