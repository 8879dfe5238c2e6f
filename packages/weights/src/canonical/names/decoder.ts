import { fusedGateUp, fusedQkv, type NameTable, rule } from './rule.ts';

/**
 * Hugging Face decoders that follow Llama's names: Llama, Mistral, Mixtral, Qwen2/3 and their mixtures of
 * experts, Gemma 1–3, Phi-1 to Phi-4, OLMo, OLMo2, DeepSeek V2/V3, GLM-4, Baichuan, StarCoder2, Granite,
 * gpt-oss, Llama 4, OPT. Source: the `modeling_*.py` files of huggingface/transformers.
 */
export const DECODER_NAMES: NameTable = {
  embed_tokens: 'embedding',
  embed_positions: 'position-embedding',
  norm: 'final-norm',
  final_layernorm: 'final-norm',
  final_layer_norm: 'final-norm',
  lm_head: 'head',

  'layers.#.input_layernorm': 'attention-norm',
  'layers.#.self_attn_layer_norm': 'attention-norm',
  // Llama norms the MLP's input here; Gemma 2, OLMo2 and their kin the attention's output.
  'layers.#.post_attention_layernorm': rule('mlp-norm', {
    otherwise: { beside: 'layers.#.post_feedforward_layernorm', role: 'attention-output-norm' },
  }),
  'layers.#.post_self_attn_layernorm': 'attention-output-norm',
  'layers.#.pre_feedforward_layernorm': 'mlp-norm',
  'layers.#.final_layer_norm': 'mlp-norm',
  'layers.#.post_feedforward_layernorm': 'mlp-output-norm',
  'layers.#.post_mlp_layernorm': 'mlp-output-norm',

  'layers.#.self_attn.q_proj': 'attention-q',
  'layers.#.self_attn.k_proj': 'attention-k',
  'layers.#.self_attn.v_proj': 'attention-v',
  'layers.#.self_attn.o_proj': 'attention-o',
  'layers.#.self_attn.dense': 'attention-o',
  'layers.#.self_attn.out_proj': 'attention-o',
  'layers.#.self_attn.qkv_proj': fusedQkv(),
  'layers.#.self_attn.W_pack': fusedQkv(),
  'layers.#.self_attn.q_norm': 'attention-q-norm',
  'layers.#.self_attn.k_norm': 'attention-k-norm',
  'layers.#.self_attn.q_layernorm': 'attention-q-norm',
  'layers.#.self_attn.k_layernorm': 'attention-k-norm',
  'layers.#.self_attn.query_layernorm': 'attention-q-norm',
  'layers.#.self_attn.key_layernorm': 'attention-k-norm',
  'layers.#.self_attn.q_a_proj': 'attention-q-a',
  'layers.#.self_attn.q_a_layernorm': 'attention-q-a-norm',
  'layers.#.self_attn.q_b_proj': 'attention-q-b',
  'layers.#.self_attn.kv_a_proj_with_mqa': 'attention-kv-a',
  'layers.#.self_attn.kv_a_layernorm': 'attention-kv-a-norm',
  'layers.#.self_attn.kv_b_proj': 'attention-kv-b',

  'layers.#.mlp.gate_proj': 'mlp-gate',
  'layers.#.mlp.up_proj': 'mlp-up',
  'layers.#.mlp.down_proj': 'mlp-down',
  'layers.#.mlp.gate_up_proj': fusedGateUp(),
  'layers.#.mlp.fc1': 'mlp-up',
  'layers.#.mlp.fc2': 'mlp-down',
  'layers.#.mlp.c_fc': 'mlp-up',
  'layers.#.mlp.c_proj': 'mlp-down',
  'layers.#.fc1': 'mlp-up',
  'layers.#.fc2': 'mlp-down',

  // Mixtral, PhiMoE
  'layers.#.block_sparse_moe.gate': 'router',
  'layers.#.block_sparse_moe.experts.#.w1': 'mlp-gate',
  'layers.#.block_sparse_moe.experts.#.w2': 'mlp-down',
  'layers.#.block_sparse_moe.experts.#.w3': 'mlp-up',
  // Granite mixtures
  'layers.#.block_sparse_moe.router.layer': 'router',
  'layers.#.block_sparse_moe.input_linear': fusedGateUp({ experts: true }),
  'layers.#.block_sparse_moe.output_linear': rule('mlp-down', { experts: true }),
  // Qwen2-MoE, Qwen3-MoE, OLMoE, DeepSeek
  'layers.#.mlp.gate': 'router',
  'layers.#.mlp.gate.e_score_correction_bias': rule('router', { bias: true }),
  'layers.#.mlp.experts.#.gate_proj': 'mlp-gate',
  'layers.#.mlp.experts.#.up_proj': 'mlp-up',
  'layers.#.mlp.experts.#.down_proj': 'mlp-down',
  'layers.#.mlp.shared_expert.gate_proj': 'shared-expert-gate',
  'layers.#.mlp.shared_expert.up_proj': 'shared-expert-up',
  'layers.#.mlp.shared_expert.down_proj': 'shared-expert-down',
  'layers.#.mlp.shared_experts.gate_proj': 'shared-expert-gate',
  'layers.#.mlp.shared_experts.up_proj': 'shared-expert-up',
  'layers.#.mlp.shared_experts.down_proj': 'shared-expert-down',
  // gpt-oss: experts × in × out, gate and up alternate; others that stack so keep gate, then up
  'layers.#.mlp.router': 'router',
  'layers.#.mlp.experts.gate_up_proj': fusedGateUp({
    experts: true,
    transposed: 'experts',
    interleave: 'rows',
    interleaveBeside: 'layers.#.mlp.experts.gate_up_proj_bias',
  }),
  'layers.#.mlp.experts.gate_up_proj_bias': fusedGateUp({ experts: true, bias: true, interleave: 'rows' }),
  'layers.#.mlp.experts.down_proj': rule('mlp-down', { experts: true, transposed: 'experts' }),
  'layers.#.mlp.experts.down_proj_bias': rule('mlp-down', { experts: true, bias: true }),
  // Llama 4: experts × in × out, gate then up
  'layers.#.feed_forward.gate_proj': 'mlp-gate',
  'layers.#.feed_forward.up_proj': 'mlp-up',
  'layers.#.feed_forward.down_proj': 'mlp-down',
  'layers.#.feed_forward.router': 'router',
  'layers.#.feed_forward.experts.gate_up_proj': fusedGateUp({ experts: true, transposed: 'experts' }),
  'layers.#.feed_forward.experts.down_proj': rule('mlp-down', { experts: true, transposed: 'experts' }),
  'layers.#.feed_forward.shared_expert.gate_proj': 'shared-expert-gate',
  'layers.#.feed_forward.shared_expert.up_proj': 'shared-expert-up',
  'layers.#.feed_forward.shared_expert.down_proj': 'shared-expert-down',
};
