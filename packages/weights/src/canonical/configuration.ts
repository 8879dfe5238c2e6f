import type { JsonObject, JsonValue } from '@filiation/evidence';

/** What a configuration claims about the model's shape. Every number has been checked to be a positive
 *  integer of a possible size; whether it is true only the tensors tell. */
export interface ConfigurationFacts {
  readonly type: string | undefined;
  readonly layers: number | undefined;
  /** Layers and those that only predict further tokens (DeepSeek-V3), where there are such. */
  readonly layersWithPrediction: number | undefined;
  readonly hiddenSize: number | undefined;
  readonly heads: number | undefined;
  readonly keyValueHeads: number | undefined;
  readonly headSize: number | undefined;
  readonly mlpSize: number | undefined;
  readonly experts: number | undefined;
  readonly vocabularySize: number | undefined;
  readonly tied: boolean | undefined;
  readonly norm: 'rms' | 'layer' | undefined;
  readonly positions: 'rotary' | 'alibi' | undefined;
  /** GPT-BigCode and Falcon: one key/value head for all query heads. */
  readonly multiQuery: boolean | undefined;
}

/** No published model has a dimension above this (largest vocabularies are near 2^20). */
const MAX_DIMENSION = 2 ** 26;

/** Multimodal configurations keep the language model's in one of these. */
const NESTED = ['text_config', 'llm_config', 'language_config', 'language_model'];

const NAMES = {
  layers: ['num_hidden_layers', 'n_layer', 'n_layers', 'num_layers'],
  hiddenSize: ['hidden_size', 'n_embd', 'd_model', 'dim'],
  heads: ['num_attention_heads', 'n_head', 'n_heads', 'encoder_attention_heads'],
  keyValueHeads: ['num_key_value_heads', 'num_kv_heads', 'n_head_kv', 'n_kv_heads', 'multi_query_group_num'],
  headSize: ['head_dim', 'kv_channels'],
  mlpSize: [
    'moe_intermediate_size',
    'intermediate_size',
    'ffn_hidden_size',
    'n_inner',
    'ffn_dim',
    'mlp_hidden_size',
  ],
  experts: ['num_local_experts', 'n_routed_experts', 'num_experts', 'moe_num_experts'],
  vocabularySize: ['vocab_size', 'padded_vocab_size'],
} as const;

export function readConfiguration(configuration: JsonObject): ConfigurationFacts {
  const inner = languagePart(configuration);
  const number = (names: readonly string[]): number | undefined => {
    for (const name of names) {
      const value = inner[name];
      if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MAX_DIMENSION)
        return value;
    }
    return undefined;
  };
  const layers = number(NAMES.layers);
  const prediction = number(['num_nextn_predict_layers']);
  const multiQuery = asBoolean(inner.multi_query);
  return {
    type: asText(inner.model_type) ?? asText(configuration.model_type),
    layers,
    layersWithPrediction: layers === undefined || prediction === undefined ? undefined : layers + prediction,
    hiddenSize: number(NAMES.hiddenSize),
    heads: number(NAMES.heads),
    keyValueHeads: number(NAMES.keyValueHeads),
    headSize: sumOf(number(['qk_rope_head_dim']), number(['qk_nope_head_dim'])) ?? number(NAMES.headSize),
    mlpSize: number(NAMES.mlpSize),
    experts: number(NAMES.experts),
    vocabularySize: number(NAMES.vocabularySize),
    tied: asBoolean(inner.tie_word_embeddings) ?? asBoolean(configuration.tie_word_embeddings),
    norm: norm(inner),
    positions: positions(inner),
    multiQuery,
  };
}

/** The language model's own part of a configuration. */
export function languagePart(configuration: JsonObject): JsonObject {
  for (const name of NESTED) {
    const inner = configuration[name];
    if (isObject(inner)) return inner;
  }
  return configuration;
}

/** Multi-head latent attention: a query head is its rotary and its other part together. */
function sumOf(rotary: number | undefined, other: number | undefined): number | undefined {
  return rotary === undefined || other === undefined ? undefined : rotary + other;
}

function norm(inner: JsonObject): 'rms' | 'layer' | undefined {
  if ('rms_norm_eps' in inner || 'layer_norm_rms_epsilon' in inner) return 'rms';
  return ['layer_norm_eps', 'layer_norm_epsilon', 'norm_epsilon'].some((name) => name in inner)
    ? 'layer'
    : undefined;
}

function positions(inner: JsonObject): 'rotary' | 'alibi' | undefined {
  if (inner.alibi === true) return 'alibi';
  return [
    'rope_theta',
    'rope_parameters',
    'rope_scaling',
    'rotary_pct',
    'rotary_dim',
    'rotary_emb_base',
  ].some((name) => inner[name] !== undefined && inner[name] !== null)
    ? 'rotary'
    : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value.length <= 200 ? value : undefined;
}

function asBoolean(value: JsonValue | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}
