import type { JsonObject, JsonValue } from '@filiation/evidence';
import { languagePart } from '../canonical/configuration.ts';
import type { CanonicalModel } from '../canonical/model.ts';
import type { Choice, ChoiceValues } from './catalogue.ts';

/** What the designers of a model chose: from the tensors where they tell, else from the configuration. */
export function choicesOf(model: CanonicalModel): ChoiceValues {
  const { architecture } = model;
  const configuration = languagePart(architecture.configuration);
  const roles = new Set(model.tensors.map(({ role }) => role));
  const values: Readonly<Record<Choice, JsonValue | undefined>> = {
    type: configuration.model_type,
    layers: positive(architecture.layers),
    hiddenSize: positive(architecture.hiddenSize),
    heads: architecture.heads,
    keyValueHeads: architecture.keyValueHeads,
    headSize: architecture.headSize,
    mlpSize: architecture.mlpSize,
    vocabularySize: positive(architecture.vocabularySize),
    activation: first(configuration, [
      'hidden_activation',
      'hidden_act',
      'activation_function',
      'activation',
    ]),
    tiedHead: roles.has('embedding') ? architecture.tiedHead : undefined,
    norm: architecture.norm === 'unknown' ? undefined : architecture.norm,
    ...rotary(configuration, architecture.headSize),
    contextLength: first(configuration, ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len']),
    queryNorm: roles.has('attention-q') ? roles.has('attention-q-norm') : undefined,
    beginToken: configuration.bos_token_id,
    endToken: configuration.eos_token_id,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([choice, value]) => {
      const text = textOf(value);
      return text === undefined ? [] : [[choice, text]];
    }),
  );
}

/** Newer configurations keep rotary settings in one object, some of them one for each kind of layer. */
function rotary(
  configuration: JsonObject,
  headSize: number | undefined,
): {
  rotaryBase: JsonValue | undefined;
  rotaryFraction: JsonValue | undefined;
} {
  const outer = object(configuration.rope_parameters) ?? object(configuration.rope_scaling) ?? {};
  const settings = object(outer.full_attention) ?? outer;
  const base = settings.rope_theta ?? first(configuration, ['rope_theta', 'rotary_emb_base']);
  const dimensions = configuration.rotary_dim;
  const fraction =
    settings.partial_rotary_factor ??
    first(configuration, ['partial_rotary_factor', 'rotary_pct', 'rope_pct']) ??
    (typeof dimensions === 'number' && headSize !== undefined ? dimensions / headSize : 1);
  return {
    rotaryBase: base,
    rotaryFraction: base === undefined || base === null ? undefined : fraction,
  };
}

function first(configuration: JsonObject, names: readonly string[]): JsonValue | undefined {
  return names.map((name) => configuration[name]).find((value) => value !== undefined && value !== null);
}

function object(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

function positive(value: number): number | undefined {
  return value > 0 ? value : undefined;
}

/** Longer words than any activation's or model type's are no choice but an attack on the report. */
const MAX_TEXT = 64;

function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.length <= MAX_TEXT ? value : undefined;
}

/** Keys that say how a file was written rather than how the model is built. */
const BOOKKEEPING = new Set([
  'torch_dtype',
  'dtype',
  'transformers_version',
  '_name_or_path',
  'use_cache',
  'architectures',
  'auto_map',
  'generation_config',
  'model_type',
]);

/** Settings of two configurations, beyond bookkeeping: equal in both, different, and in one alone. */
export function compareSettings(
  a: JsonObject,
  b: JsonObject,
): {
  readonly equal: readonly string[];
  readonly different: readonly string[];
  readonly single: readonly string[];
} {
  const left = settings(a);
  const right = settings(b);
  const shared = [...left.keys()].filter((key) => right.has(key)).sort();
  const single = [...new Set([...left.keys(), ...right.keys()])].filter(
    (key) => left.has(key) !== right.has(key),
  );
  return {
    equal: shared.filter((key) => left.get(key) === right.get(key)),
    different: shared.filter((key) => left.get(key) !== right.get(key)),
    single: single.sort(),
  };
}

function settings(configuration: JsonObject): Map<string, string> {
  return new Map(
    Object.entries(languagePart(configuration))
      .filter(([key, value]) => !BOOKKEEPING.has(key) && value !== null)
      .map(([key, value]) => [key, JSON.stringify(value)]),
  );
}
