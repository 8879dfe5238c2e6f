import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { detCurve, equalErrorRate } from './detection-error.ts';
import { randomStream } from './random.ts';
import { log10NormalTail } from './tails.ts';
import { tiedScores } from './test-support/ratios.ts';

describe('detCurve', () => {
  it('runs on a straight line of slope -1 for two normal populations of one spread', () => {
    const random = randomStream('det');
    const draw = (mean: number) => Array.from({ length: 4000 }, () => mean + random.normal());
    const curve = detCurve(draw(2), draw(0));
    for (const { falseAlarmDeviate, missDeviate, falseAlarmRate, missRate } of curve)
      if (falseAlarmRate > 0.01 && missRate > 0.01)
        assert.ok(Math.abs(falseAlarmDeviate + missDeviate + 2) < 0.2);
  });

  it('starts at certain misses and ends at certain alarms', () => {
    const curve = detCurve([1, 2], [0, 1]);
    assert.deepEqual(
      [curve[0]!.falseAlarmDeviate, curve[0]!.missDeviate],
      [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    );
    assert.deepEqual([curve.at(-1)!.falseAlarmRate, curve.at(-1)!.missRate], [1, 0]);
    assert.ok(Math.abs(curve[1]!.missDeviate) < 1e-14 && curve[1]!.missRate === 0.5);
  });
});

describe('equalErrorRate', () => {
  it('is 0 for parted classes, a half for equal or inverted ones, and by hand on a crossing edge', () => {
    assert.equal(equalErrorRate([3, 4], [1, 2]), 0);
    assert.equal(equalErrorRate([1, 2], [1, 2]), 0.5);
    assert.equal(equalErrorRate([1, 2], [3, 4]), 0.5);
    assert.ok(Math.abs(equalErrorRate([1, 3, 4], [0, 2, 2]) - 1 / (3 + 1.5)) < 1e-12);
  });

  it('is the worst over priors of the least Bayes error', () => {
    fc.assert(
      fc.property(tiedScores, tiedScores, (related, unrelated) => {
        const curve = detCurve(related, unrelated);
        let worst = 0;
        for (let i = 0; i <= 2000; i++) {
          const prior = i / 2000;
          const errors = curve.map((point) => prior * point.missRate + (1 - prior) * point.falseAlarmRate);
          worst = Math.max(worst, Math.min(...errors));
        }
        const rate = equalErrorRate(related, unrelated);
        assert.ok(rate >= worst - 1e-12 && rate - worst < 1e-3, `${rate} and ${worst}`);
      }),
      { numRuns: 40 },
    );
  });

  it('is Φ(-d/2) for two normal populations d apart', () => {
    const random = randomStream('eer');
    const draw = (mean: number) => Array.from({ length: 20_000 }, () => mean + random.normal());
    assert.ok(Math.abs(equalErrorRate(draw(2), draw(0)) - 10 ** log10NormalTail(1)) < 0.006);
  });
});
