import type { Dialect } from './names/lookup.ts';

/** What a family's name tells beyond its tensors. To add a family, add a row (and, for new tensor names,
 *  lines to a table in `names/`). */
export interface Family {
  readonly name: string;
  /** `model_type` of config.json and `general.architecture` of GGUF. */
  readonly types: readonly string[];
  /** How its tensors are named outside GGUF. */
  readonly dialect: Dialect;
  readonly norm: 'rms' | 'layer';
  readonly positions: 'rotary' | 'learned' | 'alibi' | 'none';
  /** Norm layers multiply by 1 + the stored gain. */
  readonly gainPlusOne?: true;
  /** Overrides how the name table says query, key and value are interleaved. */
  readonly interleave?: 'parts' | 'heads';
}

const rotary = { dialect: 'decoder', norm: 'rms', positions: 'rotary' } as const;

export const FAMILIES: readonly Family[] = [
  { name: 'llama', types: ['llama', 'llama4', 'llama4_text', 'internlm', 'yi', 'smollm3'], ...rotary },
  { name: 'mistral', types: ['mistral', 'mistral3', 'ministral'], ...rotary },
  { name: 'mixtral', types: ['mixtral'], ...rotary },
  { name: 'qwen2', types: ['qwen2', 'qwen2_vl', 'qwen2_5_vl', 'qwen2vl'], ...rotary },
  { name: 'qwen2-moe', types: ['qwen2_moe', 'qwen2moe'], ...rotary },
  { name: 'qwen3', types: ['qwen3', 'qwen3_vl', 'qwen3_vl_text'], ...rotary },
  { name: 'qwen3-moe', types: ['qwen3_moe', 'qwen3moe', 'qwen3_vl_moe'], ...rotary },
  { name: 'qwen', types: ['qwen'], ...rotary, dialect: 'gpt2' },
  { name: 'gemma', types: ['gemma'], ...rotary, gainPlusOne: true },
  { name: 'gemma2', types: ['gemma2'], ...rotary, gainPlusOne: true },
  { name: 'gemma3', types: ['gemma3', 'gemma3_text'], ...rotary, gainPlusOne: true },
  { name: 'phi3', types: ['phi3', 'phi4', 'phi3_v', 'phi4mm'], ...rotary },
  { name: 'phimoe', types: ['phimoe'], ...rotary, norm: 'layer' },
  { name: 'phi', types: ['phi', 'phi2'], ...rotary, norm: 'layer' },
  { name: 'olmo', types: ['olmo', 'hf_olmo'], ...rotary, norm: 'layer' },
  { name: 'olmo2', types: ['olmo2', 'olmo3'], ...rotary },
  { name: 'olmoe', types: ['olmoe'], ...rotary },
  { name: 'deepseek', types: ['deepseek'], ...rotary },
  { name: 'deepseek-v2', types: ['deepseek_v2', 'deepseek2'], ...rotary },
  { name: 'deepseek-v3', types: ['deepseek_v3'], ...rotary },
  { name: 'glm4', types: ['glm', 'glm4', 'glm4_moe'], ...rotary },
  { name: 'chatglm', types: ['chatglm'], ...rotary, dialect: 'chatglm' },
  { name: 'internlm2', types: ['internlm2', 'internlm3'], ...rotary, dialect: 'meta' },
  { name: 'baichuan', types: ['baichuan'], ...rotary },
  { name: 'granite', types: ['granite', 'granitemoe', 'granitemoeshared'], ...rotary },
  { name: 'gpt-oss', types: ['gpt_oss', 'gpt-oss'], ...rotary },
  { name: 'cohere', types: ['cohere', 'cohere2', 'command-r'], ...rotary, norm: 'layer' },
  { name: 'stablelm', types: ['stablelm', 'stablelm_epoch'], ...rotary, norm: 'layer' },
  { name: 'starcoder2', types: ['starcoder2'], ...rotary, norm: 'layer' },
  { name: 'nemotron', types: ['nemotron'], ...rotary, norm: 'layer', gainPlusOne: true },
  { name: 'opt', types: ['opt'], dialect: 'decoder', norm: 'layer', positions: 'learned' },
  { name: 'exaone', types: ['exaone'], ...rotary, dialect: 'gpt2' },
  { name: 'gpt2', types: ['gpt2'], dialect: 'gpt2', norm: 'layer', positions: 'learned' },
  {
    name: 'gpt-bigcode',
    types: ['gpt_bigcode', 'starcoder'],
    dialect: 'gpt2',
    norm: 'layer',
    positions: 'learned',
  },
  { name: 'gpt-j', types: ['gptj'], dialect: 'gpt2', norm: 'layer', positions: 'rotary' },
  { name: 'gpt-neo', types: ['gpt_neo'], dialect: 'gpt2', norm: 'layer', positions: 'learned' },
  {
    name: 'gpt-neox',
    types: ['gpt_neox', 'gptneox'],
    dialect: 'gpt-neox',
    norm: 'layer',
    positions: 'rotary',
  },
  {
    name: 'falcon',
    types: ['falcon', 'RefinedWeb', 'RefinedWebModel'],
    dialect: 'falcon',
    norm: 'layer',
    positions: 'rotary',
  },
  { name: 'bloom', types: ['bloom'], dialect: 'falcon', norm: 'layer', positions: 'alibi' },
  { name: 'mpt', types: ['mpt'], dialect: 'mpt', norm: 'layer', positions: 'alibi' },
  { name: 'bert', types: ['bert'], dialect: 'bert', norm: 'layer', positions: 'learned' },
];

/** The family a nameless model is taken for, by its tensor names. */
const BY_DIALECT: Readonly<Record<Exclude<Dialect, 'gguf'>, string>> = {
  decoder: 'llama',
  gpt2: 'gpt2',
  'gpt-neox': 'gpt-neox',
  falcon: 'falcon',
  mpt: 'mpt',
  chatglm: 'chatglm',
  olmo: 'olmo',
  meta: 'llama',
  bert: 'bert',
};

export function familyOfType(type: string): Family | undefined {
  return FAMILIES.find((family) => family.types.includes(type));
}

export function familyOfDialect(dialect: Dialect | undefined): Family | undefined {
  if (dialect === undefined || dialect === 'gguf') return undefined;
  return FAMILIES.find((family) => family.name === BY_DIALECT[dialect]);
}

/** Whether a family's models may carry tensors named in this way. */
export function speaks(family: Family, dialect: Dialect): boolean {
  if (dialect === 'gguf' || dialect === family.dialect) return true;
  // Meta's and AI2's own checkpoints of families that Hugging Face names differently.
  return family.dialect === 'decoder' && (dialect === 'meta' || dialect === 'olmo');
}
