import type { TensorRole } from '../model.ts';
import {
  BERT_NAMES,
  CHATGLM_NAMES,
  FALCON_NAMES,
  GPT2_NAMES,
  META_NAMES,
  MPT_NAMES,
  NEOX_NAMES,
  OLMO_NAMES,
} from './blocks.ts';
import { DECODER_NAMES } from './decoder.ts';
import { GGUF_NAMES } from './gguf.ts';
import type { NameRule, NameTable } from './rule.ts';

/** A way of naming tensors; several families share one. */
export type Dialect =
  | 'decoder'
  | 'gpt2'
  | 'gpt-neox'
  | 'falcon'
  | 'mpt'
  | 'chatglm'
  | 'olmo'
  | 'meta'
  | 'bert'
  | 'gguf';

const TABLES: readonly (readonly [Dialect, NameTable])[] = [
  ['decoder', DECODER_NAMES],
  ['gpt2', GPT2_NAMES],
  ['gpt-neox', NEOX_NAMES],
  ['falcon', FALCON_NAMES],
  ['mpt', MPT_NAMES],
  ['chatglm', CHATGLM_NAMES],
  ['olmo', OLMO_NAMES],
  ['meta', META_NAMES],
  ['bert', BERT_NAMES],
  ['gguf', GGUF_NAMES],
];

/** Wrappers put these before the names of the language model inside. Vision and audio towers have other
 *  words in front, so that their layers are not taken for the language model's. */
const PREFIXES = new Set([
  'model',
  'transformer',
  'gpt_neox',
  'language_model',
  'text_model',
  'llm',
  'backbone',
  'base_model',
  'module',
  'decoder',
  'bert',
  '_orig_mod',
  '_fsdp_wrapped_module',
]);

/** Longer names or larger numbers than any real model has are not looked at. */
const MAX_NAME_LENGTH = 512;
const MAX_LAYER = 9_999;
const MAX_EXPERT = 65_535;

export interface NameMatch {
  readonly rule: NameRule;
  readonly dialect: Dialect;
  /** The table's name, `layers.#.mlp.up_proj`. */
  readonly pattern: string;
  readonly layer?: number;
  readonly expert?: number;
  readonly bias: boolean;
}

interface Entry {
  readonly rule: NameRule;
  readonly dialect: Dialect;
}

const ENTRIES: ReadonlyMap<string, Entry> = index();

function index(): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [dialect, table] of TABLES)
    for (const [pattern, value] of Object.entries(table)) {
      const rule = asRule(value);
      const held = entries.get(pattern);
      if (held === undefined) entries.set(pattern, { rule, dialect });
      else if (held.rule.roles[0] !== rule.roles[0])
        throw new RangeError(`${pattern} has one role in ${held.dialect}, another in ${dialect}`);
    }
  return entries;
}

function asRule(value: TensorRole | NameRule): NameRule {
  return typeof value === 'string' ? { roles: [value] } : value;
}

/** What a tensor's name says, or undefined for a name no table has. */
export function matchName(name: string): NameMatch | undefined {
  if (name.length > MAX_NAME_LENGTH) return undefined;
  const segments = name.split('.');
  const last = segments.at(-1);
  const suffixed = last === 'weight' || last === 'bias';
  const body = suffixed ? segments.slice(0, -1) : segments;
  const numbers: number[] = [];
  const words = body.map((segment) => {
    if (!/^\d{1,6}$/.test(segment)) return segment;
    numbers.push(Number(segment));
    return '#';
  });
  for (let skip = 0; skip < words.length; skip++) {
    const pattern = words.slice(skip).join('.');
    const entry = ENTRIES.get(pattern);
    if (entry !== undefined) return describe(entry, pattern, numbers, last === 'bias');
    if (!PREFIXES.has(words[skip]!)) return undefined;
  }
  return undefined;
}

function describe(
  entry: Entry,
  pattern: string,
  numbers: readonly number[],
  bias: boolean,
): NameMatch | undefined {
  const [layer, expert] = numbers;
  if ((layer ?? 0) > MAX_LAYER || (expert ?? 0) > MAX_EXPERT) return undefined;
  const { rule, dialect } = entry;
  const match = { rule, dialect, pattern, bias: bias || rule.bias === true };
  if (layer === undefined) return match;
  return expert === undefined ? { ...match, layer } : { ...match, layer, expert };
}
