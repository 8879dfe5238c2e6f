import type { JsonObject } from '@filiation/evidence';

/** Names and shapes of one layer and what stands around it: 8 wide, 2 heads of 4, MLP 12, 16 tokens. */
type Listing = Readonly<Record<string, readonly number[]>>;

export interface FamilyListing {
  readonly family: string;
  readonly configuration?: JsonObject;
  readonly gguf?: string;
  readonly tensors: Listing;
  /** `role[expert]` with `:bias`, sorted; layer 0 is meant. */
  readonly roles: string;
  readonly unassigned?: string;
}

const llamaAttention: Listing = {
  'model.layers.0.self_attn.q_proj.weight': [8, 8],
  'model.layers.0.self_attn.k_proj.weight': [4, 8],
  'model.layers.0.self_attn.v_proj.weight': [4, 8],
  'model.layers.0.self_attn.o_proj.weight': [8, 8],
  'model.layers.0.input_layernorm.weight': [8],
  'model.layers.0.post_attention_layernorm.weight': [8],
};
const llamaMlp: Listing = {
  'model.layers.0.mlp.gate_proj.weight': [12, 8],
  'model.layers.0.mlp.up_proj.weight': [12, 8],
  'model.layers.0.mlp.down_proj.weight': [8, 12],
};
const llamaEnds: Listing = {
  'model.embed_tokens.weight': [16, 8],
  'model.norm.weight': [8],
  'lm_head.weight': [16, 8],
};
const heads = { num_attention_heads: 2, num_key_value_heads: 1, hidden_size: 8 };
const ENDS = 'embedding final-norm head';
const ATTENTION = 'attention-k attention-norm attention-o attention-q attention-v';
const MLP = 'mlp-down mlp-gate mlp-norm mlp-up';
const prefixed = (prefix: string, listing: Listing): Listing =>
  Object.fromEntries(Object.entries(listing).map(([name, shape]) => [`${prefix}${name}`, shape]));

