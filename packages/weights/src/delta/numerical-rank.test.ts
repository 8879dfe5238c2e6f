import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import fc from 'fast-check';
import { matrix } from '../matrix.ts';
import { normal } from '../test-support/planted-models.ts';
import { largestSingularValue, numericalRank, singularValuesOf } from './numerical-rank.ts';

describe('singular values', () => {
  it('are those of the transpose, and their squares sum to the squared length', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.string(),
        (rows, columns, seed) => {
          const m = normal(randomStream(seed), rows, columns, 1);
          const turned = matrix(
            columns,
            rows,
            Float32Array.from(
              { length: rows * columns },
              (_, at) => m.data[(at % rows) * columns + Math.floor(at / rows)]!,
            ),
          );
          const values = singularValuesOf(m);
          const other = singularValuesOf(turned);
          values.forEach((value, i) => {
            assert.ok(Math.abs(value - other[i]!) < 1e-6);
          });
          const squares = m.data.reduce((sum, value) => sum + value * value, 0);
          assert.ok(
            Math.abs(values.reduce((sum, value) => sum + value * value, 0) - squares) < 1e-9 * squares + 1e-9,
          );
        },
      ),
    );
  });

  it('have a largest one that power iterations find to a few per cent in pure noise', () => {
    const noise = normal(randomStream('noise'), 120, 300, 1);
    const largest = singularValuesOf(noise)[0]!;
    const found = largestSingularValue(noise);
    assert.ok(found <= largest * (1 + 1e-9) && found > 0.96 * largest, `${found} of ${largest}`);
  });
});

describe('numericalRank', () => {
  it('agrees with the Marchenko–Pastur edge for equal steps', () => {
    const [rows, columns, step] = [100, 400, 0.01];
    const steps = new Float32Array(rows * columns).fill(step);
    const { floor, rank } = numericalRank(matrix(rows, columns), steps, randomStream('edge'));
    const edge = (step / Math.sqrt(12)) * (Math.sqrt(rows) + Math.sqrt(columns));
    assert.ok(Math.abs(floor / edge - 1) < 0.05, `${floor} and ${edge}`);
    assert.equal(rank, 0);
  });

  it('counts two independent roundings as rounding', () => {
    for (let seed = 0; seed < 20; seed++) {
      const stream = randomStream(`two ${seed}`);
      const steps = Float32Array.from({ length: 64 * 200 }, () => 2 ** -(8 + stream.integer(6)));
      const twice = steps.map((step) => (stream.uniform() + stream.uniform() - 1) * step);
      assert.equal(numericalRank(matrix(64, 200, twice), steps, stream).rank, 0);
    }
  });
});
