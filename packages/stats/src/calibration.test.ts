import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { areaUnderCurve, familyBootstrap, rocCurve, truePositiveRateAt } from './calibration.ts';
import { randomStream } from './random.ts';
import { kolmogorovSmirnovUniform } from './uniformity.ts';

const scores = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 25 });

describe('areaUnderCurve', () => {
  it('is the share of pairs in the right order, ties counting half', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        let wins = 0;
        for (const p of positives) for (const q of negatives) wins += p > q ? 1 : p === q ? 0.5 : 0;
        const expected = wins / (positives.length * negatives.length);
        assert.ok(Math.abs(areaUnderCurve(positives, negatives) - expected) < 1e-12);
      }),
    );
  });

  it('refuses an empty class', () => {
    assert.throws(() => areaUnderCurve([], [1]), RangeError);
    assert.throws(() => areaUnderCurve([1], [Number.NaN]), RangeError);
  });
});

describe('rocCurve and truePositiveRateAt', () => {
  it('rise from (0, 0) to (1, 1)', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const curve = rocCurve(positives, negatives);
        assert.deepEqual([curve[0]!.falsePositiveRate, curve[0]!.truePositiveRate], [0, 0]);
        assert.deepEqual([curve.at(-1)!.falsePositiveRate, curve.at(-1)!.truePositiveRate], [1, 1]);
      }),
    );
  });

  it('state the rate reached and the resolution of the negatives', () => {
    const negatives = Array.from({ length: 10 }, (_, i) => i);
    assert.deepEqual(truePositiveRateAt([5.5, 8.5, 9.5, 10], negatives, 0.1), {
      threshold: 8.5 + 0.5 - 0.5,
      falsePositiveRate: 0.1,
      truePositiveRate: 0.75,
      resolution: 0.1,
    });
    assert.equal(truePositiveRateAt([9.5, 8.5], negatives, 0.01).truePositiveRate, 0.5);
  });
});

describe('familyBootstrap', () => {
  const mean = (cases: readonly { value: number }[]) =>
    cases.reduce((sum, item) => sum + item.value, 0) / cases.length;

  it('widens when cases repeat inside families, and repeats itself for a seed', () => {
    const random = randomStream('cases');
    const values = Array.from({ length: 12 }, random.normal);
    const alone = values.map((value, i) => ({ value, family: `${i}` }));
    const repeated = alone.flatMap((item) => [item, item, item, item]);
    const run = (cases: typeof alone, byFamily: boolean) =>
      familyBootstrap(cases, (item) => (byFamily ? item.family : `${cases.indexOf(item)}`), mean, {
        random: randomStream('boot'),
      });
    const interval = run(repeated, true);
    assert.deepEqual(run(repeated, true), interval);
    assert.equal(interval.families, 12);
    // Copies carry no information: the interval is that of the twelve.
    const base = run(alone, true);
    assert.ok(Math.abs(interval.low - base.low) < 1e-12 && Math.abs(interval.high - base.high) < 1e-12);
    assert.ok(interval.low < interval.value && interval.value < interval.high);
  });

  it('covers the truth about as often as it says', () => {
    const random = randomStream('coverage');
    let covered = 0;
    for (let t = 0; t < 200; t++) {
      const cases = Array.from({ length: 30 }, (_, i) => ({ value: random.normal(), family: `${i}` }));
      const { low, high } = familyBootstrap(cases, (item) => item.family, mean, { random, resamples: 200 });
      if (low <= 0 && 0 <= high) covered++;
    }
    assert.ok(covered > 175 && covered < 200, `${covered} of 200`);
  });
});

describe('kolmogorovSmirnovUniform', () => {
  it('accepts uniform draws and rejects skewed ones', () => {
    const random = randomStream('ks');
    const draws = Array.from({ length: 1000 }, random.uniform);
    assert.ok(kolmogorovSmirnovUniform(draws).log10P > -3);
    assert.ok(kolmogorovSmirnovUniform(draws.map((u) => u * u)).log10P < -20);
    assert.ok(Number.isFinite(kolmogorovSmirnovUniform(new Array<number>(1e5).fill(0)).log10P));
  });

  it('has a uniform p-value itself', () => {
    const random = randomStream('ks of ks');
    const ps = Array.from({ length: 800 }, () => {
      const draws = Array.from({ length: 50 }, random.uniform);
      return 10 ** kolmogorovSmirnovUniform(draws).log10P;
    });
    assert.ok(kolmogorovSmirnovUniform(ps).log10P > -4);
  });

  it('gives the tabulated 5 % point: D = 0.13403 at n = 100', () => {
    const values = Array.from({ length: 100 }, (_, i) => Math.min(1, (i + 0.5) / 100));
    const shifted = values.map((value) => Math.min(1, value + 0.13403 - 0.005));
    assert.ok(Math.abs(10 ** kolmogorovSmirnovUniform(shifted).log10P - 0.05) < 0.003);
  });
});
