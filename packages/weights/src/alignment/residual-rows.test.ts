import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { transpose } from '../matrix.ts';
import { SMALL, simulatedModel, simulatedTensors } from '../test-support/simulated-models.ts';
import { residualRows, unitCount, unitPieces } from './residual-rows.ts';

const tensors = simulatedTensors('rows', { ...SMALL, units: 200 });
const model = simulatedModel('m', tensors);
const held = (role: string) => tensors.find((entry) => entry.role === role && entry.layer === 0)!.matrix;

describe('residualRows', () => {
  it('multiplies the gain of the norm before a reading matrix into its columns', async () => {
    const rows = (await residualRows(model, 'mlp-up', 0, [7]))!;
    const gain = held('mlp-norm').data;
    const expected = gain.map((value, j) => value * held('mlp-up').data[7 * SMALL.hidden + j]!);
    assert.deepEqual(rows.data, expected);
  });

  it('reads a writing matrix by columns, unfolded', async () => {
    const columns = (await residualRows(model, 'mlp-down', 0, [3, 0]))!;
    const all = transpose(held('mlp-down'));
    assert.deepEqual(
      columns.data.subarray(0, SMALL.hidden),
      all.data.subarray(3 * SMALL.hidden, 4 * SMALL.hidden),
    );
  });

  for (const role of ['mlp-gate', 'mlp-down'] as const)
    it(`gives ${role} in pieces as it does at once`, async () => {
      const whole = (await residualRows(model, role, 0))!;
      const pieces: number[] = [];
      for await (const { start, rows } of unitPieces(model, role, 0, 1)) {
        assert.equal(start * SMALL.hidden, pieces.length);
        pieces.push(...rows.data);
      }
      assert.deepEqual(Float32Array.from(pieces), whole.data);
      assert.equal(unitCount(model, role, 0), 200);
    });
});
