import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { benjaminiHochberg, bonferroni, fisherCombine, holm, hommelAdjust } from './multiplicity.ts';
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

  it('agrees with SciPy 1.17: 0.01, 0.2 and 0.3 combine to 0.021561751324834632', () => {
    const combined = fisherCombine([0.01, 0.2, 0.3].map(Math.log10));
    assert.ok(Math.abs(10 ** combined / 0.021561751324834632 - 1) < 1e-13);
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

describe('hommelAdjust and bonferroni', () => {
  /** The definition: the largest Simes p of all subsets that hold a test. */
  const byClosure = (values: readonly number[]): number[] => {
    const worst = values.map(() => Number.NEGATIVE_INFINITY);
    for (let subset = 1; subset < 2 ** values.length; subset++) {
      const members = values.map((_, i) => i).filter((i) => (subset >> i) & 1);
      const sorted = members.map((i) => values[i]!).sort((a, b) => a - b);
      const simes = Math.min(0, ...sorted.map((v, j) => v + Math.log10(members.length / (j + 1))));
      for (const i of members) worst[i] = Math.max(worst[i]!, simes);
    }
    return worst;
  };

  it('hommelAdjust is the closed test of all subsets by Simes', () => {
    const few = fc.array(fc.oneof(fc.double({ min: -3, max: 0, noNaN: true }), fc.constant(-1)), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(few, (values) => {
        const expected = byClosure(values);
        hommelAdjust(values).forEach((value, i) => {
          assert.ok(Math.abs(value - expected[i]!) < 1e-12, `${value} is not ${expected[i]}`);
        });
      }),
    );
  });

  it('bonferroni is never below Holm, Holm never below Hommel, Hommel never below the p-value', () => {
    fc.assert(
      fc.property(logs, (values) => {
        const [widest, wide, narrow] = [bonferroni(values), holm(values), hommelAdjust(values)];
        values.forEach((value, i) => {
          assert.ok(widest[i]! >= wide[i]! - 1e-12 && wide[i]! >= narrow[i]! - 1e-12 && narrow[i]! >= value);
        });
      }),
    );
  });

  it('give plain numbers by hand', () => {
    const round = (values: number[]) => values.map((value) => Number((10 ** value).toFixed(6)));
    assert.deepEqual(round(bonferroni([0.01, 0.4].map(Math.log10))), [0.02, 0.8]);
    // Simes of all three is 3 · 0.04 / 3; Holm would answer 0.09, 0.09, 0.09.
    assert.deepEqual(round(hommelAdjust([0.03, 0.035, 0.04].map(Math.log10))), [0.04, 0.04, 0.04]);
    assert.deepEqual([hommelAdjust([]), bonferroni([])], [[], []]);
  });
});
