import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Matrix } from '../matrix.ts';
import { layerOf, llamaLike, open } from '../test-support/layer.ts';
import { buildModel } from './build.ts';
import { memoryStore, type StoredInput } from './memory-store.ts';

describe('reading rows', () => {
  it('asks the store for the wanted rows only, neighbours together', async () => {
    const layer = layerOf({ keyValueHeads: 1, groupSize: 1, headSize: 2, hidden: 110, mlp: 9, seed: 'rows' });
    const store = memoryStore(llamaLike(layer));
    const asked: [start: number, count: number][] = [];
    const model = buildModel({
      name: 'watched',
      digest: 'memory:test',
      store: {
        ...store,
        elements: (tensor, start, count) => {
          asked.push([start / 110, count / 110]);
          return store.elements(tensor, start, count);
        },
      },
    });
    await model.read(model.find('mlp-up', 0)!, { rows: [7, 3, 0, 4] });
    assert.deepEqual(asked, [
      [0, 1],
      [3, 2],
      [7, 1],
    ]);
  });

  it('reads what is larger than one piece, straight and transposed', async () => {
    const [rows, columns] = [2500, 2000];
    const data = Float32Array.from({ length: rows * columns }, (_, i) => i);
    const norm = { name: 'ln_f.weight', shape: [columns], data: new Float32Array(columns) };
    for (const name of ['model.layers.0.mlp.up_proj.weight', 'h.0.mlp.c_proj.weight']) {
      const store = memoryStore([norm, { name, shape: [rows, columns], data }]);
      const model = buildModel({ name: 'large', digest: 'memory:test', store });
      const [tensor] = model.tensors.filter(({ role }) => role !== 'final-norm');
      const whole = await model.read(tensor!, { asStored: true });
      assert.equal(whole.data.length, data.length);
      const stored = (i: number, j: number): number =>
        tensor!.role === 'mlp-up' ? i * columns + j : j * columns + i;
      for (const [i, j] of [
        [0, 0],
        [1, 2],
        [1999, 1999],
        [whole.rows - 1, whole.columns - 1],
      ] as const)
        assert.equal(whole.data[i * whole.columns + j], stored(i, j));
    }
  });

  it('refuses a row that the tensor does not have', async () => {
    const layer = layerOf({ keyValueHeads: 1, groupSize: 1, headSize: 2, hidden: 110, mlp: 9, seed: 'rows' });
    const model = open({ configuration: {}, stored: llamaLike(layer) });
    await assert.rejects(model.read(model.find('mlp-up', 0)!, { rows: [9] }), RangeError);
  });
});

describe('8-bit weights with scales beside them', () => {
  const weight = (dtype: string): StoredInput => ({
    name: 'model.layers.0.mlp.up_proj.weight',
    dtype,
    shape: [130, 200],
    data: new Float32Array(130 * 200).fill(2),
  });
  const read = async (dtype: string, scale: StoredInput): Promise<Matrix> => {
    const model = buildModel({
      name: 'scaled',
      digest: 'memory:test',
      store: memoryStore([weight(dtype), scale]),
    });
    return model.read(model.find('mlp-up', 0)!, { rows: [0, 127, 128] });
  };

  it('multiplies blocks of 128 × 128 (DeepSeek-V3)', async () => {
    const name = 'model.layers.0.mlp.up_proj.weight_scale_inv';
    const out = await read('F8_E4M3', { name, shape: [2, 2], data: Float32Array.of(1, 10, 100, 1000) });
    assert.deepEqual([out.data[0], out.data[128], out.data[200 + 127]], [2, 20, 2]);
    assert.deepEqual([out.data[400], out.data[400 + 199]], [200, 2000]);
  });

  it('multiplies rows by their largest absolute value over 127 (LLM.int8())', async () => {
    const name = 'model.layers.0.mlp.up_proj.SCB';
    const data = Float32Array.from({ length: 130 }, (_, i) => 127 * i);
    const out = await read('I8', { name, shape: [130], data });
    assert.deepEqual([out.data[0], out.data[200], out.data[400]], [0, 254, 256]);
  });
});
