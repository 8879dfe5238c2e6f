import type { JsonObject, JsonValue } from '@filiation/evidence';
import type { OriginClaims } from '../canonical/model.ts';

/** Metadata of a GGUF store; untrusted. */
type Metadata = Readonly<Record<string, unknown>>;

/** Longest text taken over from `general.*`, characters. */
const MAX_TEXT = 2000;
/** Base models of a merge, as a header may list them. */
const MAX_BASE_MODELS = 32;

/** `general.architecture` where Hugging Face's `model_type` differs. Source: converters of llama.cpp. */
const MODEL_TYPES: Readonly<Record<string, string>> = {
  'command-r': 'cohere',
  deepseek2: 'deepseek_v2',
  'ernie4_5-moe': 'ernie4_5_moe',
  glm4moe: 'glm4_moe',
  'gpt-oss': 'gpt_oss',
  gptneox: 'gpt_neox',
  'llama-embed': 'llama',
  phi2: 'phi',
  qwen2moe: 'qwen2_moe',
  qwen2vl: 'qwen2_vl',
  qwen3moe: 'qwen3_moe',
  qwen3next: 'qwen3_next',
  starcoder: 'gpt_bigcode',
};

/** `<architecture>.` keys and the names config.json has for them. Source: docs/gguf.md of ggml. */
const NAMES: readonly (readonly [gguf: string, huggingFace: string])[] = [
  ['block_count', 'num_hidden_layers'],
  ['embedding_length', 'hidden_size'],
  ['feed_forward_length', 'intermediate_size'],
  ['attention.head_count', 'num_attention_heads'],
  ['attention.head_count_kv', 'num_key_value_heads'],
  ['attention.key_length', 'head_dim'],
  ['attention.value_length', 'v_head_dim'],
  ['attention.q_lora_rank', 'q_lora_rank'],
  ['attention.kv_lora_rank', 'kv_lora_rank'],
  ['attention.sliding_window', 'sliding_window'],
  ['attention.layer_norm_rms_epsilon', 'rms_norm_eps'],
  ['attention.layer_norm_epsilon', 'layer_norm_eps'],
  ['context_length', 'max_position_embeddings'],
  ['rope.freq_base', 'rope_theta'],
  ['rope.dimension_count', 'rotary_dim'],
  ['expert_count', 'num_experts'],
  ['expert_used_count', 'num_experts_per_tok'],
  ['expert_shared_count', 'n_shared_experts'],
  ['expert_feed_forward_length', 'moe_intermediate_size'],
  ['expert_shared_feed_forward_length', 'shared_expert_intermediate_size'],
  ['leading_dense_block_count', 'first_k_dense_replace'],
  ['attn_logit_softcapping', 'attn_logit_softcapping'],
  ['final_logit_softcapping', 'final_logit_softcapping'],
  ['vocab_size', 'vocab_size'],
];

/**
 * A GGUF header in the words of config.json, for `buildModel`: `model_type`, `hidden_size`,
 * `num_hidden_layers` and so on. Values that differ from layer to layer stay arrays; zeros, which mean
 * "none" in GGUF, are left out. `gguf` holds the `general.*` scalars as read.
 */
export function ggufConfiguration(metadata: Metadata): JsonObject {
  const architecture = text(metadata['general.architecture']) ?? '';
  const out: Record<string, JsonValue> = {};
  const type = Object.hasOwn(MODEL_TYPES, architecture) ? MODEL_TYPES[architecture] : architecture;
  if (type !== undefined && type !== '') out.model_type = type;
  for (const [key, name] of NAMES) {
    const value = perLayer(metadata[`${architecture}.${key}`]);
    if (value !== undefined) out[name] = value;
  }
  if (out.num_experts !== undefined && architecture === 'llama') out.model_type = 'mixtral';
  const tokens = metadata['tokenizer.ggml.tokens'];
  if (out.vocab_size === undefined && Array.isArray(tokens)) out.vocab_size = tokens.length;
  return { ...out, ...latentHeads(metadata, architecture, out), gguf: general(metadata) };
}

/** What the header says of the model's origin: a claim, not a finding. */
export function ggufClaims(metadata: Metadata): OriginClaims | undefined {
  const baseModels: string[] = [];
  for (let i = 0; i < MAX_BASE_MODELS; i++) {
    const of = (key: string): string | undefined => text(metadata[`general.base_model.${i}.${key}`]);
    const owner = of('organization');
    const name = of('name');
    const named = name === undefined || owner === undefined ? name : `${owner}/${name}`;
    const claim = of('repo_url') ?? named;
    if (claim !== undefined) baseModels.push(claim);
  }
  const relation = text(metadata['general.finetune']);
  if (baseModels.length === 0 && relation === undefined) return undefined;
  return { baseModels, ...(relation === undefined ? {} : { relation }) };
}

/**
 * Multi-head latent attention: newer files describe the cache (one head of rank plus rotary part) in
 * the plain keys and the heads themselves in the `_mla` keys.
 */
function latentHeads(metadata: Metadata, architecture: string, plain: JsonObject): JsonObject {
  if (plain.kv_lora_rank === undefined) return {};
  const own = metadata[`${architecture}.attention.key_length_mla`];
  const value = metadata[`${architecture}.attention.value_length_mla`];
  const size = typeof own === 'number' ? own : plain.head_dim;
  const rotary = plain.rotary_dim;
  if (typeof size !== 'number' || typeof rotary !== 'number') return {};
  return {
    head_dim: size,
    qk_rope_head_dim: rotary,
    qk_nope_head_dim: size - rotary,
    ...(typeof value === 'number' ? { v_head_dim: value } : {}),
    ...(typeof own === 'number' ? { num_key_value_heads: plain.num_attention_heads ?? null } : {}),
  };
}

/** A number other than 0; an array of equal numbers as the number, of others as the array. */
function perLayer(value: unknown): JsonValue | undefined {
  if (typeof value === 'number') return value === 0 || !Number.isFinite(value) ? undefined : value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const numbers = value.filter((entry): entry is number => typeof entry === 'number');
  if (numbers.length !== value.length || !numbers.every(Number.isFinite)) return undefined;
  return numbers.every((entry) => entry === numbers[0]) ? perLayer(numbers[0]) : numbers;
}

function general(metadata: Metadata): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(metadata)) {
    if (!key.startsWith('general.')) continue;
    if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) out[key] = value;
    if (typeof value === 'string') out[key] = value.slice(0, MAX_TEXT);
  }
  return out;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT) : undefined;
}
