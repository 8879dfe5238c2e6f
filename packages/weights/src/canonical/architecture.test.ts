import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '@filiation/evidence';
import fc from 'fast-check';
import { config, layerOf, llamaLike } from '../test-support/layer.ts';
import { buildModel } from './build.ts';
import { memoryStore, type StoredInput } from './memory-store.ts';
import type { CanonicalModel } from './model.ts';

const layer = layerOf({ keyValueHeads: 2, groupSize: 2, headSize: 4, hidden: 110, mlp: 9, seed: 'facts' });
const truth = config(layer, 'llama');

function build(configuration: JsonObject, stored: readonly StoredInput[] = llamaLike(layer)): CanonicalModel {
  return buildModel({ name: 'test', digest: 'memory:test', store: memoryStore(stored), configuration });
}

const zeros = (name: string, ...shape: number[]): StoredInput => ({
  name,
  shape,
  data: new Float32Array(shape.reduce((product, side) => product * side, 1)),
});

describe('facts of a model', () => {
  it('come from a true configuration without complaint', () => {
    const { architecture, oddities } = build(truth);
    assert.deepEqual(oddities, []);
    assert.deepEqual([architecture.heads, architecture.keyValueHeads, architecture.headSize], [4, 2, 4]);
  });

  it('come from the tensors where the configuration lies, and the lie is told', () => {
    const { architecture, oddities } = build({
      ...truth,
      hidden_size: 4096,
      num_hidden_layers: 32,
      vocab_size: 9,
      num_key_value_heads: 1,
    });
    assert.deepEqual(
      [architecture.hiddenSize, architecture.layers, architecture.vocabularySize, architecture.keyValueHeads],
      [110, 1, 7, 2],
    );
    assert.deepEqual(
      oddities.map(({ kind }) => kind),
      Array.from({ length: 4 }, () => 'configuration-mismatch'),
    );
  });

  it('leave the heads open where a configuration claims a number that cannot be', () => {
    const { architecture, oddities } = build({ ...truth, num_attention_heads: 3, head_dim: 5 });
    assert.deepEqual([architecture.heads, architecture.headSize], [undefined, undefined]);
    assert.ok(oddities.some(({ text }) => text.includes('query heads 3')));
  });

  it('leave the heads open without a configuration', () => {
    const { architecture, oddities } = build({});
    assert.deepEqual(
      [architecture.family, architecture.heads, architecture.mlpSize],
      ['llama', undefined, 9],
    );
    assert.deepEqual(oddities, []);
  });

  it('find the heads by the length of a query norm', () => {
    const { architecture } = build({}, [
      ...llamaLike(layer),
      zeros('model.layers.0.self_attn.q_norm.weight', 4),
    ]);
    assert.deepEqual([architecture.heads, architecture.keyValueHeads], [4, 2]);
  });

  it('name the family by the tensors where the configuration names another', () => {
    const { architecture, oddities } = build({ model_type: 'gpt2' });
    assert.equal(architecture.family, 'llama');
    assert.equal(oddities[0]?.kind, 'family-mismatch');
  });

  it('say which layers are missing', () => {
    const { oddities } = build(truth, [
      ...llamaLike(layer),
      zeros('model.layers.7.mlp.up_proj.weight', 9, 110),
    ]);
    assert.ok(oddities.some(({ kind }) => kind === 'missing-layer'));
  });

  it('do not miss layers of a kind not known here', () => {
    const { oddities, architecture } = build(truth, [
      ...llamaLike(layer),
      zeros('model.layers.1.conv.in_proj.weight', 3, 3),
      zeros('model.layers.2.mlp.up_proj.weight', 9, 110),
    ]);
    assert.equal(architecture.layers, 3);
    assert.ok(!oddities.some(({ kind }) => kind === 'missing-layer'));
  });

  it('take the size of an expert, not of a dense first layer, for that of the MLP', () => {
    const experts = zeros('model.layers.1.mlp.experts.0.up_proj.weight', 3, 110);
    assert.equal(build({}, [...llamaLike(layer), experts]).architecture.mlpSize, 3);
  });

  it('tell weights that are packed', () => {
    const { oddities } = build({}, [...llamaLike(layer), zeros('model.layers.0.mlp.up_proj.qweight', 2, 2)]);
    assert.deepEqual(
      oddities.map(({ kind }) => kind),
      ['packed-weights'],
    );
  });

  it('survive any configuration', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(truth), '__proto__', 'text_config'), fc.jsonValue()),
        (any) => {
          const model = build(any as JsonObject);
          assert.equal(model.architecture.hiddenSize, 110);
          assert.equal(model.unassigned.length, 0);
        },
      ),
    );
  });
});

describe('tensors that cannot have the role of their name', () => {
  const kinds = (model: CanonicalModel): string[] => model.oddities.map(({ kind }) => kind);

  it('are left over, with one complaint a pattern', () => {
    const wrong = [1, 2, 3].map((index) => zeros(`model.layers.${index}.mlp.up_proj.weight`, 9, 30));
    const model = build(truth, [...llamaLike(layer), ...wrong]);
    assert.equal(model.unassigned.length, 3);
    assert.deepEqual(kinds(model), ['no-role']);
    assert.match(model.oddities[0]!.text, /9×30.*2 more/);
  });

  it('are left over where two names give one role', () => {
    const model = build(truth, [
      ...llamaLike(layer),
      zeros('transformer.model.layers.0.mlp.up_proj.weight', 9, 110),
    ]);
    assert.equal(model.unassigned.length, 1);
    assert.deepEqual(kinds(model), ['no-role']);
  });

  it('are left over where a stack claims more experts than any model has', () => {
    const model = build({}, [zeros('blk.0.ffn_up_exps.weight', 5000, 1, 1)]);
    assert.deepEqual([model.tensors.length, model.unassigned.length], [0, 1]);
  });

  it('are left over where interleaved heads cannot be counted', () => {
    const model = build({}, [zeros('gpt_neox.layers.0.attention.query_key_value.weight', 24, 8)]);
    assert.equal(model.unassigned.length, 1);
    assert.match(model.oddities[0]!.text, /no configuration says/);
  });

  it('leave a model of unknown names with its tensors and no roles', () => {
    const model = build({ model_type: 'mamba' }, [
      zeros('backbone.layers.0.mixer.A_log', 4, 4),
      zeros('__proto__', 2),
    ]);
    assert.equal(model.architecture.family, 'unknown');
    assert.equal(model.unassigned.length, 2);
    assert.deepEqual(model.oddities, []);
  });
});
