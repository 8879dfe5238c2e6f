import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { CanonicalModel } from './canonical/model.ts';
import { openModel } from './open-model.ts';
import { exampleModel } from './test-support/examples.ts';

describe('opening an example model', () => {
  let model: CanonicalModel;
  before(async () => {
    model = await openModel(exampleModel('base_A'));
  });
  after(() => model.store.close());

  it('gives every tensor a role', () => {
    assert.deepEqual(model.unassigned, []);
    assert.equal(model.tensors.length, 39);
    assert.deepEqual(model.oddities, []);
  });

  it('agrees with the configuration', () => {
    const { configuration, ...facts } = model.architecture;
    assert.equal(configuration.model_type, 'llama');
    assert.deepEqual(facts, {
      family: 'llama',
      layers: 4,
      hiddenSize: 128,
      heads: 4,
      keyValueHeads: 2,
      headSize: 32,
      mlpSize: 352,
      gatedMlp: true,
      experts: 0,
      vocabularySize: 2048,
      tiedHead: false,
      norm: 'rms',
      positions: 'rotary',
    });
  });

  it('reads whole tensors and chosen rows alike', async () => {
    const up = model.find('mlp-up', 2)!;
    const whole = await model.read(up);
    assert.deepEqual([whole.rows, whole.columns], [352, 128]);
    const some = await model.read(up, { rows: [5, 351, 6, 0] });
    for (const [i, row] of [5, 351, 6, 0].entries())
      assert.deepEqual(some.data.slice(i * 128, (i + 1) * 128), whole.data.slice(row * 128, (row + 1) * 128));
    assert.equal((await model.read(model.find('final-norm')!)).rows, 1);
  });

  it('reads the tokenizer', () => {
    assert.equal(model.tokenizer?.kind, 'bpe');
    assert.equal(model.tokenizer?.vocabulary.length, 2048);
    assert.equal(model.tokenizer?.vocabulary[0], '<|endoftext|>');
    assert.equal(model.tokenizer?.merges[0], 'Ġ t');
  });

  it('names the model after its folder and by its digest', () => {
    assert.equal(model.name, 'base_A');
    assert.match(model.digest, /^sha256:[0-9a-f]{64}$/);
  });
});

describe('opening one file of a folder', () => {
  it('takes the configuration beside it and says so', async () => {
    const model = await openModel(join(exampleModel('base_A'), 'model.safetensors'), { name: 'A' });
    await model.store.close();
    assert.deepEqual([model.name, model.architecture.heads], ['A', 4]);
    assert.deepEqual(
      model.oddities.map(({ kind }) => kind),
      ['beside-file'],
    );
  });
});

describe('opening nothing', () => {
  it('says that the path does not exist', async () => {
    await assert.rejects(openModel('no/such/model'), { code: 'NOT_FOUND' });
  });
});