export const FAMILY_LISTINGS: readonly FamilyListing[] = [
  {
    family: 'llama',
    configuration: { model_type: 'llama', ...heads },
    tensors: { ...llamaEnds, ...llamaAttention, ...llamaMlp },
    roles: `${ATTENTION} ${ENDS} ${MLP}`,
  },
  {
    family: 'mistral',
    configuration: { model_type: 'mistral3', text_config: { model_type: 'mistral', ...heads } },
    tensors: {
      ...prefixed('language_model.', { ...llamaEnds, ...llamaAttention, ...llamaMlp }),
      'vision_tower.transformer.layers.0.attention.q_proj.weight': [6, 6],
    },
    roles: `${ATTENTION} ${ENDS} ${MLP}`,
    unassigned: 'vision_tower.transformer.layers.0.attention.q_proj.weight',
  },
  {
    family: 'qwen2',
    configuration: { model_type: 'qwen2', ...heads },
    tensors: {
      ...llamaEnds,
      ...llamaAttention,
      ...llamaMlp,
      'model.layers.0.self_attn.q_proj.bias': [8],
      'model.layers.0.self_attn.k_proj.bias': [4],
      'model.layers.0.self_attn.v_proj.bias': [4],
    },
    roles: `attention-k attention-k:bias attention-norm attention-o attention-q attention-q:bias attention-v attention-v:bias ${ENDS} ${MLP}`,
  },
  {
    family: 'qwen3',
    configuration: { model_type: 'qwen3', ...heads, head_dim: 4 },
    tensors: {
      ...llamaEnds,
      ...llamaAttention,
      ...llamaMlp,
      'model.layers.0.self_attn.q_norm.weight': [4],
      'model.layers.0.self_attn.k_norm.weight': [4],
    },
    roles: `attention-k attention-k-norm attention-norm attention-o attention-q attention-q-norm attention-v ${ENDS} ${MLP}`,
  },
  {
    family: 'gemma',
    configuration: { model_type: 'gemma', ...heads },
    tensors: {
      ...llamaAttention,
      ...llamaMlp,
      'model.embed_tokens.weight': [16, 8],
      'model.norm.weight': [8],
    },
    roles: `${ATTENTION} embedding final-norm ${MLP}`,
  },
  {
    family: 'gemma3',
    configuration: { model_type: 'gemma3', text_config: { model_type: 'gemma3_text', ...heads } },
    tensors: prefixed('language_model.', {
      ...llamaEnds,
      ...llamaAttention,
      ...llamaMlp,
      'model.layers.0.pre_feedforward_layernorm.weight': [8],
      'model.layers.0.post_feedforward_layernorm.weight': [8],
      'model.layers.0.self_attn.q_norm.weight': [4],
      'model.layers.0.self_attn.k_norm.weight': [4],
    }),
    roles: `attention-k attention-k-norm attention-norm attention-o attention-output-norm attention-q attention-q-norm attention-v ${ENDS} mlp-down mlp-gate mlp-norm mlp-output-norm mlp-up`,
  },
  {
    family: 'phi3',
    configuration: { model_type: 'phi3', ...heads },
    tensors: {
      ...llamaEnds,
      'model.layers.0.self_attn.qkv_proj.weight': [16, 8],
      'model.layers.0.self_attn.o_proj.weight': [8, 8],
      'model.layers.0.mlp.gate_up_proj.weight': [24, 8],
      'model.layers.0.mlp.down_proj.weight': [8, 12],
      'model.layers.0.input_layernorm.weight': [8],
      'model.layers.0.post_attention_layernorm.weight': [8],
    },
    roles: `${ATTENTION} ${ENDS} ${MLP}`,
  },
  {
    family: 'gpt2',
    configuration: { model_type: 'gpt2', n_head: 2, n_embd: 8 },
    tensors: {
      'wte.weight': [16, 8],
      'wpe.weight': [10, 8],
      'ln_f.weight': [8],
      'ln_f.bias': [8],
      'h.0.ln_1.weight': [8],
      'h.0.ln_1.bias': [8],
      'h.0.ln_2.weight': [8],
      'h.0.attn.bias': [1, 1, 10, 10],
      'h.0.attn.c_attn.weight': [8, 24],
      'h.0.attn.c_attn.bias': [24],
      'h.0.attn.c_proj.weight': [8, 8],
      'h.0.attn.c_proj.bias': [8],
      'h.0.mlp.c_fc.weight': [8, 32],
      'h.0.mlp.c_fc.bias': [32],
      'h.0.mlp.c_proj.weight': [32, 8],
    },
    roles:
      'attention-k attention-k:bias attention-norm attention-norm:bias attention-o attention-o:bias attention-q attention-q:bias attention-v attention-v:bias embedding final-norm final-norm:bias mlp-down mlp-norm mlp-up mlp-up:bias position-embedding',
    unassigned: 'h.0.attn.bias',
  },
  {
    family: 'gpt-neox',
    configuration: { model_type: 'gpt_neox', num_attention_heads: 2, hidden_size: 8, rotary_pct: 0.25 },
    tensors: prefixed('gpt_neox.', {
      'embed_in.weight': [16, 8],
      'final_layer_norm.weight': [8],
      'final_layer_norm.bias': [8],
      'layers.0.input_layernorm.weight': [8],
      'layers.0.post_attention_layernorm.weight': [8],
      'layers.0.attention.query_key_value.weight': [24, 8],
      'layers.0.attention.query_key_value.bias': [24],
      'layers.0.attention.dense.weight': [8, 8],
      'layers.0.attention.rotary_emb.inv_freq': [2],
      'layers.0.mlp.dense_h_to_4h.weight': [32, 8],
      'layers.0.mlp.dense_4h_to_h.weight': [8, 32],
    }),
    roles:
      'attention-k attention-k:bias attention-norm attention-o attention-q attention-q:bias attention-v attention-v:bias embedding final-norm final-norm:bias mlp-down mlp-norm mlp-up',
    unassigned: 'gpt_neox.layers.0.attention.rotary_emb.inv_freq',
  },
  {
    family: 'olmo',
    configuration: { model_type: 'olmo', ...heads },
    tensors: {
      'model.embed_tokens.weight': [16, 8],
      ...llamaMlp,
      'model.layers.0.self_attn.q_proj.weight': [8, 8],
      'model.layers.0.self_attn.o_proj.weight': [8, 8],
    },
    roles: 'attention-o attention-q embedding mlp-down mlp-gate mlp-up',
  },
  {
    family: 'olmo2',
    configuration: { model_type: 'olmo2', ...heads, num_key_value_heads: 2 },
    tensors: {
      ...llamaEnds,
      ...llamaMlp,
      'model.layers.0.self_attn.q_proj.weight': [8, 8],
      'model.layers.0.self_attn.q_norm.weight': [8],
      'model.layers.0.post_attention_layernorm.weight': [8],
      'model.layers.0.post_feedforward_layernorm.weight': [8],
    },
    roles: `attention-output-norm attention-q attention-q-norm ${ENDS} mlp-down mlp-gate mlp-output-norm mlp-up`,
  },
  {
    family: 'mixtral',
    configuration: { model_type: 'mixtral', ...heads, num_local_experts: 2 },
    tensors: {
      ...llamaEnds,
      ...llamaAttention,
      'model.layers.0.block_sparse_moe.gate.weight': [2, 8],
      'model.layers.0.block_sparse_moe.experts.0.w1.weight': [12, 8],
      'model.layers.0.block_sparse_moe.experts.0.w2.weight': [8, 12],
      'model.layers.0.block_sparse_moe.experts.0.w3.weight': [12, 8],
      'model.layers.0.block_sparse_moe.experts.1.w1.weight': [12, 8],
    },
    roles: `${ATTENTION} ${ENDS} mlp-down[0] mlp-gate[0] mlp-gate[1] mlp-norm mlp-up[0] router`,
  },
  {
    family: 'qwen2-moe',
    configuration: { model_type: 'qwen2_moe', ...heads },
    tensors: {
      ...llamaEnds,
      ...llamaAttention,
      'model.layers.0.mlp.gate.weight': [2, 8],
      'model.layers.0.mlp.experts.0.gate_proj.weight': [12, 8],
      'model.layers.0.mlp.experts.1.down_proj.weight': [8, 12],
      'model.layers.0.mlp.shared_expert.up_proj.weight': [20, 8],
      'model.layers.0.mlp.shared_expert_gate.weight': [1, 8],
    },
    roles: `${ATTENTION} ${ENDS} mlp-down[1] mlp-gate[0] mlp-norm router shared-expert-up`,
    unassigned: 'model.layers.0.mlp.shared_expert_gate.weight',
  },
  {
    family: 'deepseek-v3',
    configuration: {
      model_type: 'deepseek_v3',
      hidden_size: 8,
      num_attention_heads: 2,
      num_key_value_heads: 2,
      qk_nope_head_dim: 4,
      qk_rope_head_dim: 2,
    },
    tensors: {
      ...llamaEnds,
      'model.layers.0.self_attn.q_a_proj.weight': [5, 8],
      'model.layers.0.self_attn.q_a_layernorm.weight': [5],
      'model.layers.0.self_attn.q_b_proj.weight': [12, 5],
      'model.layers.0.self_attn.kv_a_proj_with_mqa.weight': [5, 8],
      'model.layers.0.self_attn.kv_a_layernorm.weight': [3],
      'model.layers.0.self_attn.kv_b_proj.weight': [16, 3],
      'model.layers.0.self_attn.o_proj.weight': [8, 8],
      'model.layers.0.mlp.gate.weight': [2, 8],
      'model.layers.0.mlp.gate.e_score_correction_bias': [2],
      'model.layers.0.mlp.experts.0.up_proj.weight': [12, 8],
      'model.layers.0.mlp.shared_experts.gate_proj.weight': [12, 8],
    },
    roles: `attention-kv-a attention-kv-a-norm attention-kv-b attention-o attention-q-a attention-q-a-norm attention-q-b ${ENDS} mlp-up[0] router router:bias shared-expert-gate`,
  },
  {
    family: 'llama',
    configuration: { model_type: 'llama4', text_config: { model_type: 'llama4_text', ...heads } },
    tensors: prefixed('language_model.', {
      ...llamaEnds,
      ...llamaAttention,
      'model.layers.0.feed_forward.router.weight': [2, 8],
      'model.layers.0.feed_forward.experts.gate_up_proj': [2, 8, 24],
      'model.layers.0.feed_forward.experts.down_proj': [2, 12, 8],
      'model.layers.0.feed_forward.shared_expert.up_proj.weight': [12, 8],
    }),
    roles: `${ATTENTION} ${ENDS} mlp-down[0] mlp-down[1] mlp-gate[0] mlp-gate[1] mlp-norm mlp-up[0] mlp-up[1] router shared-expert-up`,
  },
  {
    family: 'falcon',
    configuration: { model_type: 'falcon', num_attention_heads: 2, num_kv_heads: 1, hidden_size: 8 },
    tensors: prefixed('transformer.', {
      'word_embeddings.weight': [16, 8],
      'ln_f.weight': [8],
      'h.0.input_layernorm.weight': [8],
      'h.0.self_attention.query_key_value.weight': [16, 8],
      'h.0.self_attention.dense.weight': [8, 8],
      'h.0.mlp.dense_h_to_4h.weight': [32, 8],
    }),
    roles: 'attention-k attention-norm attention-o attention-q attention-v embedding final-norm mlp-up',
  },
  {
    family: 'mixtral',
    gguf: 'mixtral',
    configuration: { model_type: 'mixtral', ...heads },
    tensors: {
      'token_embd.weight': [16, 8],
      'output.weight': [16, 8],
      'output_norm.weight': [8],
      'rope_freqs.weight': [2],
      'blk.0.attn_norm.weight': [8],
      'blk.0.attn_q.weight': [8, 8],
      'blk.0.attn_k.weight': [4, 8],
      'blk.0.attn_v.weight': [4, 8],
      'blk.0.attn_output.weight': [8, 8],
      'blk.0.ffn_norm.weight': [8],
      'blk.0.ffn_gate_inp.weight': [2, 8],
      'blk.0.ffn_gate_exps.weight': [2, 12, 8],
      'blk.0.ffn_up_exps.weight': [2, 12, 8],
      'blk.0.ffn_down_exps.weight': [2, 8, 12],
    },
    roles: `${ATTENTION} ${ENDS} mlp-down[0] mlp-down[1] mlp-gate[0] mlp-gate[1] mlp-norm mlp-up[0] mlp-up[1] router`,
    unassigned: 'rope_freqs.weight',
  },
  {
    family: 'phi3',
    gguf: 'phi3',
    configuration: { model_type: 'phi3', ...heads },
    tensors: {
      'token_embd.weight': [16, 8],
      'blk.0.attn_norm.weight': [8],
      'blk.0.attn_qkv.weight': [16, 8],
      'blk.0.attn_output.weight': [8, 8],
      'blk.0.ffn_norm.weight': [8],
      'blk.0.ffn_up.weight': [24, 8],
      'blk.0.ffn_down.weight': [8, 12],
    },
    roles: `${ATTENTION} embedding ${MLP}`,
  },
];
