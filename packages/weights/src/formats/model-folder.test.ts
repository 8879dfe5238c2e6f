import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FolderFacts, readModelFolder } from './model-folder.ts';
import { temporaryFolder } from './temporary-folder.test.support.ts';

async function folderOf(files: Readonly<Record<string, string>>): Promise<FolderFacts> {
  const folder = await temporaryFolder(files);
  try {
    return await readModelFolder(folder.path);
  } finally {
    await folder.remove();
  }
}

const TOKENIZER = '{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]}}';

describe('what stands beside the weights', () => {
  it('may be nothing', async () => {
    const facts = await folderOf({});
    assert.deepEqual(facts, {
      configuration: undefined,
      tokenizer: undefined,
      claims: undefined,
      oddities: [],
    });
  });

  it('is configuration with generation settings, tokenizer with template, and claims', async () => {
    const { configuration, tokenizer, claims, oddities } = await folderOf({
      'config.json': '{"model_type": "llama"}',
      'generation_config.json': '{"temperature": 0.6}',
      'tokenizer.json': TOKENIZER,
      'tokenizer_config.json':
        '{"chat_template": [{"name": "tool", "template": "T"}, {"name": "default", "template": "D"}]}',
      'README.md': '---\nbase_model: owner/base\n---\n',
    });
    assert.deepEqual(configuration, { model_type: 'llama', generation_config: { temperature: 0.6 } });
    assert.deepEqual([tokenizer?.kind, tokenizer?.chatTemplate], ['bpe', 'D']);
    assert.deepEqual(claims, { baseModels: ['owner/base'] });
    assert.deepEqual(oddities, []);
  });

  it('prefers the template file, and the older tokenizer pair where there is no newer file', async () => {
    const { tokenizer } = await folderOf({
      'vocab.json': '{"a": 0, "b": 1}',
      'merges.txt': '#version: 0.2\na b\n',
      'tokenizer_config.json':
        '{"chat_template": "old", "added_tokens_decoder": {"2": {"content": "<e>", "special": true}}}',
      'chat_template.jinja': 'new',
    });
    assert.deepEqual([tokenizer?.vocabulary, tokenizer?.merges], [['a', 'b', '<e>'], ['a b']]);
    assert.equal(tokenizer?.chatTemplate, 'new');
  });

  it('takes an adapter for a claim', async () => {
    const { claims } = await folderOf({ 'adapter_config.json': '{"base_model_name_or_path": "owner/base"}' });
    assert.deepEqual(claims, { baseModels: ['owner/base'], relation: 'adapter' });
  });

  it('is left out piece by piece where it is broken, and says so', async () => {
    const { configuration, tokenizer, oddities } = await folderOf({
      'config.json': '{"model_type": ',
      'generation_config.json': '[]',
      'tokenizer.json': '{"model": {}}',
      'tokenizer.model': 'IQ== 0\n',
      'vocab.txt': '[PAD]\n',
    });
    assert.equal(configuration, undefined);
    assert.equal(tokenizer?.kind, 'wordpiece');
    assert.deepEqual(
      oddities.map(({ kind, text }) => [kind, text.split(' ')[0]]),
      ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer.model'].map((name) => [
        'unreadable-file',
        name,
      ]),
    );
  });
});
