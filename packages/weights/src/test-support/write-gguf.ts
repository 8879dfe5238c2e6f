import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rotaryPairOrder } from '../canonical/rotary-order.ts';
import { memorySource } from '../formats/byte-source.ts';
import { ggmlTypeNamed } from '../formats/quant/ggml-types.ts';
import { quantise, type WritableFormat } from '../formats/quant/quantise.ts';
import { openSafetensors } from '../formats/safetensors.ts';
import { parseTokenizerJson } from '../formats/tokenizer-json.ts';

/** Whole numbers are written as u32, other numbers as f32, arrays of numbers as i32. */
export type WrittenValue = string | number | boolean | readonly string[] | readonly number[];

export interface WrittenGgufTensor {
  readonly name: string;
  /** Outermost first. */
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly bytes: Uint8Array;
}

export interface WrittenGguf {
  readonly version?: number;
  readonly alignment?: number;
  readonly metadata?: Readonly<Record<string, WrittenValue>>;
  readonly tensors?: readonly WrittenGgufTensor[];
}

const TYPE = { u32: 4, i32: 5, f32: 6, boolean: 7, string: 8, array: 9 } as const;

/** Grows a file field by field, little-endian; also for tests that write dishonest ones. */
export class GgufBytes {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  raw(bytes: Uint8Array): this {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    return this;
  }

  u32(value: number): this {
    return this.raw(new Uint8Array(Uint32Array.of(value).buffer));
  }

  f32(value: number): this {
    return this.raw(new Uint8Array(Float32Array.of(value).buffer));
  }

