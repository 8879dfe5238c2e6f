import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import { buildModel } from '../canonical/build.ts';
import { memoryStore, type StoredInput } from '../canonical/memory-store.ts';
import type { CanonicalModel } from '../canonical/model.ts';
import { sampleWeights, shapeKey } from './sample-weights.ts';

const SHAPE = [40, 30];

function tensor(name: string): StoredInput {
  const random = randomStream(name);
  return { name, shape: SHAPE, data: Float32Array.from({ length: 1200 }, () => random.normal()) };
}

function model(tensors: readonly StoredInput[]): CanonicalModel {
  return buildModel({ name: 'm', digest: 'd', store: memoryStore(tensors) });
}

const KNOWN = ['gate', 'up'].map((part) => tensor(`model.layers.0.mlp.${part}_proj.weight`));

describe('sampleWeights', () => {
  it('draws the same places of models of one shape, whatever tensors without a role lie between', async () => {
    const plain = model(KNOWN);
    const crowded = model([tensor('__extra'), ...KNOWN, tensor('zz.extra')]);
    assert.equal(shapeKey(plain), shapeKey(crowded));
    assert.deepEqual(
      (await sampleWeights('m', plain, 'seed'))?.values,
      (await sampleWeights('m', crowded, 'seed'))?.values,
    );
  });

  it('has only finite values and a finite rounding error', async () => {
    const bad = KNOWN.map((each) => ({ ...each, data: each.data.map((x, i) => (i % 3 ? x : Infinity)) }));
    const found = await sampleWeights('m', model(bad), 'seed');
    assert.ok(found!.values.every(Number.isFinite) && Number.isFinite(found!.rounding));
  });

  it('says nothing of a model without tensors of known names', async () => {
    assert.equal(await sampleWeights('m', model([tensor('thing')]), 'seed'), undefined);
  });
});
