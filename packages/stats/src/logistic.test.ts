import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cllr } from './cllr.ts';
import { logisticCalibration, logisticFusion, logisticLog10LR } from './logistic.ts';
import { randomStream } from './random.ts';
import { RELATED, UNRELATED } from './test-support/ratios.ts';
import { close } from './test-support/reference.ts';

describe('logisticCalibration', () => {
  it('gives the textbook fit of passes on hours studied: -4.0777 + 1.5046 h', () => {
    // Twenty students, ten of each kind, so that class weights change nothing.
    const passed = [1.75, 2.25, 2.75, 3.25, 4, 4.25, 4.5, 4.75, 5, 5.5];
    const failed = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5];
    const fit = logisticCalibration(passed, failed, { ridge: 0 });
    assert.equal((fit.intercept * Math.LN10).toFixed(4), '-4.0777');
    assert.equal((fit.slopes[0]! * Math.LN10).toFixed(4), '1.5046');
    assert.equal(fit.separable, false);
  });

  it('agrees with forty-digit fits of unequal classes, without and with a ridge', () => {
    const plain = logisticCalibration(RELATED, UNRELATED, { ridge: 0 });
    close(plain.intercept, -0.128663961634926, 1e-11);
    close(plain.slopes[0]!, 0.589291854892883, 1e-11);
    const held = logisticCalibration(RELATED, UNRELATED, { ridge: 0.01 });
    close(held.intercept, -0.1117065234691202, 1e-11);
    close(held.slopes[0]!, 0.4687085057641401, 1e-11);
  });

  it('does not see the training prior: repeating one class changes nothing', () => {
    const repeated = [...UNRELATED, ...UNRELATED, ...UNRELATED];
    const once = logisticCalibration(RELATED, UNRELATED, { ridge: 0.001 });
    const thrice = logisticCalibration(RELATED, repeated, { ridge: 0.001 });
    close(thrice.intercept, once.intercept, 1e-9);
    close(thrice.slopes[0]!, once.slopes[0]!, 1e-9);
  });

  it('finds the true ratio of two normal populations, log10 LR = (2 s - 2) log10(e) here', () => {
    const random = randomStream('two normals');
    const draw = (mean: number, n: number) => Array.from({ length: n }, () => mean + random.normal());
    const fit = logisticCalibration(draw(2, 4000), draw(0, 8000));
    close(fit.slopes[0]!, 2 * Math.LOG10E, 0.06);
    close(fit.intercept, -2 * Math.LOG10E, 0.06);
  });

  it('reports separable classes and holds their slope by the ridge', () => {
    for (const sign of [1, -1]) {
      const fit = logisticCalibration(
        [3, 4, 5].map((s) => s * sign),
        [0, 1, 2].map((s) => s * sign),
      );
      assert.equal(fit.separable, true);
      assert.ok(fit.slopes[0]! * sign > 0 && Math.abs(fit.slopes[0]!) < 20);
      assert.ok(Math.abs(logisticLog10LR(fit, 2.5 * sign)) < 1e-9);
    }
    assert.equal(logisticCalibration([2, 3], [1, 2]).separable, true);
    assert.throws(() => logisticCalibration([3, 4], [1, 2], { ridge: 0 }), RangeError);
  });

  it('follows the unit of the score, from 1e-200 to 1e200, and gives LR 1 for constant scores', () => {
    const base = logisticCalibration(RELATED, UNRELATED);
    for (const unit of [1e-200, 5000, 1e200]) {
      const scaled = logisticCalibration(
        RELATED.map((s) => s * unit),
        UNRELATED.map((s) => s * unit),
      );
      close(scaled.slopes[0]! * unit, base.slopes[0]!, 1e-9);
      close(scaled.intercept, base.intercept, 1e-9);
    }
    const none = logisticCalibration([7, 7], [7, 7, 7]);
    assert.deepEqual([none.slopes, none.separable], [[0], false]);
    assert.ok(Math.abs(none.intercept) < 1e-12);
  });

  it('lowers Cllr below that of any other line on its own training set', () => {
    const score = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(score, score, fc.double({ min: -1, max: 1, noNaN: true }), (related, unrelated, shift) => {
        const fit = logisticCalibration(related, unrelated, { ridge: 1e-6 });
        if (fit.separable) return;
        const cost = (slope: number, intercept: number) =>
          cllr(
            related.map((s) => slope * s + intercept),
            unrelated.map((s) => slope * s + intercept),
          );
        const least = cost(fit.slopes[0]!, fit.intercept);
        assert.ok(cost(fit.slopes[0]! * (1 + shift), fit.intercept + shift / 3) >= least - 1e-4);
      }),
    );
  });

  it('refuses empty classes and scores that are not finite', () => {
    assert.throws(() => logisticCalibration([], [1]), RangeError);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => logisticCalibration([bad, 1], [0]), RangeError);
    assert.throws(() => logisticCalibration([1], [0], { ridge: -1 }), RangeError);
  });
});

describe('logisticFusion', () => {
  it('weighs two independent scores by what each says, and does not count a copy twice', () => {
    const random = randomStream('fusion');
    const draw = (mean: number, n: number) =>
      Array.from({ length: n }, () => [mean + random.normal(), 0.5 * mean + random.normal()]);
    const [related, unrelated] = [draw(1, 4000), draw(-1, 4000)];
    const fit = logisticFusion(related, unrelated);
    // True natural slopes: 2 and 1.
    close(fit.slopes[0]!, 2 * Math.LOG10E, 0.12);
    close(fit.slopes[1]!, 1 * Math.LOG10E, 0.12);
    const copied = (rows: number[][]) => rows.map((row) => [row[0]!, row[0]!]);
    const alone = logisticCalibration(
      related.map((row) => row[0]!),
      unrelated.map((row) => row[0]!),
    );
    const twice = logisticFusion(copied(related), copied(unrelated));
    close(twice.slopes[0]! + twice.slopes[1]!, alone.slopes[0]!, 1e-3);
  });

  it('refuses rows of different lengths', () => {
    assert.throws(() => logisticFusion([[1, 2]], [[1]]), RangeError);
    assert.throws(() => logisticFusion([[]], [[]]), RangeError);
    const fit = logisticFusion(
      [
        [1, 2],
        [0, 0],
      ],
      [
        [0, 1],
        [1, 1],
      ],
    );
    assert.throws(() => logisticLog10LR(fit, 1), RangeError);
  });
});
