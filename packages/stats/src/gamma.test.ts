import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { logBinomial, logFactorial, logGamma } from './gamma.ts';
import { logUpperGamma } from './incomplete-gamma.ts';

function close(actual: number, expected: number, relative = 1e-12): void {
  const error = Math.abs(actual - expected) / Math.max(Math.abs(expected), 1e-300);
  assert.ok(error <= relative, `${actual} is not ${expected} (relative error ${error})`);
}

describe('logGamma', () => {
  it('agrees with published values, next to its zeros too', () => {
    close(logGamma(0.5), 0.5723649429247001);
    close(logGamma(0.001), 6.907178885383854);
    close(logGamma(1.0001), -5.771334222047127e-5);
    close(logGamma(1.5), -0.12078223763524522);
    close(logGamma(2.0001), 4.2281658112919945e-5);
    close(logGamma(3), Math.LN2);
    close(logGamma(10), 12.801827480081469);
    close(logGamma(100), 359.1342053695754);
    close(logGamma(11009), logGamma(11008) + Math.log(11008));
    assert.equal(logGamma(1), 0);
    assert.equal(logGamma(2), 0);
  });

  it('obeys recurrence and Legendre duplication everywhere', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e5, noNaN: true }), (x) => {
        const scale = Math.abs(logGamma(x)) + Math.abs(Math.log(x)) + 1;
        assert.ok(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x)) < 1e-13 * scale);
        const doubled = logGamma(x) + logGamma(x + 0.5) - (1 - 2 * x) * Math.LN2 - Math.log(Math.PI) / 2;
        assert.ok(Math.abs(doubled - logGamma(2 * x)) < 1e-13 * (scale + x));
      }),
    );
  });

  it('refuses what has no logarithm', () => {
    for (const x of [0, -1, Number.NaN]) assert.throws(() => logGamma(x), RangeError);
    for (const n of [-1, 0.5]) assert.throws(() => logFactorial(n), RangeError);
  });
});

describe('logBinomial', () => {
  it("builds Pascal's triangle and is -Infinity outside it", () => {
    for (let n = 1; n <= 30; n++)
      for (let k = 1; k < n; k++)
        close(
          Math.exp(logBinomial(n, k)),
          Math.exp(logBinomial(n - 1, k)) + Math.exp(logBinomial(n - 1, k - 1)),
        );
    assert.equal(logBinomial(5, 6), Number.NEGATIVE_INFINITY);
    assert.equal(logBinomial(5, -1), Number.NEGATIVE_INFINITY);
  });
});

describe('logUpperGamma', () => {
  it('is the Poisson distribution function at whole a', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 80, noNaN: true }), (a, x) => {
        let sum = 0;
        for (let k = 0; k < a; k++) sum += Math.exp(k * Math.log(x) - x - logFactorial(k));
        assert.ok(Math.abs(logUpperGamma(a, x) - Math.log(sum)) < 1e-11 * (1 + Math.abs(Math.log(sum))));
      }),
    );
  });

  it('obeys its recurrence in a far from whole numbers', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 500, noNaN: true }),
        fc.double({ min: 0.1, max: 1500, noNaN: true }),
        (a, x) => {
          const step = Math.exp(a * Math.log(x) - x - logGamma(a + 1) - logUpperGamma(a + 1, x));
          const lower = Math.exp(logUpperGamma(a, x) - logUpperGamma(a + 1, x));
          assert.ok(Math.abs(lower + step - 1) < 1e-10, `${lower} + ${step}`);
        },
      ),
    );
  });
});
