import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rotaryPairOrder } from '../canonical/rotary-order.ts';
import { ggufClaims, ggufConfiguration } from './gguf-configuration.ts';
import { ggufNormOffset, ggufPermutesQueryKey } from './gguf-layout.ts';
import { ggufTokenizer } from './gguf-tokenizer.ts';

describe('ggufConfiguration', () => {
  it('speaks of a Llama as config.json does', () => {
    const configuration = ggufConfiguration({
      'general.architecture': 'llama',
      'general.name': 'Some Model',
      'general.file_type': 7,
      'general.tags': ['text'],
      'llama.block_count': 32,
      'llama.embedding_length': 4096,
      'llama.feed_forward_length': 14_336,
      'llama.attention.head_count': 32,
      'llama.attention.head_count_kv': 8,
      'llama.rope.freq_base': 500_000,
      'llama.attention.layer_norm_rms_epsilon': 1e-5,
      'llama.expert_count': 0,
      'tokenizer.ggml.tokens': ['a', 'b'],
    });
    assert.deepEqual(configuration, {
      model_type: 'llama',
      num_hidden_layers: 32,
      hidden_size: 4096,
      intermediate_size: 14_336,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      rope_theta: 500_000,
      rms_norm_eps: 1e-5,
      vocab_size: 2,
      gguf: {
        'general.architecture': 'llama',
        'general.name': 'Some Model',
        'general.file_type': 7,
      },
    });
  });

  it('calls a Llama with experts Mixtral, and other types by their Hugging Face names', () => {
    const mixture = ggufConfiguration({ 'general.architecture': 'llama', 'llama.expert_count': 8 });
    assert.deepEqual([mixture.model_type, mixture.num_experts], ['mixtral', 8]);
    assert.equal(ggufConfiguration({ 'general.architecture': 'qwen2moe' }).model_type, 'qwen2_moe');
    assert.equal(ggufConfiguration({ 'general.architecture': 'constructor' }).model_type, 'constructor');
  });

  it('keeps values by layer where they differ', () => {
    const facts = (counts: readonly unknown[]) =>
      ggufConfiguration({ 'general.architecture': 'deci', 'deci.attention.head_count_kv': counts })
        .num_key_value_heads;
    assert.equal(facts([4, 4, 4]), 4);
    assert.deepEqual(facts([4, 0, 8]), [4, 0, 8]);
    assert.equal(facts(['4']), undefined);
    assert.equal(facts([]), undefined);
  });

  it('describes the heads of latent attention, not their cache', () => {
    const shared = {
      'general.architecture': 'deepseek2',
      'deepseek2.attention.head_count': 128,
      'deepseek2.attention.kv_lora_rank': 512,
      'deepseek2.rope.dimension_count': 64,
    };
    const newer = ggufConfiguration({
      ...shared,
      'deepseek2.attention.head_count_kv': 1,
      'deepseek2.attention.key_length': 576,
      'deepseek2.attention.key_length_mla': 192,
      'deepseek2.attention.value_length_mla': 128,
    });
    const older = ggufConfiguration({
      ...shared,
      'deepseek2.attention.head_count_kv': 128,
      'deepseek2.attention.key_length': 192,
      'deepseek2.attention.value_length': 128,
    });
    for (const name of [
      'head_dim',
      'num_key_value_heads',
      'qk_rope_head_dim',
      'qk_nope_head_dim',
      'v_head_dim',
    ])
      assert.equal(newer[name], older[name], name);
    assert.deepEqual([newer.head_dim, newer.qk_nope_head_dim], [192, 128]);
  });

  it('survives headers of any content', () => {
    const wild = { 'general.architecture': 5, 'general.name': 'x'.repeat(10_000), '5.block_count': 'NaN' };
    const { gguf, ...rest } = ggufConfiguration(wild);
    assert.deepEqual(rest, {});
    assert.equal(((gguf as Record<string, unknown>)['general.name'] as string).length, 2000);
    assert.deepEqual(ggufConfiguration({}), { gguf: {} });
  });
});

