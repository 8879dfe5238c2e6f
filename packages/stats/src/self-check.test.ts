import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from './random.ts';
import { lrSelfCheck } from './self-check.ts';
import { close } from './test-support/reference.ts';

/** log10 LR of N(2, 1) to N(0, 1) at draws from the latter, times `bias`. */
function ratios(seed: string, n: number, bias = 1): number[] {
  const random = randomStream(seed);
  return Array.from({ length: n }, () => ((2 * random.normal() - 2) / Math.LN10) * bias);
}

describe('lrSelfCheck', () => {
  it('finds a mean near 1 and no breach of Turing where the ratios are right, in 200 sets', () => {
    let breaches = 0;
    for (let set = 0; set < 200; set++) {
      const check = lrSelfCheck(ratios(`right ${set}`, 400));
      assert.ok(check.log10Mean < 1 && check.log10P >= -1);
      if (check.turing!.log10P < -2) breaches++;
    }
    // At most one in a hundred by chance.
    assert.ok(breaches <= 8, `${breaches}`);
    const large = lrSelfCheck(ratios('large', 100_000));
    const error = 10 ** large.log10StandardError;
    assert.ok(Math.abs(10 ** large.log10Mean - 1) < 5 * error && error < 0.05, `${large.log10Mean} ${error}`);
  });

  it('sees ratios that are shifted or far too large', () => {
    const shifted = lrSelfCheck(ratios('shifted', 500).map((value) => value + 2));
    assert.ok(shifted.log10Mean > 1 && shifted.log10P < -1 && shifted.turing!.log10P < -20);
    // The same scores with ratios squared: rare cases reach far beyond their due.
    assert.ok(lrSelfCheck(ratios('squared', 20_000, 3).map((value) => value + 3)).turing!.log10P < -20);
  });

  it('by hand: ratios 10, 0, 0, 0 have mean 2.5, and one in four reaches 10', () => {
    const check = lrSelfCheck([1, ...new Array<number>(3).fill(Number.NEGATIVE_INFINITY)]);
    close(check.log10Mean, Math.log10(2.5), 1e-14);
    close(check.log10StandardError, Math.log10(2.5), 1e-14);
    close(check.turing!.log10P, Math.log10(1 - 0.9 ** 4), 1e-12);
    assert.deepEqual([check.turing!.atLeast, check.turing!.log10Bound], [1, -1]);
  });

  it('does not overflow at 1e5000, and has no threshold to check where none exceeds 1', () => {
    const check = lrSelfCheck([5000, 5000, -5000]);
    close(check.log10Mean, 5000 + Math.log10(2 / 3), 1e-14);
    assert.ok(check.turing!.log10P < -500 && check.log10StandardError > 4999);
    assert.equal('turing' in lrSelfCheck([-1, -2]), false);
    assert.equal(lrSelfCheck([-1, -1]).log10StandardError, Number.NEGATIVE_INFINITY);
  });

  it('refuses no cases, NaN and the infinite ratio', () => {
    for (const bad of [[], [Number.NaN], [Number.POSITIVE_INFINITY]])
      assert.throws(() => lrSelfCheck(bad), RangeError);
  });
});
