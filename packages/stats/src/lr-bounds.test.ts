import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { clopperPearson } from './clopper-pearson.ts';
import { boundLogLR, elubBounds, lrBounds } from './lr-bounds.ts';
import { hugeRatios } from './test-support/ratios.ts';
import { close } from './test-support/reference.ts';

describe('lrBounds and boundLogLR', () => {
  it('allow about a third of the cases on each side: 3,000 unrelated give LR 1,002', () => {
    const { low, high } = lrBounds({ related: 30, unrelated: 3000 });
    close(10 ** high, 1001.9, 1e-4);
    close(10 ** high, 1 / clopperPearson(0, 3000, 0.95, 'high').high, 1e-12);
    close(10 ** low, clopperPearson(0, 30, 0.95, 'high').high, 1e-12);
    assert.ok(lrBounds({ related: 1, unrelated: 1 }).high > 0);
  });

  it('never allow more than the mechanism is reliable', () => {
    close(lrBounds({ related: 9, unrelated: 1e9 }, { failureRate: 0.001 }).high, 3, 1e-14);
    assert.equal(boundLogLR(5000, { low: -1, high: 2 }), 2);
    assert.equal(boundLogLR(Number.NEGATIVE_INFINITY, { low: -1, high: 2 }), -1);
    assert.equal(boundLogLR(0.5, { low: -1, high: 2 }), 0.5);
  });

  it('refuse empty classes, NaN and rates that are none', () => {
    assert.throws(() => lrBounds({ related: 0, unrelated: 5 }), RangeError);
    assert.throws(() => lrBounds({ related: 5, unrelated: 5 }, { failureRate: 0 }), RangeError);
    assert.throws(() => lrBounds({ related: 5, unrelated: 5 }, { level: 1 }), RangeError);
    assert.throws(() => boundLogLR(Number.NaN, { low: -1, high: 1 }), RangeError);
  });
});

describe('elubBounds', () => {
  it('reaches N_d + 1 and 1 / (N_p + 1) for perfectly separated classes', () => {
    const { low, high } = elubBounds(new Array<number>(50).fill(5000), new Array<number>(200).fill(-5000));
    close(high, Math.log10(201), 1e-14);
    close(low, -Math.log10(51), 1e-14);
    const endless = elubBounds([Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY]);
    close(endless.high, Math.log10(2), 1e-14);
  });

  it('by hand: a misleading LR of 10 among nine unrelated caps at 5 until it is passed', () => {
    // Threshold t <= 10: t · 2/10 + 0 <= 1 up to t = 5.
    close(elubBounds([3, 3, 3], [1, -2, -2, -2, -2, -2, -2, -2, -2]).high, Math.log10(5), 1e-14);
  });

  it('always holds LR 1, supports nothing where ratios mislead, and mirrors', () => {
    assert.deepEqual(elubBounds([-3, -3], [3, 3]), { low: 0, high: 0 });
    fc.assert(
      fc.property(hugeRatios, hugeRatios, (related, unrelated) => {
        const { low, high } = elubBounds(related, unrelated);
        assert.ok(low <= 0 && high >= 0);
        assert.ok(10 ** high <= unrelated.length + 1 + 1e-9 && 10 ** -low <= related.length + 1 + 1e-9);
        const turned = elubBounds(
          unrelated.map((value) => -value),
          related.map((value) => -value),
        );
        assert.ok(Math.abs(turned.high + low) < 1e-12 && Math.abs(turned.low + high) < 1e-12);
        // The decision is worth its while everywhere below the bound.
        for (const part of [0.3, 0.7, 0.999]) {
          const t = high * part;
          const alarms = (unrelated.filter((value) => value >= t).length + 1) / (unrelated.length + 1);
          const missed = related.filter((value) => value < t).length / related.length;
          if (high > 1e-9 && t > 1e-9) assert.ok(10 ** t * alarms + missed <= 1 + 1e-9);
        }
      }),
    );
  });
});
