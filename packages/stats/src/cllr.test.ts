import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cllr, cllrMin, ece, eceCurve } from './cllr.ts';
import { hugeRatios, RELATED, tiedScores, UNRELATED } from './test-support/ratios.ts';
import { close } from './test-support/reference.ts';

describe('cllr', () => {
  it('is 1 for ratios of one, and log2 of 1 + 1/3 for ratios of 3 the right way', () => {
    assert.equal(cllr([0, 0, 0], [0]), 1);
    close(cllr([Math.log10(3)], [-Math.log10(3)]), Math.log2(4 / 3), 1e-14);
    close(cllr([-Math.log10(3)], [Math.log10(3)]), 2, 1e-14);
  });

  it('agrees with forty-digit values on a small set', () => {
    close(cllr(RELATED, UNRELATED), 0.5809780093249874, 1e-14);
    close(cllrMin(RELATED, UNRELATED), 0.3766473936337133, 1e-14);
  });

  it('does not overflow: a ratio 1e5000 the wrong way costs 5000 log2(10)', () => {
    close(cllr([-5000], [-5000]), 2500 * Math.log2(10), 1e-14);
    assert.equal(cllr([5000], [-5000]), 0);
    assert.equal(cllr([Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY]), 0);
    assert.equal(cllr([Number.NEGATIVE_INFINITY], [0]), Number.POSITIVE_INFINITY);
  });

  it('mirrors when classes and signs swap, and is never below its minimum, which is at most 1', () => {
    const turned = (values: readonly number[]) => values.map((value) => -value);
    fc.assert(
      fc.property(hugeRatios, hugeRatios, (related, unrelated) => {
        const cost = cllr(related, unrelated);
        close(cllr(turned(unrelated), turned(related)), cost, 1e-12);
        assert.ok(cllrMin(related, unrelated) <= Math.min(1, cost) + 1e-12);
      }),
    );
  });

  it('has a minimum that no rising map changes and no rising map beats', () => {
    fc.assert(
      fc.property(tiedScores, tiedScores, (related, unrelated) => {
        const least = cllrMin(related, unrelated);
        const map = (values: number[]) => values.map((value) => value ** 3 / 50 + 0.3);
        close(cllrMin(map(related), map(unrelated)), least, 1e-12);
        for (const scale of [0.01, 0.1, 0.5, 2])
          for (const shift of [-1, 0, 1]) {
            const linear = (values: number[]) => values.map((value) => scale * value + shift);
            assert.ok(cllr(linear(related), linear(unrelated)) >= least - 1e-12);
          }
      }),
    );
  });

  it('refuses empty classes and NaN', () => {
    assert.throws(() => cllr([], [0]), RangeError);
    assert.throws(() => cllr([Number.NaN], [0]), RangeError);
    assert.throws(() => ece([0], [0], Number.POSITIVE_INFINITY), RangeError);
  });
});

describe('ece and eceCurve', () => {
  it('agree with forty-digit values', () => {
    close(ece(RELATED, UNRELATED, -3), 0.007884959470795561, 1e-13);
    close(ece(RELATED, UNRELATED, -0.7), 0.4238852215726219, 1e-13);
    close(ece(RELATED, UNRELATED, 2.2), 0.031452794476175314, 1e-13);
    const curve = eceCurve(RELATED, UNRELATED);
    close(curve[0]!.pav, 0.004729628783683371, 1e-13);
    close(curve[45]!.pav, 0.06953991633350957, 1e-13);
  });

  it('run from odds 1e-3 to 1e3 with Cllr in the middle and PAV below both others', () => {
    const curve = eceCurve(RELATED, UNRELATED);
    assert.deepEqual([curve[0]!.log10PriorOdds, curve[60]!.log10PriorOdds, curve.length], [-3, 3, 61]);
    close(curve[30]!.measured, cllr(RELATED, UNRELATED), 1e-14);
    close(curve[30]!.neutral, 1, 1e-14);
    for (const { measured, pav, neutral } of curve) assert.ok(pav <= Math.min(measured, neutral) + 1e-12);
    // The entropy of a prior of 1/11.
    close(curve[20]!.neutral, (Math.log2(11) + 10 * Math.log2(1.1)) / 11, 1e-13);
  });
});
