import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Matrix, transpose } from '../matrix.ts';
import {
  asRotaryPairs,
  assertReads,
  config,
  ends,
  interleaveHeads,
  type Layer,
  layerOf,
  llamaLike,
  open,
  type Rendering,
  shapes,
  stored,
} from '../test-support/layer.ts';
import type { StoredInput } from './memory-store.ts';

const RENDERINGS: Readonly<Record<string, (layer: Layer) => Rendering>> = {
  'Llama, plain': (layer) => ({ configuration: config(layer, 'llama'), stored: llamaLike(layer) }),
  'Phi-3, fused': (layer) => {
    const { tensors: t } = layer;
    const at = 'model.layers.0.';
    return {
      configuration: config(layer, 'phi3'),
      stored: [
        ...ends(
          layer,
          'model.embed_tokens.weight',
          `${at}input_layernorm.weight`,
          `${at}post_attention_layernorm.weight`,
        ),
        stored(`${at}self_attn.qkv_proj.weight`, t['attention-q']!, t['attention-k']!, t['attention-v']!),
        stored(`${at}self_attn.o_proj.weight`, t['attention-o']!),
        stored(`${at}mlp.gate_up_proj.weight`, t['mlp-gate']!, t['mlp-up']!),
        stored(`${at}mlp.down_proj.weight`, t['mlp-down']!),
      ],
    };
  },
  'InternLM2, grouped heads': (layer) => {
    const { tensors: t } = layer;
    const at = 'model.layers.0.';
    return {
      configuration: config(layer, 'internlm2'),
      stored: [
        ...ends(layer, 'model.tok_embeddings.weight', `${at}attention_norm.weight`, `${at}ffn_norm.weight`),
        stored(`${at}attention.wqkv.weight`, ...interleaveHeads(layer)),
        stored(`${at}attention.wo.weight`, t['attention-o']!),
        stored(`${at}feed_forward.w1.weight`, t['mlp-gate']!),
        stored(`${at}feed_forward.w2.weight`, t['mlp-down']!),
        stored(`${at}feed_forward.w3.weight`, t['mlp-up']!),
      ],
    };
  },
  'Meta, rotary pairs': (layer) => {
    const { tensors: t, headSize } = layer;
    const at = 'layers.0.';
    return {
      configuration: config(layer, 'llama'),
      stored: [
        ...ends(layer, 'tok_embeddings.weight', `${at}attention_norm.weight`, `${at}ffn_norm.weight`),
        stored(`${at}attention.wq.weight`, asRotaryPairs(t['attention-q']!, headSize)),
        stored(`${at}attention.wk.weight`, asRotaryPairs(t['attention-k']!, headSize)),
        stored(`${at}attention.wv.weight`, t['attention-v']!),
        stored(`${at}attention.wo.weight`, t['attention-o']!),
        stored(`${at}feed_forward.w1.weight`, t['mlp-gate']!),
        stored(`${at}feed_forward.w2.weight`, t['mlp-down']!),
        stored(`${at}feed_forward.w3.weight`, t['mlp-up']!),
      ],
    };
  },
  'GGUF of a Llama, rotary pairs': (layer) => {
    const { tensors: t, headSize } = layer;
    return {
      configuration: config(layer, 'llama'),
      format: 'gguf',
      rotaryPairs: true,
      stored: [
        ...ends(layer, 'token_embd.weight', 'blk.0.attn_norm.weight', 'blk.0.ffn_norm.weight'),
        stored('blk.0.attn_q.weight', asRotaryPairs(t['attention-q']!, headSize)),
        stored('blk.0.attn_k.weight', asRotaryPairs(t['attention-k']!, headSize)),
        stored('blk.0.attn_v.weight', t['attention-v']!),
        stored('blk.0.attn_output.weight', t['attention-o']!),
        stored('blk.0.ffn_gate.weight', t['mlp-gate']!),
        stored('blk.0.ffn_up.weight', t['mlp-up']!),
        stored('blk.0.ffn_down.weight', t['mlp-down']!),
      ],
    };
  },
  'Gemma, gains without their 1': (layer) => ({
    configuration: config(layer, 'gemma'),
    stored: llamaLike(layer).map((entry) =>
      entry.name.includes('layernorm') ? { ...entry, data: entry.data.map((gain) => gain - 1) } : entry,
    ),
  }),
  'GPT-2 names, Conv1D': (layer) => {
    const { tensors: t } = layer;
    const flipped = (name: string, ...parts: Matrix[]): StoredInput => {
      const { data, shape } = stored(name, ...parts);
      const turned = transpose({ rows: shape[0]!, columns: shape[1]!, data });
      return { name, shape: [turned.rows, turned.columns], data: turned.data };
    };
    return {
      configuration: { ...config(layer, 'gpt2') },
      stored: [
        ...ends(
          layer,
          'transformer.wte.weight',
          'transformer.h.0.ln_1.weight',
          'transformer.h.0.ln_2.weight',
        ),
        flipped(
          'transformer.h.0.attn.c_attn.weight',
          t['attention-q']!,
          t['attention-k']!,
          t['attention-v']!,
        ),
        flipped('transformer.h.0.attn.c_proj.weight', t['attention-o']!),
        flipped('transformer.h.0.mlp.c_fc.weight', t['mlp-up']!),
        flipped('transformer.h.0.mlp.c_proj.weight', t['mlp-down']!),
      ],
    };
  },
};

describe('one layer, however it is stored', () => {
  for (const [name, render] of Object.entries(RENDERINGS))
    it(`reads back the same from ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(shapes, async (shape) => {
          const layer = layerOf(shape);
          const model = open(render(layer));
          assert.deepEqual(model.unassigned, []);
          for (const tensor of model.tensors)
            await assertReads(model, tensor.role, layer.tensors[tensor.role]!);
        }),
        { numRuns: 25 },
      );
    });

  it('reads back the same from GPT-NeoX, where each head has its own key and value', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const layer = layerOf({ ...shape, groupSize: 1 });
        const at = 'gpt_neox.layers.0.';
        const model = open({
          configuration: config(layer, 'gpt_neox'),
          stored: [
            ...ends(
              layer,
              'gpt_neox.embed_in.weight',
              `${at}input_layernorm.weight`,
              `${at}post_attention_layernorm.weight`,
            ),
            stored(`${at}attention.query_key_value.weight`, ...interleaveHeads(layer)),
            stored(`${at}attention.dense.weight`, layer.tensors['attention-o']!),
          ],
        });
        for (const role of ['attention-q', 'attention-k', 'attention-v'] as const)
          await assertReads(model, role, layer.tensors[role]!);
      }),
      { numRuns: 25 },
    );
  });
});
