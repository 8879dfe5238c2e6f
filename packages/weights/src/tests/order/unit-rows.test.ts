import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import { exchangeableModel } from '../../calibration/exchangeable-model.ts';
import { plainKernel } from '../../kernel/plain.ts';
import { matrix } from '../../matrix.ts';
import { pairContext } from '../../pair.ts';
import { normaliseRows, similarityToAll, unitRows } from './unit-rows.ts';

describe('unitRows', () => {
  it('folds the gain of the norm and scales rows to length one', async () => {
    const model = exchangeableModel('m', randomStream('rows'));
    const source = { model, tensor: model.find('mlp-up', 1)!, gain: model.find('mlp-norm', 1) };
    const [plain, gain] = [await model.read(source.tensor), await model.read(source.gain!)];
    const rows = await unitRows(source, [7, 3]);
    const values = plain.data.slice(7 * 24, 8 * 24).map((value, j) => value * gain.data[j]!);
    const length = Math.hypot(...values);
    values.forEach((value, j) => {
      assert.ok(Math.abs(rows.data[j]! - value / length) < 1e-6);
    });
  });

  it('lets rows of zeros and of what is no number resemble nothing', () => {
    const m = matrix(3, 2, Float32Array.of(0, 0, Number.NaN, 1, 3, 4));
    normaliseRows(m);
    assert.deepEqual(
      [...m.data].map((value) => Number(value.toFixed(6))),
      [0, 0, 0, 0, 0.6, 0.8],
    );
  });
});

describe('similarityToAll', () => {
  it('gives the same numbers in pieces as at once', async () => {
    const random = randomStream('pieces');
    const model = exchangeableModel('m', random, { units: 300, layers: 1 });
    const source = { model, tensor: model.find('mlp-gate', 0)!, gain: undefined };
    const rows = await unitRows(source, [0, 150, 299]);
    const input = { reference: model, subject: model, kernel: plainKernel() };
    const whole = await similarityToAll(pairContext(input), rows, source);
    const pieces = await similarityToAll(
      pairContext({ ...input, parameters: { memoryBytes: 1 } }),
      rows,
      source,
    );
    assert.equal(whole.columns, 300);
    assert.deepEqual(pieces.data, whole.data);
  });
});
