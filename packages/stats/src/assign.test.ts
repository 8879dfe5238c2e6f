import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assign, assignWithPrices } from './assign.ts';
import { randomStream } from './random.ts';

function cheapest(cost: ArrayLike<number>, rows: number, columns: number, row = 0, used = 0): number {
  if (row === rows) return 0;
  let best = Number.POSITIVE_INFINITY;
  for (let j = 0; j < columns; j++)
    if ((used & (1 << j)) === 0)
      best = Math.min(
        best,
        cost[row * columns + j]! + cheapest(cost, rows, columns, row + 1, used | (1 << j)),
      );
  return best;
}

function total(cost: ArrayLike<number>, columns: number, columnOf: Int32Array): number {
  return columnOf.reduce((sum, column, row) => sum + cost[row * columns + column]!, 0);
}

function certify(cost: Float32Array | Float64Array, rows: number, columns: number): void {
  const { columnOf, rowPrice, columnPrice } = assignWithPrices(cost, rows, columns);
  assert.equal(new Set(columnOf).size, rows);
  const taken = new Set(columnOf);
  for (let j = 0; j < columns; j++) assert.ok(taken.has(j) ? columnPrice[j]! <= 0 : columnPrice[j] === 0);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      assert.ok(cost[i * columns + j]! - rowPrice[i]! - columnPrice[j]! > -1e-9, `price of (${i}, ${j})`);
}

describe('assign', () => {
  it('costs no more than the best of all assignments', () => {
    const instance = fc
      .record({ rows: fc.integer({ min: 1, max: 5 }), extra: fc.integer({ min: 0, max: 3 }) })
      .chain(({ rows, extra }) =>
        fc.record({
          rows: fc.constant(rows),
          columns: fc.constant(rows + extra),
          // Few distinct values make ties common.
          cost: fc.array(fc.integer({ min: -4, max: 4 }), {
            minLength: rows * (rows + extra),
            maxLength: rows * (rows + extra),
          }),
        }),
      );
    fc.assert(
      fc.property(instance, ({ rows, columns, cost }) => {
        const columnOf = assign(Float64Array.from(cost), rows, columns);
        assert.equal(new Set(columnOf).size, rows);
        assert.equal(total(cost, columns, columnOf), cheapest(cost, rows, columns));
      }),
      { numRuns: 300 },
    );
  });

  it('carries prices that prove it optimal, square and rectangular', () => {
    const random = randomStream('assign');
    for (const [rows, columns] of [
      [60, 60],
      [40, 90],
      [1, 7],
    ] as const) {
      certify(Float64Array.from({ length: rows * columns }, random.normal), rows, columns);
      certify(
        Float32Array.from({ length: rows * columns }, () => random.integer(5)),
        rows,
        columns,
      );
    }
  });

  it('finds a hidden permutation among 400 units and does 1024 at random', () => {
    const random = randomStream('hidden');
    const n = 400;
    const hidden = random.permutation(n);
    const cost = Float32Array.from({ length: n * n }, () => 1 + random.uniform());
    hidden.forEach((column, row) => {
      cost[row * n + column] = 0;
    });
    assert.deepEqual(assign(cost, n, n), hidden);
    const large = Float32Array.from({ length: 1024 * 1024 }, random.uniform);
    // The expected optimum tends to pi^2/6 (Aldous 2001).
    const cost1024 = total(large, 1024, assign(large, 1024, 1024));
    assert.ok(Math.abs(cost1024 - Math.PI ** 2 / 6) < 0.2, `${cost1024}`);
  });

  it('refuses more rows than columns, wrong lengths and infinite costs', () => {
    assert.throws(() => assign(new Float32Array(6), 3, 2), RangeError);
    assert.throws(() => assign(new Float32Array(5), 2, 3), RangeError);
    assert.throws(() => assign(Float32Array.of(1, Number.NaN), 1, 2), RangeError);
    assert.equal(assign(new Float32Array(0), 0, 0).length, 0);
  });
});
