// Writes models of real shapes, bfloat16 safetensors streamed to disk, with numbers drawn from a seed.
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Llama-type shapes with tied embeddings; `1b` is that of a public model of 1.24 billion parameters. */
export const SHAPES = {
  '12m': { hidden: 256, layers: 4, mlp: 1024, heads: 8, kvHeads: 2, vocabulary: 32000 },
  '50m': { hidden: 512, layers: 8, mlp: 2048, heads: 8, kvHeads: 2, vocabulary: 32000 },
  '250m': { hidden: 1024, layers: 16, mlp: 4096, heads: 16, kvHeads: 4, vocabulary: 64000 },
  '1b': { hidden: 2048, layers: 16, mlp: 8192, heads: 32, kvHeads: 8, vocabulary: 128256 },
};

/** Standard deviation of the weights, and of a fine-tune's change to them. */
const SPREAD = 0.02;
const CHANGE = 0.0004;
const CHUNK = 1 << 22;

export function parameterCount(shape) {
  return tensorsOf(shape).reduce((sum, { size }) => sum + size, 0);
}

/**
 * Writes config.json, tokenizer.json and model.safetensors into `folder`. Models of one `seed` have the
 * same weights; `change` names a second seed for a fine-tune's small change to every matrix.
 */
export function writeModel(folder, shape, { seed, change }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config(shape), null, 1));
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer(shape.vocabulary)));
  const tensors = tensorsOf(shape);
  const file = openSync(join(folder, 'model.safetensors'), 'w');
  try {
    writeSync(file, header(tensors));
    for (const [index, tensor] of tensors.entries()) {
      const base = normals(hash(`${seed}/${index}`), SPREAD);
      const moved = change === undefined ? undefined : normals(hash(`${change}/${index}`), CHANGE);
      for (let start = 0; start < tensor.size; start += CHUNK)
        writeSync(file, numbers(Math.min(CHUNK, tensor.size - start), tensor.mean, base, moved));
    }
  } finally {
    closeSync(file);
  }
}

function tensorsOf({ hidden, layers, mlp, heads, kvHeads, vocabulary }) {
  const kv = (hidden / heads) * kvHeads;
  const matrix = (name, rows, columns) => ({ name, shape: [rows, columns], size: rows * columns, mean: 0 });
  const norm = (name) => ({ name, shape: [hidden], size: hidden, mean: 1 });
  const layer = (i) => {
    const at = `model.layers.${i}`;
    return [
      norm(`${at}.input_layernorm.weight`),
      matrix(`${at}.self_attn.q_proj.weight`, hidden, hidden),
      matrix(`${at}.self_attn.k_proj.weight`, kv, hidden),
      matrix(`${at}.self_attn.v_proj.weight`, kv, hidden),
      matrix(`${at}.self_attn.o_proj.weight`, hidden, hidden),
      norm(`${at}.post_attention_layernorm.weight`),
      matrix(`${at}.mlp.gate_proj.weight`, mlp, hidden),
      matrix(`${at}.mlp.up_proj.weight`, mlp, hidden),
      matrix(`${at}.mlp.down_proj.weight`, hidden, mlp),
    ];
  };
  return [
    matrix('model.embed_tokens.weight', vocabulary, hidden),
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
    norm('model.norm.weight'),
  ];
}

function header(tensors) {
  let offset = 0;
  const entries = tensors.map(({ name, shape, size }) => {
    const begin = offset;
    offset += 2 * size;
    return [name, { dtype: 'BF16', shape, data_offsets: [begin, offset] }];
  });
  const text = JSON.stringify(Object.fromEntries(entries));
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded]);
}

function config({ hidden, layers, mlp, heads, kvHeads, vocabulary }) {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: vocabulary,
    hidden_size: hidden,
    intermediate_size: mlp,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: hidden / heads,
    max_position_embeddings: 131072,
    rope_theta: 500000,
    rms_norm_eps: 1e-5,
    hidden_act: 'silu',
    tie_word_embeddings: true,
    torch_dtype: 'bfloat16',
  };
}

function tokenizer(size) {
  const vocab = Object.fromEntries(Array.from({ length: size }, (_, id) => [`token${id}`, id]));
  return { version: '1.0', added_tokens: [], model: { type: 'BPE', vocab, merges: [] } };
}

const TABLE = 1 << 16;
const deviates = standardNormals();

/** Quantiles of the standard normal distribution: drawing from them is fast, and near enough normal. */
function standardNormals() {
  const table = new Float32Array(TABLE);
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / (2 ** 32 + 1);
  };
  for (let i = 0; i < TABLE; i++)
    table[i] = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return table;
}

/** A stream of normal numbers: xorshift32 (Marsaglia 2003) into the table. */
function normals(seed, spread) {
  return { state: seed | 1, table: deviates.map((value) => value * spread) };
}

/** The next numbers, rounded to bfloat16 (to nearest, ties to even). */
function numbers(count, mean, base, moved) {
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  const out = new Uint16Array(count);
  const baseTable = base.table;
  let x = base.state;
  let y = moved?.state ?? 0;
  for (let i = 0; i < count; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    let value = mean + baseTable[x >>> 16];
    if (moved !== undefined) {
      y ^= y << 13;
      y ^= y >>> 17;
      y ^= y << 5;
      value += moved.table[y >>> 16];
    }
    single[0] = value;
    out[i] = (bits[0] + 0x7fff + ((bits[0] >>> 16) & 1)) >>> 16;
  }
  base.state = x;
  if (moved !== undefined) moved.state = y;
  return new Uint8Array(out.buffer);
}

function hash(text) {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return Math.imul(value ^ (value >>> 13), 0xc2b2ae35) ^ (value >>> 16);
}
