import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import { plainKernel } from '../kernel/plain.ts';
import { type Matrix, matrix, transpose } from '../matrix.ts';
import { product } from '../test-support/simulated-models.ts';
import { retention } from './retention.ts';

function gaussian(seed: string, rows: number, columns: number): Matrix {
  const stream = randomStream(seed);
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => stream.normal()),
  );
}

function sum(a: Matrix, b: Matrix, weight: number): Matrix {
  return matrix(
    a.rows,
    a.columns,
    a.data.map((value, at) => value + weight * b.data[at]!),
  );
}

/** Four strong directions over rows and columns. */
function learned(seed: string): Matrix {
  return product(gaussian(`${seed} out`, 40, 4), gaussian(`${seed} in`, 4, 24));
}

const initial = gaussian('initial', 40, 24);
const kernel = plainKernel();

describe('retention', () => {
  it('is 1 of a matrix in itself, and scales with the copy', async () => {
    const p = sum(initial, learned('a'), 2);
    const own = await retention(p, p, kernel);
    assert.ok(Math.abs(own.spikes - 1) < 1e-5 && Math.abs(own.bulk - 1) < 1e-5);
    const half = await retention(p, sum(p, p, -0.5), kernel);
    assert.ok(Math.abs(half.spikes - 0.5) < 1e-5 && Math.abs(half.bulk - 0.5) < 1e-5);
  });

  it('does not depend on which side is called rows', async () => {
    const p = sum(initial, learned('a'), 2);
    const q = sum(initial, learned('b'), 2);
    const [one, other] = [await retention(p, q, kernel), await retention(transpose(p), transpose(q), kernel)];
    assert.ok(Math.abs(one.spikes - other.spikes) < 1e-9);
  });

  it('tells shared learning from a shared start', async () => {
    const p = sum(initial, learned('a'), 2);
    const apart = await retention(p, sum(initial, learned('b'), 2), kernel);
    assert.ok(apart.spikes / apart.bulk < 0.5, `${apart.spikes} over ${apart.bulk}`);
    const child = await retention(p, sum(p, gaussian('tune', 40, 24), 0.2), kernel);
    assert.ok(child.spikes / child.bulk > 0.9, `${child.spikes} over ${child.bulk}`);
  });
});