  u64(value: number | bigint): this {
    return this.raw(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  }

  string(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.u64(bytes.length).raw(bytes);
  }

  pad(alignment: number): this {
    return this.raw(new Uint8Array((alignment - (this.#length % alignment)) % alignment));
  }

  value(value: WrittenValue): this {
    if (typeof value === 'string') return this.u32(TYPE.string).string(value);
    if (typeof value === 'boolean') return this.u32(TYPE.boolean).raw(Uint8Array.of(value ? 1 : 0));
    if (typeof value === 'number')
      return Number.isInteger(value) && value >= 0
        ? this.u32(TYPE.u32).u32(value)
        : this.u32(TYPE.f32).f32(value);
    const texts = typeof value[0] === 'string';
    this.u32(TYPE.array)
      .u32(texts ? TYPE.string : TYPE.i32)
      .u64(value.length);
    for (const entry of value)
      if (typeof entry === 'string') this.string(entry);
      else this.raw(new Uint8Array(Int32Array.of(entry).buffer));
    return this;
  }

  done(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      out.set(chunk, at);
      at += chunk.length;
    }
    return out;
  }
}

/** An honest GGUF file. `general.alignment` is written where `alignment` is not 32. */
export function writeGguf(file: WrittenGguf): Uint8Array {
  const { version = 3, alignment = 32, tensors = [] } = file;
  const metadata = Object.entries({
    ...(alignment === 32 ? {} : { 'general.alignment': alignment }),
    ...file.metadata,
  });
  const out = new GgufBytes().raw(new TextEncoder().encode('GGUF')).u32(version);
  out.u64(tensors.length).u64(metadata.length);
  for (const [key, value] of metadata) out.string(key).value(value);
  let offset = 0;
  for (const { name, shape, dtype, bytes } of tensors) {
    out.string(name).u32(shape.length);
    for (const length of shape.toReversed()) out.u64(length);
    out.u32(ggmlTypeNamed(dtype)!.id).u64(offset);
    offset += Math.ceil(bytes.length / alignment) * alignment;
  }
  out.pad(alignment);
  for (const { bytes } of tensors) out.raw(bytes).pad(alignment);
  return out.done();
}

/** Numbers as a tensor of a format. */
export function ggufTensor(
  name: string,
  shape: readonly number[],
  dtype: WritableFormat,
  values: Float32Array,
): WrittenGgufTensor {
  return { name, shape, dtype, bytes: quantise(dtype, values) };
}

/** Where rows are no whole blocks of 256, llama.cpp's quantiser falls back to blocks of 32. */
const FALLBACK: Readonly<Partial<Record<WritableFormat, WritableFormat>>> = {
  Q4_K: 'Q5_0',
  Q5_K: 'Q5_1',
  Q6_K: 'Q8_0',
};

const LAYER_NAMES: Readonly<Record<string, string>> = {
  'input_layernorm.weight': 'attn_norm.weight',
  'self_attn.q_proj.weight': 'attn_q.weight',
  'self_attn.k_proj.weight': 'attn_k.weight',
  'self_attn.v_proj.weight': 'attn_v.weight',
  'self_attn.o_proj.weight': 'attn_output.weight',
  'post_attention_layernorm.weight': 'ffn_norm.weight',
  'mlp.gate_proj.weight': 'ffn_gate.weight',
  'mlp.up_proj.weight': 'ffn_up.weight',
  'mlp.down_proj.weight': 'ffn_down.weight',
};

const OUTER_NAMES: Readonly<Record<string, string>> = {
  'model.embed_tokens.weight': 'token_embd.weight',
  'model.norm.weight': 'output_norm.weight',
  'lm_head.weight': 'output.weight',
};

interface LlamaConfiguration {
  readonly num_hidden_layers: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
  readonly head_dim: number;
  readonly max_position_embeddings: number;
  readonly rope_theta: number;
  readonly rms_norm_eps: number;
}

/**
 * A Llama-type Hugging Face folder as the bytes of a GGUF file, as llama.cpp's converter makes it:
 * GGUF names, query and key rows as rotary pairs, vectors in F32, matrices in `format`, tokenizer in
 * the header.
 */
export async function convertToGguf(folder: string, format: WritableFormat): Promise<Uint8Array> {
  const configuration = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as LlamaConfiguration;
  const store = await openSafetensors(
    memorySource('model.safetensors', new Uint8Array(await readFile(join(folder, 'model.safetensors')))),
  );
  const tensors: WrittenGgufTensor[] = [];
  for (const stored of store.tensors) {
    const values = await store.elements(stored, 0, stored.elementCount);
    const columns = stored.shape.at(-1)!;
    const name = ggufName(stored.name);
    const paired = /attn_[qk]\.weight$/.test(name)
      ? asRotaryPairs(values, columns, configuration.head_dim)
      : values;
    const dtype =
      stored.shape.length === 1 ? 'F32' : columns % 256 === 0 ? format : (FALLBACK[format] ?? format);
    tensors.push(ggufTensor(name, stored.shape, dtype, paired));
  }
  const header = await tokenizerFields(join(folder, 'tokenizer.json'));
  return writeGguf({ metadata: { ...configurationFields(configuration), ...header }, tensors });
}

function ggufName(name: string): string {
  const layer = /^model\.layers\.(\d+)\.(.+)$/.exec(name);
  const own = layer === null ? OUTER_NAMES[name] : LAYER_NAMES[layer[2]!];
  if (own === undefined) throw new RangeError(`${name} has no GGUF name`);
  return layer === null ? own : `blk.${layer[1]}.${own}`;
}

function asRotaryPairs(values: Float32Array, columns: number, headSize: number): Float32Array {
  const out = new Float32Array(values.length);
  rotaryPairOrder(values.length / columns, headSize).forEach((stored, row) => {
    out.set(values.subarray(row * columns, (row + 1) * columns), stored * columns);
  });
  return out;
}

function configurationFields(from: LlamaConfiguration): Record<string, WrittenValue> {
  return {
    'general.architecture': 'llama',
    'general.name': 'Example',
    'llama.block_count': from.num_hidden_layers,
    'llama.context_length': from.max_position_embeddings,
    'llama.embedding_length': from.hidden_size,
    'llama.feed_forward_length': from.intermediate_size,
    'llama.attention.head_count': from.num_attention_heads,
    'llama.attention.head_count_kv': from.num_key_value_heads,
    'llama.attention.layer_norm_rms_epsilon': from.rms_norm_eps,
    'llama.rope.dimension_count': from.head_dim,
  };
}

async function tokenizerFields(path: string): Promise<Record<string, WrittenValue>> {
  const { vocabulary, merges, added } = parseTokenizerJson(await readFile(path, 'utf8'), path);
  const special = new Set(added.filter((token) => token.special).map((token) => token.id));
  return {
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'gpt-2',
    'tokenizer.ggml.tokens': vocabulary.map((text, id) => text ?? `[PAD${id}]`),
    'tokenizer.ggml.token_type': vocabulary.map((text, id) =>
      text === undefined ? 5 : special.has(id) ? 3 : 1,
    ),
    'tokenizer.ggml.merges': merges,
    'tokenizer.ggml.bos_token_id': 0,
    'tokenizer.ggml.eos_token_id': 0,
  };
}