describe('ggufClaims', () => {
  it('repeats what a header says of its base models', () => {
    const claims = ggufClaims({
      'general.base_model.count': 2,
      'general.base_model.0.name': 'Base',
      'general.base_model.0.organization': 'Maker',
      'general.base_model.1.repo_url': 'https://example.org/b',
      'general.finetune': 'Instruct',
    });
    assert.deepEqual(claims, { baseModels: ['Maker/Base', 'https://example.org/b'], relation: 'Instruct' });
    assert.equal(ggufClaims({ 'general.name': 'x' }), undefined);
  });
});

describe('ggufTokenizer', () => {
  it('gives vocabulary, merges, added tokens and template', () => {
    const tokenizer = ggufTokenizer({
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.tokens': ['a', 'b', 'ab', '<s>', '<user>', '[PAD5]', '<pad>'],
      'tokenizer.ggml.token_type': [1, 1, 1, 3, 4, 5, 1],
      'tokenizer.ggml.merges': ['a b'],
      'tokenizer.ggml.padding_token_id': 6,
      'tokenizer.chat_template': '{{ messages }}',
    })!;
    assert.equal(tokenizer.kind, 'bpe');
    assert.deepEqual(tokenizer.vocabulary, ['a', 'b', 'ab', '<s>', '<user>', undefined, '<pad>']);
    assert.deepEqual(tokenizer.merges, ['a b']);
    assert.deepEqual(tokenizer.added, [
      { id: 3, text: '<s>', special: true },
      { id: 4, text: '<user>', special: false },
      { id: 6, text: '<pad>', special: true },
    ]);
    assert.equal(tokenizer.chatTemplate, '{{ messages }}');
    assert.equal(tokenizer.vocabularyDigest.length, 16);
  });

  it('is absent where the header has no tokens', () => {
    assert.equal(ggufTokenizer({}), undefined);
    assert.equal(ggufTokenizer({ 'tokenizer.ggml.tokens': 'a' }), undefined);
    assert.equal(ggufTokenizer({ 'tokenizer.ggml.tokens': [1, 2] }), undefined);
  });

  it('knows no kind for models it has not heard of', () => {
    const kind = (model: unknown) =>
      ggufTokenizer({ 'tokenizer.ggml.model': model, 'tokenizer.ggml.tokens': ['a'] })!.kind;
    assert.deepEqual(['llama', 't5', 'bert', 'toString', 3].map(kind), [
      'bpe',
      'unigram',
      'wordpiece',
      'unknown',
      'unknown',
    ]);
  });
});

describe('layout of GGUF tensors', () => {
  it('is told by architecture', () => {
    for (const name of ['llama', 'granite', 'internlm2', 'olmo', 'minicpm'])
      assert.equal(ggufPermutesQueryKey(name), true, name);
    for (const name of ['qwen2', 'qwen3', 'phi3', 'gemma2', 'olmo2', 'llama4', 'gptneox', 'constructor'])
      assert.equal(ggufPermutesQueryKey(name), false, name);
    assert.deepEqual(
      ['gemma', 'gemma3', 'nemotron', 'llama', 'gemma3n'].map(ggufNormOffset),
      [1, 1, 1, 0, 0],
    );
  });

  it('puts the rows that rotate together side by side, as the converter does', () => {
    // The converter's own words: (heads, 2, size / 2) with the last two axes exchanged.
    const [heads, size] = [3, 8];
    const stored = new Int32Array(heads * size);
    for (let head = 0; head < heads; head++)
      for (let part = 0; part < 2; part++)
        for (let j = 0; j < size / 2; j++)
          stored[head * size + 2 * j + part] = head * size + part * (size / 2) + j;
    const order = rotaryPairOrder(heads * size, size);
    assert.deepEqual(
      order.map((row) => stored[row]!),
      Int32Array.from({ length: heads * size }, (_, row) => row),
    );
    assert.notDeepEqual(order, stored);
  });
});
