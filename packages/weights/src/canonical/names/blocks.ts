import { fusedGateUp, fusedQkv, type NameTable, rule } from './rule.ts';

const conv1d = { transposed: 'conv1d' } as const;

/** GPT-2 and the models that kept its names: GPT-BigCode, GPT-J, GPT-Neo, EXAONE and the
 *  first Qwen. */
export const GPT2_NAMES: NameTable = {
  wte: 'embedding',
  wpe: 'position-embedding',
  ln_f: 'final-norm',
  'h.#.ln_1': 'attention-norm',
  'h.#.ln_2': 'mlp-norm',
  'h.#.attn.c_attn': fusedQkv(conv1d),
  'h.#.attn.c_proj': rule('attention-o', conv1d),
  'h.#.mlp.c_fc': rule('mlp-up', conv1d),
  'h.#.mlp.c_proj': rule('mlp-down', conv1d),
  'h.#.attn.q_proj': 'attention-q',
  'h.#.attn.k_proj': 'attention-k',
  'h.#.attn.v_proj': 'attention-v',
  'h.#.attn.out_proj': 'attention-o',
  'h.#.mlp.fc_in': 'mlp-up',
  'h.#.mlp.fc_out': 'mlp-down',
  'h.#.attn.attention.q_proj': 'attention-q',
  'h.#.attn.attention.k_proj': 'attention-k',
  'h.#.attn.attention.v_proj': 'attention-v',
  'h.#.attn.attention.out_proj': 'attention-o',
  'h.#.mlp.c_fc_0': 'mlp-gate',
  'h.#.mlp.c_fc_1': 'mlp-up',
  'h.#.mlp.w1': 'mlp-up',
  'h.#.mlp.w2': 'mlp-gate',
};

/** GPT-NeoX and Pythia: query, key and value of a head lie together. */
export const NEOX_NAMES: NameTable = {
  embed_in: 'embedding',
  embed_out: 'head',
  'layers.#.attention.query_key_value': fusedQkv({ interleave: 'heads' }),
  'layers.#.attention.dense': 'attention-o',
  'layers.#.mlp.dense_h_to_4h': 'mlp-up',
  'layers.#.mlp.dense_4h_to_h': 'mlp-down',
};

/** Falcon and BLOOM. Falcon's query heads of one key/value head lie before that head's key and value. */
export const FALCON_NAMES: NameTable = {
  word_embeddings: 'embedding',
  word_embeddings_layernorm: 'embedding-norm',
  'h.#.input_layernorm': 'attention-norm',
  'h.#.ln_attn': 'attention-norm',
  'h.#.post_attention_layernorm': 'mlp-norm',
  'h.#.ln_mlp': 'mlp-norm',
  'h.#.self_attention.query_key_value': fusedQkv({ interleave: 'heads' }),
  'h.#.self_attention.dense': 'attention-o',
  'h.#.mlp.dense_h_to_4h': 'mlp-up',
  'h.#.mlp.dense_4h_to_h': 'mlp-down',
};

export const MPT_NAMES: NameTable = {
  norm_f: 'final-norm',
  'blocks.#.norm_1': 'attention-norm',
  'blocks.#.norm_2': 'mlp-norm',
  'blocks.#.attn.Wqkv': fusedQkv(),
  'blocks.#.attn.out_proj': 'attention-o',
  'blocks.#.ffn.up_proj': 'mlp-up',
  'blocks.#.ffn.down_proj': 'mlp-down',
};

/** ChatGLM 2 and later under their own code. */
export const CHATGLM_NAMES: NameTable = {
  'embedding.word_embeddings': 'embedding',
  'encoder.final_layernorm': 'final-norm',
  output_layer: 'head',
  'encoder.layers.#.input_layernorm': 'attention-norm',
  'encoder.layers.#.post_attention_layernorm': 'mlp-norm',
  'encoder.layers.#.self_attention.query_key_value': fusedQkv(),
  'encoder.layers.#.self_attention.dense': 'attention-o',
  'encoder.layers.#.mlp.dense_h_to_4h': fusedGateUp(),
  'encoder.layers.#.mlp.dense_4h_to_h': 'mlp-down',
};

/** OLMo under its authors' own code: the MLP's first half is multiplied by the second half's SiLU. */
export const OLMO_NAMES: NameTable = {
  ff_out: 'head',
  'blocks.#.att_proj': fusedQkv(),
  'blocks.#.attn_out': 'attention-o',
  'blocks.#.ff_proj': { roles: ['mlp-up', 'mlp-gate'] },
  'blocks.#.ff_out': 'mlp-down',
  'blocks.#.q_norm': 'attention-q-norm',
  'blocks.#.k_norm': 'attention-k-norm',
  'blocks.#.attn_norm': 'attention-norm',
  'blocks.#.ff_norm': 'mlp-norm',
};

/** Meta's and Mistral's own checkpoints (queries and keys as rotary pairs), and InternLM2 (fused `wqkv`). */
export const META_NAMES: NameTable = {
  tok_embeddings: 'embedding',
  output: 'head',
  'layers.#.attention_norm': 'attention-norm',
  'layers.#.ffn_norm': 'mlp-norm',
  'layers.#.attention.wq': rule('attention-q', { rotaryPairs: true }),
  'layers.#.attention.wk': rule('attention-k', { rotaryPairs: true }),
  'layers.#.attention.wv': 'attention-v',
  'layers.#.attention.wo': 'attention-o',
  'layers.#.attention.wqkv': fusedQkv({ interleave: 'heads' }),
  'layers.#.feed_forward.w1': 'mlp-gate',
  'layers.#.feed_forward.w2': 'mlp-down',
  'layers.#.feed_forward.w3': 'mlp-up',
};

export const BERT_NAMES: NameTable = {
  'embeddings.word_embeddings': 'embedding',
  'embeddings.position_embeddings': 'position-embedding',
  'embeddings.LayerNorm': 'embedding-norm',
  'encoder.layer.#.attention.self.query': 'attention-q',
  'encoder.layer.#.attention.self.key': 'attention-k',
  'encoder.layer.#.attention.self.value': 'attention-v',
  'encoder.layer.#.attention.output.dense': 'attention-o',
  'encoder.layer.#.attention.output.LayerNorm': 'attention-output-norm',
  'encoder.layer.#.intermediate.dense': 'mlp-up',
  'encoder.layer.#.output.dense': 'mlp-down',
  'encoder.layer.#.output.LayerNorm': 'mlp-output-norm',
};
