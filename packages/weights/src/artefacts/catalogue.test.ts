import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CATALOGUE,
  CATALOGUE_FAMILIES,
  familiesOf,
  familiesWithValue,
  modelsSharing,
  modelsWithMerges,
  surprisal,
} from './catalogue.ts';

describe('the catalogue of public models', () => {
  it('has the models of the source', () => {
    assert.deepEqual([CATALOGUE.length, CATALOGUE_FAMILIES], [152, 39]);
    const gpt2 = CATALOGUE.find(({ model }) => model === 'gpt2');
    assert.deepEqual([gpt2?.choices.hiddenSize, gpt2?.choices.layers, gpt2?.merges], ['768', '12', 50000]);
  });

  it('counts a value once a family', () => {
    const qwen = CATALOGUE.filter(
      ({ family, choices }) => family === 'qwen--qwen' && choices.activation === 'silu',
    );
    assert.ok(qwen.length > 10);
    const { families, known } = familiesWithValue('activation', 'silu');
    assert.ok(families > known / 2 && known <= CATALOGUE_FAMILIES);
    assert.equal(familiesWithValue('hiddenSize', '129').families, 0);
  });

  it('weighs what all do next to nothing, and what none does no more than the catalogue can say', () => {
    assert.ok(surprisal({ families: 39, known: 39 }) < 0.02);
    assert.equal(surprisal({ families: 0, known: 39 }), Math.log2(80));
    assert.ok(surprisal({ families: 3, known: 39 }) > surprisal({ families: 4, known: 39 }));
  });

  it('finds who shares a combination, and takes the unknown for shared', () => {
    const mistral = CATALOGUE.find(({ model }) => model.startsWith('Mistral-7B'))!;
    const sharing = modelsSharing(mistral.choices);
    assert.ok(sharing.includes(mistral));
    assert.ok(sharing.length < 10);
    assert.equal(modelsSharing({}).length, CATALOGUE.length);
    assert.deepEqual(modelsSharing({ hiddenSize: '129' }), []);
  });

  it('knows the tokenizer that GPT-2 gave to others', () => {
    const users = modelsWithMerges(
      50000,
      CATALOGUE.find(({ model }) => model === 'gpt2')!.firstMergesDigest!,
    );
    assert.ok(familiesOf(users).length >= 3);
  });
});
