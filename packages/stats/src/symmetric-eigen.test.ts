import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { randomStream } from './random.ts';
import { symmetricEigen, symmetricEigenvalues } from './symmetric-eigen.ts';

function randomSymmetric(n: number, seed: string): Float64Array {
  const random = randomStream(seed);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) out[i * n + j] = out[j * n + i] = random.normal();
  return out;
}

function check(a: Float64Array, n: number, tolerance: number): void {
  const { values, vectors } = symmetricEigen(a, n);
  assert.deepEqual(symmetricEigenvalues(a, n), values, 'the same values without vectors');
  for (let k = 0; k < n; k++) {
    if (k > 0) assert.ok(values[k - 1]! >= values[k]!, 'descending');
    for (let i = 0; i < n; i++) {
      let product = 0;
      for (let j = 0; j < n; j++) product += a[i * n + j]! * vectors[k * n + j]!;
      assert.ok(Math.abs(product - values[k]! * vectors[k * n + i]!) < tolerance, `A v = lambda v, ${k}`);
    }
    for (let l = 0; l <= k; l++) {
      let dot = 0;
      for (let j = 0; j < n; j++) dot += vectors[k * n + j]! * vectors[l * n + j]!;
      assert.ok(Math.abs(dot - (k === l ? 1 : 0)) < 1e-12, `orthonormal ${k}, ${l}`);
    }
  }
}

describe('symmetricEigen', () => {
  it('solves random matrices of every small size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.string(), (n, seed) => {
        check(randomSymmetric(n, seed), n, 1e-12 * n);
      }),
      { numRuns: 60 },
    );
  });

  it('solves 150 x 150, diagonal, repeated, rank-one and zero matrices', () => {
    check(randomSymmetric(150, 'large'), 150, 1e-11);
    check(Float64Array.of(3, 0, 0, 0, 7, 0, 0, 0, -1), 3, 1e-14);
    check(
      Float64Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 2 : 0)),
      6,
      1e-14,
    );
    check(new Float64Array(25).fill(1), 5, 1e-14);
    check(new Float64Array(16), 4, 0.1);
    const { values } = symmetricEigen(new Float64Array(25).fill(1), 5);
    assert.ok(Math.abs(values[0]! - 5) < 1e-14 && Math.abs(values[1]!) < 1e-14);
  });

  it('gives the known eigenvalues of the second-difference matrix', () => {
    const n = 40;
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      a[i * n + i] = 2;
      if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = -1;
    }
    const { values } = symmetricEigen(a, n);
    values.forEach((value, i) => {
      assert.ok(Math.abs(value - (2 - 2 * Math.cos(((n - i) * Math.PI) / (n + 1)))) < 1e-13);
    });
  });

  it('refuses wrong sizes and entries that are not finite', () => {
    assert.throws(() => symmetricEigen(new Float64Array(5), 2), RangeError);
    assert.throws(() => symmetricEigen(Float64Array.of(Number.NaN), 1), RangeError);
  });
});
