import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { brownCombine, kostCovariance, stouffer } from './correlated.ts';
import { fisherCombine } from './multiplicity.ts';
import { randomStream } from './random.ts';
import { log10NormalTail } from './tails.ts';
import { close } from './test-support/reference.ts';
import { kolmogorovSmirnovUniform } from './uniformity.ts';

const square = (k: number, off: number, diagonal: number) =>
  Array.from({ length: k }, (_, i) => Array.from({ length: k }, (_, j) => (i === j ? diagonal : off)));
const ps = fc.array(fc.double({ min: -2000, max: -0.001, noNaN: true }), { minLength: 1, maxLength: 8 });

/** k scores of pairwise correlation r, as log10 p. */
const drawScores = (random: ReturnType<typeof randomStream>, k: number, r: number) => {
  const shared = random.normal();
  return Array.from({ length: k }, () =>
    log10NormalTail(Math.sqrt(r) * shared + Math.sqrt(1 - r) * random.normal()),
  );
};

describe('brownCombine', () => {
  it("is Fisher's combination without covariance, one p-value at full covariance", () => {
    fc.assert(
      fc.property(ps, (values) => {
        close(brownCombine(values, square(values.length, 0, 4)), fisherCombine(values), 1e-11);
      }),
    );
    close(brownCombine([-7, -7, -7], square(3, 4, 4)), -7, 1e-12);
  });

  it('agrees with a multiprecision value', () => {
    close(brownCombine([0.01, 0.02, 0.05].map(Math.log10), square(3, 2, 4)), -2.033750058855274, 1e-12);
  });

  it('holds its level where the scores are correlated, as Fisher alone does not', () => {
    const random = randomStream('brown');
    let [scaled, plain] = [0, 0];
    for (let run = 0; run < 4000; run++) {
      const values = drawScores(random, 5, 0.5);
      if (brownCombine(values, square(5, kostCovariance(0.5), 4)) <= Math.log10(0.05)) scaled++;
      if (fisherCombine(values) <= Math.log10(0.05)) plain++;
    }
    assert.ok(scaled > 140 && scaled < 260, `${scaled} of 4000 at 5 %`);
    assert.ok(plain > 300, `${plain}`);
  });

  it('refuses matrices that are none', () => {
    for (const matrix of [
      square(2, 0, 4),
      [
        [4, 1, 0],
        [0, 4, 0],
        [0, 0, 4],
      ],
      square(3, Number.NaN, 4),
      square(3, -4, 4),
    ])
      assert.throws(() => brownCombine([-1, -1, -1], matrix), RangeError);
    assert.equal(brownCombine([], []), 0);
  });
});

describe('kostCovariance', () => {
  it('agrees with quadrature of the covariance of -2 ln p', () => {
    for (const [r, expected] of [
      [-0.5, -1.4574502],
      [0.3, 1.0435056],
      [0.5, 1.8123001],
      [0.8, 3.0785103],
      [1, 4],
    ] as const)
      assert.ok(Math.abs(kostCovariance(r) - expected) < 2e-4);
    assert.throws(() => kostCovariance(1.1), RangeError);
  });
});

describe('stouffer', () => {
  const three = [0.01, 0.2, 0.3].map(Math.log10);

  it('agrees with SciPy 1.17 for weights 1, 2, 3, without and with correlation', () => {
    close(10 ** stouffer(three, { weights: [1, 2, 3] }), 0.06784119842865152, 1e-12);
    const correlation = [
      [1, 0.5, 0.2],
      [0.5, 1, 0.3],
      [0.2, 0.3, 1],
    ];
    close(stouffer(three, { weights: [1, 2, 3], correlation }), -0.9568117655603554, 1e-12);
  });

  it('returns a common p-value unchanged at full correlation, however small', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5000, max: -0.001, noNaN: true }),
        fc.integer({ min: 1, max: 6 }),
        (p, k) => {
          close(stouffer(new Array<number>(k).fill(p), { correlation: square(k, 1, 1) }), p, 1e-9);
        },
      ),
    );
    assert.equal(stouffer([-9, 0]), 0);
    assert.equal(stouffer([]), 0);
  });

  it('is uniform under the null at the stated correlation', () => {
    const random = randomStream('stouffer');
    const combined = Array.from(
      { length: 3000 },
      () => 10 ** stouffer(drawScores(random, 4, 0.6), { correlation: square(4, 0.6, 1) }),
    );
    assert.ok(kolmogorovSmirnovUniform(combined).log10P > -4);
  });

  it('refuses weights and matrices that are none', () => {
    assert.throws(() => stouffer(three, { weights: [1, -1, 1] }), RangeError);
    assert.throws(() => stouffer(three, { weights: [0, 0, 0] }), RangeError);
    assert.throws(() => stouffer(three, { correlation: square(2, 0, 1) }), RangeError);
    assert.throws(() => stouffer([-1, -1], { correlation: square(2, -1, 1) }), RangeError);
  });
});
