import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildModel } from './canonical/build.ts';
import { memoryStore } from './canonical/memory-store.ts';
import { inspectModel } from './inspect.ts';
import { config, layerOf, llamaLike } from './test-support/layer.ts';

describe('inspecting a model', () => {
  const layer = layerOf({
    keyValueHeads: 1,
    groupSize: 2,
    headSize: 4,
    hidden: 110,
    mlp: 9,
    seed: 'inspect',
  });
  const extra = { name: 'rotary.inv_freq', shape: [2], data: new Float32Array(2), dtype: 'F16' };
  const model = buildModel({
    name: 'one layer',
    digest: 'memory:test',
    store: memoryStore([...llamaLike(layer), extra]),
    configuration: config(layer, 'llama'),
    claims: { baseModels: ['someone/something'] },
  });
  const inspection = inspectModel(model);

  it('counts tensors, parameters and bytes', () => {
    const parameters = 7 * 110 + 2 * 110 + (8 + 4 + 4 + 8 + 9 + 9 + 9) * 110 + 2;
    assert.deepEqual(inspection.totals, { tensors: 11, parameters, bytes: 4 * parameters });
    assert.deepEqual(
      inspection.dtypes.map(({ dtype, tensors }) => [dtype, tensors]),
      [
        ['F32', 10],
        ['F16', 1],
      ],
    );
  });

  it('lists roles in their order with layers, shapes and dtypes', () => {
    const up = inspection.roles.find(({ role }) => role === 'mlp-up');
    assert.deepEqual(up, {
      role: 'mlp-up',
      tensors: 1,
      biases: 0,
      layers: 1,
      experts: 0,
      shapes: ['9×110'],
      dtypes: ['F32'],
    });
    assert.equal(inspection.roles[0]?.role, 'embedding');
  });

  it('tells what has no role and what is claimed', () => {
    assert.deepEqual(inspection.unassigned, [{ name: 'rotary.inv_freq', dtype: 'F16', shape: [2] }]);
    assert.deepEqual(inspection.claims?.baseModels, ['someone/something']);
  });

  it('is plain data', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(inspection)).totals, inspection.totals);
  });
});
