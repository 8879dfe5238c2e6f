import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareSketches, type SketchDocument } from '@filiation/evidence';
import { openModel } from '../open-model.ts';
import { exampleModel } from '../test-support/examples.ts';
import { sketchModel } from './sketch-model.ts';

const OPTIONS = { seed: '5e'.repeat(32), rows: 64, digits: 4, budget: { previous: [] } };

async function sketchOf(name: string, seed = OPTIONS.seed): Promise<SketchDocument> {
  const model = await openModel(exampleModel(name), { digest: 'skip' });
  try {
    return await sketchModel(model, { ...OPTIONS, seed });
  } finally {
    await model.store.close();
  }
}

describe('sketches of two models that neither side hands over', () => {
  it('show a fine-tune and a merged adapter near their base', async () => {
    const base = await sketchOf('base_A');
    for (const name of ['A_ft', 'A_lora']) {
      const { medianDistance, medianCosine } = compareSketches(await sketchOf(name), base);
      assert.ok(medianDistance < 0.5 && medianCosine > 0.9, `${name}: ${medianDistance}, ${medianCosine}`);
    }
  });

  it('show an independent model far, and a permuted copy too: the limit that the comparison states', async () => {
    const base = await sketchOf('base_A');
    for (const name of ['base_B', 'A_permuted']) {
      const { medianDistance, medianCosine, meaning } = compareSketches(await sketchOf(name), base);
      assert.ok(medianDistance > 0.9 && Math.abs(medianCosine) < 0.4, `${name}: ${medianDistance}`);
      assert.match(meaning, /permuted/);
    }
  });

  it('hold the matrices by role, leave the small tensors out and stay within the budget', async () => {
    const { tensors, skipped, leak } = await sketchOf('base_A');
    assert.ok(tensors.some(({ name }) => name === 'mlp-gate/0'));
    assert.ok(skipped.some(({ name }) => name === 'final-norm'));
    assert.ok(leak.total === leak.released && leak.released <= leak.cap);
    assert.equal(leak.released, tensors.length * OPTIONS.rows * 2);
  });

  it('are drawn to the same bytes again, and others with another seed', async () => {
    const one = await sketchOf('base_A');
    assert.deepEqual(await sketchOf('base_A'), one);
    assert.notDeepEqual((await sketchOf('base_A', '11'.repeat(32))).tensors, one.tensors);
  });
});
