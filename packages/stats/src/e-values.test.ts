import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type Calibrator,
  E_PROCESS_START,
  eMean,
  eProcessStep,
  eProduct,
  log10PFromE,
  pToE,
  villeThreshold,
} from './e-values.ts';
import { randomStream } from './random.ts';
import { close } from './test-support/reference.ts';

const CALIBRATORS: readonly Calibrator[] = [
  { kind: 'power', kappa: 0.5 },
  { kind: 'power', kappa: 0.1 },
  { kind: 'mixture' },
  { kind: 'root' },
];
const logs = fc.double({ min: -5000, max: 0, noNaN: true });

describe('pToE', () => {
  it('follows the published formulas', () => {
    const p = 0.01;
    const expected = [
      0.5 * p ** -0.5,
      0.1 * p ** -0.9,
      // Vovk & Wang 2021: (1 - p + p ln p) / (p (ln p)²) at 0.01, forty digits by mpmath.
      4.450992260085819,
      9,
    ];
    CALIBRATORS.forEach((calibrator, i) => {
      close(10 ** pToE(-2, calibrator), expected[i]!, 1e-14);
    });
  });

  it('keeps the mixture exact where p is next to 1 and where it is next to nothing', () => {
    const mixture: Calibrator = { kind: 'mixture' };
    close(10 ** pToE(0, mixture), 0.5, 1e-15);
    close(10 ** pToE(-1e-9, mixture), 0.5 + (1e-9 * Math.LN10) / 6, 1e-15);
    const t = 5000 * Math.LN10;
    close(pToE(-5000, mixture), 5000 - 2 * Math.log10(t), 1e-14);
    // No seam where series and closed form meet, at p = 1/e: e - 2.
    for (const log10P of [-Math.LOG10E * (1 - 1e-12), -Math.LOG10E * (1 + 1e-12)])
      close(10 ** pToE(log10P, mixture), Math.E - 2, 1e-11);
    assert.equal(pToE(0, { kind: 'root' }), Number.NEGATIVE_INFINITY);
  });

  it('has mean one over uniform p, and grows as p falls', () => {
    for (const calibrator of CALIBRATORS) {
      // Midpoints in u = p^(1/20), which spreads out the peak at zero; dp = 20 u^19 du.
      const n = 20_000;
      let mean = 0;
      for (let i = 0; i < n; i++) {
        const u = (i + 0.5) / n;
        mean += (20 * u ** 19 * 10 ** pToE(20 * Math.log10(u), calibrator)) / n;
      }
      // The mixture's mass below p = 1e-80 is 1 / ln(1e80) and lies outside what the grid can see.
      assert.ok(mean <= 1 + 1e-3 && mean > (calibrator.kind === 'mixture' ? 0.9 : 0.99), `${mean}`);
      fc.assert(
        fc.property(logs, logs, (a, b) => {
          if (a < b) assert.ok(pToE(a, calibrator) >= pToE(b, calibrator));
        }),
      );
    }
  });

  it('refuses what is no log10 p or no kappa', () => {
    for (const bad of [0.1, Number.NEGATIVE_INFINITY, Number.NaN])
      assert.throws(() => pToE(bad, { kind: 'mixture' }), RangeError);
    for (const kappa of [0, 1, Number.NaN])
      assert.throws(() => pToE(-1, { kind: 'power', kappa }), RangeError);
  });
});

describe('eMean and eProduct', () => {
  it('average and multiply beyond what a number holds', () => {
    close(eMean([5000, 4999]), 5000 + Math.log10(1.1 / 2), 1e-15);
    close(eMean([5000, 1], [0.25, 0.75]), 5000 + Math.log10(0.25), 1e-15);
    assert.equal(eProduct([3000, 4000, -1]), 6999);
    assert.equal(eProduct([]), 0);
    assert.equal(eProduct([2, Number.NEGATIVE_INFINITY]), Number.NEGATIVE_INFINITY);
    assert.equal(eMean([0, 7], [1, 0]), 0);
  });

  it('refuse infinite e-values and weights that are no weights', () => {
    assert.throws(() => eProduct([Number.POSITIVE_INFINITY]), RangeError);
    assert.throws(() => eMean([Number.NaN]), RangeError);
    assert.throws(() => eMean([]), RangeError);
    for (const weights of [[0.5, 0.6], [1.5, -0.5], [1], [Number.NaN, 1]])
      assert.throws(() => eMean([1, 2], weights), RangeError);
  });
});

describe('from e back to p', () => {
  it('is 1/e and never above one', () => {
    assert.equal(log10PFromE(3), -3);
    assert.equal(log10PFromE(-3), 0);
    assert.ok(Object.is(log10PFromE(0), 0));
    close(villeThreshold(0.01), 2, 1e-15);
    for (const alpha of [0, 1.1, Number.NaN]) assert.throws(() => villeThreshold(alpha), RangeError);
  });
});

describe('an e-process', () => {
  it('under the null passes 1/alpha in at most a share alpha of runs, and its mean stays at one', () => {
    // Likelihood ratios of N(0.3, 1) to N(0, 1), watched after every one of 100 steps, in 4,000 runs.
    const random = randomStream('ville');
    const runs = 4000;
    const passed = { 0.1: 0, 0.01: 0 };
    let sum = 0;
    let squares = 0;
    for (let run = 0; run < runs; run++) {
      let process = E_PROCESS_START;
      for (let step = 0; step < 100; step++) {
        const x = random.normal();
        process = eProcessStep(process, (0.3 * x - 0.045) / Math.LN10);
        if (step === 9) {
          sum += 10 ** process.log10E;
          squares += 100 ** process.log10E;
        }
      }
      assert.equal(process.steps, 100);
      if (process.log10Maximum >= villeThreshold(0.1)) passed[0.1]++;
      if (process.log10P <= -2) passed[0.01]++;
    }
    const mean = sum / runs;
    const error = Math.sqrt((squares / runs - mean * mean) / runs);
    assert.ok(Math.abs(mean - 1) < 4 * error, `${mean} +- ${error}`);
    assert.ok(
      passed[0.1] / runs < 0.1 + 4 * Math.sqrt(0.09 / runs) && passed[0.1] > 0.02 * runs,
      `${passed[0.1]}`,
    );
    assert.ok(
      passed[0.01] / runs < 0.01 + 4 * Math.sqrt(0.0099 / runs) && passed[0.01] > 0,
      `${passed[0.01]}`,
    );
  });

  it('calibrated p-values multiplied along independent steps obey Ville too', () => {
    const random = randomStream('calibrated ville');
    let passed = 0;
    for (let run = 0; run < 4000; run++) {
      let process = E_PROCESS_START;
      for (let step = 0; step < 20; step++)
        process = eProcessStep(
          process,
          pToE(Math.log10(1 - random.uniform()), { kind: 'power', kappa: 0.7 }),
        );
      if (process.log10Maximum >= villeThreshold(0.05)) passed++;
    }
    assert.ok(passed > 10 && passed / 4000 < 0.05 + 4 * Math.sqrt(0.0475 / 4000), `${passed} of 4000`);
  });

  it('remembers its maximum, and never leaves zero', () => {
    const risen = eProcessStep(eProcessStep(E_PROCESS_START, 3), -5);
    assert.deepEqual(risen, { steps: 2, log10E: -2, log10Maximum: 3, log10P: -3 });
    const dead = eProcessStep(risen, Number.NEGATIVE_INFINITY);
    assert.equal(eProcessStep(dead, 100).log10E, Number.NEGATIVE_INFINITY);
  });
});
