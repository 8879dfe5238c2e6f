import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/verify';
import fc from 'fast-check';
import { readModelCard, statedAncestors } from './model-card.ts';

const read = (card: string) => readModelCard(card, 'README.md');
const card = (...lines: string[]): string => ['---', ...lines, '---', '', '# A model'].join('\n');

describe('a model card', () => {
  it('states one base model or several, quoted or not, in either form of list', async () => {
    const facts = await read(
      card('license: mit', 'base_model: owner/base', 'base_model_relation: "finetune"'),
    );
    assert.deepEqual(facts, {
      baseModels: ['owner/base'],
      relation: 'finetune',
      licenses: ['mit'],
      datasets: [],
    });
    for (const lines of [
      ['base_model:', '- a/b', "- 'c/d'", 'tags:', '- merge'],
      ['base_model: [a/b, "c/d"]'],
    ])
      assert.deepEqual((await read(card(...lines)))?.baseModels, ['a/b', 'c/d']);
  });

  it('states licence, data and task', async () => {
    const lines = [
      'license: other',
      'license_name: house-licence',
      'datasets: [x/y]',
      'pipeline_tag: text-generation',
    ];
    assert.deepEqual(await read(card(...lines)), {
      baseModels: [],
      licenses: ['house-licence'],
      datasets: ['x/y'],
      task: 'text-generation',
    });
  });

  it('without front matter, or with one that never ends, states nothing', async () => {
    for (const text of [
      '# A model\nbase_model: owner/base\n',
      '---\nbase_model: never/closed\n',
      '',
      '----\n',
    ])
      assert.equal(await read(text), undefined);
    assert.deepEqual((await read('\uFEFF---\r\nbase_model: a/b\r\n---\r\n'))?.baseModels, ['a/b']);
    assert.deepEqual((await read('---\n---\n'))?.baseModels, []);
  });

  it('is refused where it is no YAML, names a key twice, expands without end or is too long', async () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, i) => {
        const previous = 'abcdefgh'[i]!;
        return `${name}: &${name} [${Array(9).fill(`*${previous}`).join(',')}]`;
      }),
    ];
    for (const lines of [['a: [', 'b: {'], ['a: 1', 'a: 2'], bomb, ['- a list']])
      await assert.rejects(read(card(...lines)), { code: 'MALFORMED' });
    await assert.rejects(read(`---\nx: ${'y'.repeat(300_000)}\n---\n`), { code: 'LIMIT_EXCEEDED' });
  });

  it('bounds lists and names, and passes over what is no text', async () => {
    const many = Array.from({ length: 100 }, (_, i) => `- owner/base-${i}`);
    assert.equal((await read(card('base_model:', ...many)))?.baseModels.length, 64);
    assert.deepEqual((await read(card(`base_model: ${'x'.repeat(600)}`)))?.baseModels, []);
    assert.deepEqual((await read(card('base_model: {a: b}', '__proto__: {relation: x}')))?.baseModels, []);
  });

  it('ends in our errors or in facts, whatever it holds', () =>
    fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        const facts = await read(card(text)).catch((error: unknown) => error);
        assert.ok(
          facts === undefined || facts instanceof FiliationError || 'baseModels' in (facts as object),
        );
      }),
    ));
});

describe('the ancestors that a model folder states', () => {
  it('come from card, adapter and configuration, each once', async () => {
    const files = {
      card: (await read(card('base_model: [a/base]', 'base_model_relation: quantized')))!,
      adapter: { base_model_name_or_path: 'a/other' },
      configuration: { _name_or_path: 'a/base' },
    };
    assert.deepEqual(statedAncestors(files), [
      { name: 'a/base', relation: 'quantized' },
      { name: 'a/other', relation: 'adapter' },
    ]);
    assert.deepEqual(statedAncestors({ configuration: { _name_or_path: 'a/base' } }), [
      { name: 'a/base', relation: 'unknown' },
    ]);
  });

  it('a path on somebody’s disk names no model', () => {
    for (const place of ['/home/somebody/model', './out', '../x', 'C:\\models\\x', 'checkpoint-1000', '', 7])
      assert.deepEqual(statedAncestors({ configuration: { _name_or_path: place } }), []);
  });
});
