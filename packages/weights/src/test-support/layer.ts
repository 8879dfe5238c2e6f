import assert from 'node:assert/strict';
import type { JsonObject } from '@filiation/evidence';
import { randomStream } from '@filiation/stats';
import fc from 'fast-check';
import { buildModel } from '../canonical/build.ts';
import { memoryStore, type StoredInput } from '../canonical/memory-store.ts';
import type { CanonicalModel, TensorRole } from '../canonical/model.ts';
import { type Matrix, matrix, row, selectRows } from '../matrix.ts';

/** One layer with every role as a plain matrix: what each way of storing it has to read back as. */
export interface Layer {
  readonly hidden: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly tensors: Readonly<Partial<Record<TensorRole, Matrix>>>;
  readonly experts: readonly { readonly gate: Matrix; readonly up: Matrix; readonly down: Matrix }[];
}

export interface Rendering {
  readonly configuration: JsonObject;
  readonly stored: readonly StoredInput[];
  readonly format?: 'gguf';
  readonly rotaryPairs?: boolean;
}

export interface LayerShape {
  readonly keyValueHeads: number;
  /** Query heads of one key/value head. */
  readonly groupSize: number;
  readonly headSize: number;
  readonly hidden: number;
  readonly mlp: number;
  readonly seed: string;
}

export const shapes: fc.Arbitrary<LayerShape> = fc.record({
  keyValueHeads: fc.integer({ min: 1, max: 3 }),
  groupSize: fc.integer({ min: 1, max: 3 }),
  headSize: fc.integer({ min: 1, max: 3 }).map((half) => 2 * half),
  // Wider than any fused part, so that no shape could be read both ways.
  hidden: fc.integer({ min: 101, max: 120 }),
  mlp: fc.integer({ min: 2, max: 9 }),
  seed: fc.string(),
});

export function layerOf(shape: LayerShape): Layer {
  const random = randomStream(shape.seed);
  const make = (rows: number, columns: number): Matrix => {
    const out = matrix(rows, columns);
    for (let i = 0; i < out.data.length; i++) out.data[i] = Math.fround(random.uniform());
    return out;
  };
  const { hidden, headSize, keyValueHeads, mlp } = shape;
  const heads = keyValueHeads * shape.groupSize;
  return {
    hidden,
    heads,
    keyValueHeads,
    headSize,
    tensors: {
      embedding: make(7, hidden),
      'attention-norm': make(1, hidden),
      'mlp-norm': make(1, hidden),
      'attention-q': make(heads * headSize, hidden),
      'attention-k': make(keyValueHeads * headSize, hidden),
      'attention-v': make(keyValueHeads * headSize, hidden),
      'attention-o': make(hidden, heads * headSize),
      'mlp-gate': make(mlp, hidden),
      'mlp-up': make(mlp, hidden),
      'mlp-down': make(hidden, mlp),
    },
    experts: [0, 1, 2].map(() => ({
      gate: make(mlp, hidden),
      up: make(mlp, hidden),
      down: make(hidden, mlp),
    })),
  };
}

export function stored(name: string, ...parts: readonly Matrix[]): StoredInput {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  const vector = /norm|ln_/.test(name);
  return { name, shape: vector ? [data.length] : [rows, parts[0]!.columns], data };
}

function rows(m: Matrix, first: number, count: number): Matrix {
  return selectRows(
    m,
    Array.from({ length: count }, (_, i) => first + i),
  );
}

/** Query heads of a group, then their key, then their value: as Falcon, InternLM2 and (groups of 1) NeoX. */
export function interleaveHeads(layer: Layer): Matrix[] {
  const { 'attention-q': q, 'attention-k': k, 'attention-v': v } = layer.tensors;
  const perGroup = (layer.heads / layer.keyValueHeads) * layer.headSize;
  return Array.from({ length: layer.keyValueHeads }, (_, group) => [
    rows(q!, group * perGroup, perGroup),
    rows(k!, group * layer.headSize, layer.headSize),
    rows(v!, group * layer.headSize, layer.headSize),
  ]).flat();
}

/** The converter's reshape(heads, 2, size / 2).swapaxes(1, 2), written out. */
export function asRotaryPairs(m: Matrix, headSize: number): Matrix {
  const out = matrix(m.rows, m.columns);
  for (let head = 0; head < m.rows / headSize; head++)
    for (let half = 0; half < 2; half++)
      for (let j = 0; j < headSize / 2; j++)
        out.data.set(
          row(m, head * headSize + half * (headSize / 2) + j),
          (head * headSize + 2 * j + half) * m.columns,
        );
  return out;
}

export function ends(layer: Layer, embedding: string, norm1: string, norm2: string): StoredInput[] {
  const { tensors } = layer;
  return [
    stored(embedding, tensors.embedding!),
    stored(norm1, tensors['attention-norm']!),
    stored(norm2, tensors['mlp-norm']!),
  ];
}

export function config(layer: Layer, type: string): JsonObject {
  return {
    model_type: type,
    hidden_size: layer.hidden,
    num_attention_heads: layer.heads,
    num_key_value_heads: layer.keyValueHeads,
    head_dim: layer.headSize,
  };
}

export function llamaLike(layer: Layer): StoredInput[] {
  const { tensors: t } = layer;
  const at = 'model.layers.0.';
  return [
    ...ends(
      layer,
      'model.embed_tokens.weight',
      `${at}input_layernorm.weight`,
      `${at}post_attention_layernorm.weight`,
    ),
    stored(`${at}self_attn.q_proj.weight`, t['attention-q']!),
    stored(`${at}self_attn.k_proj.weight`, t['attention-k']!),
    stored(`${at}self_attn.v_proj.weight`, t['attention-v']!),
    stored(`${at}self_attn.o_proj.weight`, t['attention-o']!),
    stored(`${at}mlp.gate_proj.weight`, t['mlp-gate']!),
    stored(`${at}mlp.up_proj.weight`, t['mlp-up']!),
    stored(`${at}mlp.down_proj.weight`, t['mlp-down']!),
  ];
}

export function open(rendering: Rendering): CanonicalModel {
  return buildModel({
    name: 'rendered',
    digest: 'memory:test',
    store: memoryStore(rendering.stored, { format: rendering.format ?? 'safetensors' }),
    configuration: rendering.configuration,
    rotaryPairs: rendering.rotaryPairs ?? false,
  });
}

export async function assertReads(
  model: CanonicalModel,
  role: TensorRole,
  expected: Matrix,
  expert?: number,
): Promise<void> {
  const layer = role === 'embedding' ? undefined : 0;
  const tensor = model.find(role, layer, expert === undefined ? {} : { expert });
  assert.ok(tensor, `${role} is missing`);
  const whole = await model.read(tensor);
  assert.deepEqual([whole.rows, whole.columns], [expected.rows, expected.columns], role);
  assert.ok(
    whole.data.every((value, i) => Math.abs(value - expected.data[i]!) < 1e-6),
    `${role} differs`,
  );
  const wanted = [expected.rows - 1, 0, Math.floor(expected.rows / 2)];
  assert.deepEqual((await model.read(tensor, { rows: wanted })).data, selectRows(whole, wanted).data, role);
}
