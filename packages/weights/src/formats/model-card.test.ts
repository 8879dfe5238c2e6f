import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCardClaims } from './model-card.ts';

const card = (...lines: string[]): string =>
  ['---', ...lines, '---', '# A model', 'base_model: not/this'].join('\n');

describe('claims of a model card', () => {
  it('name one base model and the relation', () => {
    assert.deepEqual(
      readCardClaims(card('license: mit', 'base_model: owner/base', 'base_model_relation: "finetune"')),
      { baseModels: ['owner/base'], relation: 'finetune' },
    );
  });

  it('name several base models, in either way of writing lists', () => {
    const expected = { baseModels: ['a/b', 'c/d'] };
    assert.deepEqual(readCardClaims(card('base_model:', '- a/b', "  - 'c/d'", 'tags:', '- merge')), expected);
    assert.deepEqual(readCardClaims(card('base_model: [a/b, "c/d"]')), expected);
  });

  it('are absent without front matter or base model', () => {
    assert.equal(readCardClaims('# A model\nbase_model: owner/base\n'), undefined);
    assert.equal(readCardClaims(card('license: mit')), undefined);
    assert.equal(readCardClaims('---\nbase_model: never/closed\n'), undefined);
  });

  it('are few and short', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `- owner/m${i}`);
    assert.equal(readCardClaims(card('base_model:', ...many))?.baseModels.length, 64);
    assert.equal(readCardClaims(card(`base_model: ${'x'.repeat(300)}`)), undefined);
  });
});
