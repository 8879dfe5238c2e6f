import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import { plainKernel } from '../kernel/plain.ts';
import { type Matrix, matrix, transpose } from '../matrix.ts';
import { product, randomRotation } from '../test-support/simulated-models.ts';
import { polarFactor } from './polar.ts';

const kernel = plainKernel();

function largestGap(a: Matrix, b: Matrix): number {
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0);
}

function scaled(m: Matrix, scales: readonly number[]): Matrix {
  return matrix(
    m.rows,
    m.columns,
    m.data.map((value, at) => value * scales[Math.floor(at / m.columns)]!),
  );
}

/** Symmetric positive matrix with the given eigenvalues. */
function positive(seed: string, eigenvalues: readonly number[]): Matrix {
  const basis = randomRotation(seed, eigenvalues.length);
  return product(transpose(basis), scaled(basis, eigenvalues));
}

describe('polarFactor', () => {
  it('returns the rotation of rotation × positive matrix, over four orders of magnitude', async () => {
    const rotation = randomRotation('r', 20);
    const eigenvalues = Array.from({ length: 20 }, (_, i) => 10 ** (-4 * (i / 19)));
    const { factor, defect } = await polarFactor(product(rotation, positive('p', eigenvalues)), kernel);
    assert.ok(defect < 1e-5, `defect ${defect}`);
    assert.ok(largestGap(factor, rotation) < 5e-3, `gap ${largestGap(factor, rotation)}`);
  });

  it('has orthonormal rows when wide and orthonormal columns when tall', async () => {
    const stream = randomStream('wide');
    const wide = matrix(
      6,
      15,
      Float32Array.from({ length: 90 }, () => stream.normal()),
    );
    const { factor } = await polarFactor(wide, kernel);
    const gram = await kernel.timesTransposed(factor, factor);
    const identity = matrix(
      6,
      6,
      Float32Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? 1 : 0)),
    );
    assert.ok(largestGap(gram, identity) < 1e-5);
    const tall = await polarFactor(transpose(wide), kernel);
    assert.ok(largestGap(transpose(tall.factor), factor) < 1e-6);
  });

  it('is right on the range of a matrix that lacks rank, and never longer than an isometry', async () => {
    const flat = positive('flat', [3, 2, 1, 1, 0.5, 0, 0, 0]);
    const projector = positive('flat', [1, 1, 1, 1, 1, 0, 0, 0]);
    const { factor } = await polarFactor(flat, kernel);
    assert.ok(largestGap(product(factor, projector), projector) < 1e-4);
    const squares = factor.data.reduce((sum, value) => sum + value * value, 0);
    assert.ok(squares > 4.99 && squares < 8.01, `squared length ${squares}`);
  });

  it('of a zero matrix is zero', async () => {
    const { factor } = await polarFactor(matrix(4, 4), kernel);
    assert.ok(factor.data.every((value) => value === 0));
  });
});
