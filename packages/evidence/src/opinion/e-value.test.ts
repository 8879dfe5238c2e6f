import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { calibrateP, meanOfE } from './e-value.ts';
import type { Calibrator } from './rule.ts';

const CALIBRATORS: readonly Calibrator[] = [
  { kind: 'kappa', kappa: 0.1 },
  { kind: 'kappa', kappa: 0.5 },
  { kind: 'mixture' },
  { kind: 'root' },
];

describe('calibrating a p-value to an e-value', () => {
  it('keeps the mean at most 1 under a uniform p-value', () => {
    for (const calibrator of CALIBRATORS) {
      // Substituting p = 10^-x: the integral of e(p) p ln 10 over x, by the midpoint rule.
      let mean = 0;
      const step = 1e-3;
      for (let x = step / 2; x < 60; x += step) {
        const e = calibrateP(-x, calibrator);
        if (e !== undefined) mean += 10 ** (e - x) * Math.LN10 * step;
      }
      assert.ok(mean <= 1.001, `${JSON.stringify(calibrator)}: ${mean}`);
      assert.ok(mean >= 0.85, `${JSON.stringify(calibrator)} wastes power: ${mean}`);
    }
  });

  it('falls as p rises, and stays finite where p has hundreds of zeros', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CALIBRATORS),
        fc.double({ min: -5000, max: -1e-3, noNaN: true }),
        fc.double({ min: 1e-3, max: 10, noNaN: true }),
        (calibrator, log10P, less) => {
          const e = calibrateP(log10P, calibrator);
          const stronger = calibrateP(log10P - less, calibrator);
          assert.ok(e !== undefined && stronger !== undefined && Number.isFinite(stronger));
          assert.ok(stronger > e);
        },
      ),
    );
  });

  it('gives the values of the formulas', () => {
    assert.ok(Math.abs(10 ** calibrateP(-2, { kind: 'root' })! - 9) < 1e-9);
    assert.ok(Math.abs(10 ** calibrateP(-2, { kind: 'kappa', kappa: 0.5 })! - 5) < 1e-9);
    const p = 0.01;
    const expected = (1 - p + p * Math.log(p)) / (p * Math.log(p) ** 2);
    assert.ok(Math.abs(10 ** calibrateP(-2, { kind: 'mixture' })! - expected) < 1e-9);
    assert.equal(calibrateP(0, { kind: 'root' }), undefined);
    assert.ok(Math.abs(10 ** calibrateP(0, { kind: 'mixture' })! - 0.5) < 1e-9);
    assert.throws(() => calibrateP(0.1, { kind: 'root' }), RangeError);
  });
});

describe('the mean of e-values', () => {
  it('counts an e-value of 0 as nothing gained', () => {
    assert.ok(
      Math.abs(
        meanOfE([
          { weight: 0.5, log10E: 3 },
          { weight: 0.5, log10E: undefined },
        ])! - Math.log10(500),
      ) < 1e-9,
    );
    assert.equal(meanOfE([{ weight: 1, log10E: undefined }]), undefined);
  });
});
