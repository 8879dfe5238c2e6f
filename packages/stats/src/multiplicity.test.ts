import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { benjaminiHochberg, fisherCombine, holm, hommel, twiceMean } from './multiplicity.ts';
import { randomStream } from './random.ts';
import { kolmogorovSmirnovUniform } from './uniformity.ts';

const logs = fc.array(fc.double({ min: -5000, max: 0, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('fisherCombine', () => {
  it('returns a single p-value unchanged, however small', () => {
    for (const value of [-0.3, -5000]) assert.ok(Math.abs(fisherCombine([value]) / value - 1) < 1e-12);
    assert.equal(fisherCombine([]), 0);
  });

  it('combines two by p (1 - ln p) of their product', () => {
    const product = 0.2 * 0.03;
    const expected = Math.log10(product * (1 - Math.log(product)));
    assert.ok(Math.abs(fisherCombine([Math.log10(0.2), Math.log10(0.03)]) - expected) < 1e-12);
  });

  it('is uniform under the null', () => {
    const stream = randomStream('fisher');
    const draw = () => Math.log10(1 - stream.uniform());
    const combined = Array.from({ length: 2000 }, () => 10 ** fisherCombine([draw(), draw(), draw()]));
    assert.ok(kolmogorovSmirnovUniform(combined).log10P > -4);
  });
});

describe('holm and benjaminiHochberg', () => {
  it('give the textbook example', () => {
    const ps = [0.01, 0.04, 0.03, 0.005].map(Math.log10);
    const round = (values: number[]) => values.map((value) => Number((10 ** value).toFixed(6)));
    assert.deepEqual(round(holm(ps)), [0.03, 0.06, 0.06, 0.02]);
    assert.deepEqual(round(benjaminiHochberg(ps)), [0.02, 0.04, 0.04, 0.02]);
  });

  it('keep order, never go below the input, and Holm is never below BH', () => {
    fc.assert(
      fc.property(logs, (values) => {
        const strict = holm(values);
        const loose = benjaminiHochberg(values);
        values.forEach((value, i) => {
          assert.ok(strict[i]! >= value - 1e-12 && strict[i]! <= 0 && loose[i]! <= strict[i]! + 1e-12);
          values.forEach((other, j) => {
            if (value < other) assert.ok(strict[i]! <= strict[j]! && loose[i]! <= loose[j]!);
          });
        });
      }),
    );
  });

  it('refuse what is not a log10 p', () => {
    for (const bad of [0.1, Number.NEGATIVE_INFINITY, Number.NaN])
      assert.throws(() => holm([bad]), RangeError);
  });
});

describe('combination under any dependence', () => {
  it('leaves fully dependent p-values valid', () => {
    fc.assert(
      fc.property(fc.double({ min: -5000, max: 0, noNaN: true }), fc.integer({ min: 1, max: 9 }), (p, n) => {
        const same = new Array<number>(n).fill(p);
        assert.ok(hommel(same) >= p - 1e-12);
        assert.ok(Math.abs(twiceMean(same) - Math.min(0, p + Math.log10(2))) < 1e-11);
      }),
    );
  });

  it('gives known values', () => {
    assert.ok(Math.abs(10 ** hommel([-4, -1, -1].map(Number)) - 3e-4 * (1 + 1 / 2 + 1 / 3)) < 1e-12);
    assert.ok(Math.abs(10 ** twiceMean([-1, -2]) - 0.11) < 1e-12);
    assert.equal(hommel([]), 0);
  });
});
