import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Matrix, matrix, row, transpose } from '../matrix.ts';
import { assertReads, type Layer, layerOf, open, shapes, stored } from '../test-support/layer.ts';
import type { StoredInput } from './memory-store.ts';

describe('experts stacked in one tensor', () => {
  const stack = (name: string, slices: readonly Matrix[]): StoredInput => {
    const flat = stored(name, ...slices);
    return { ...flat, shape: [slices.length, slices[0]!.rows, slices[0]!.columns] };
  };
  const alternate = (a: Matrix, b: Matrix): Matrix => {
    const out = matrix(2 * a.rows, a.columns);
    for (let i = 0; i < a.rows; i++) {
      out.data.set(row(a, i), 2 * i * a.columns);
      out.data.set(row(b, i), (2 * i + 1) * a.columns);
    }
    return out;
  };
  const both = (a: Matrix, b: Matrix): Matrix => matrix(2 * a.rows, a.columns, stored('', a, b).data);
  const at = 'model.layers.0.';
  const renderings: Readonly<Record<string, (layer: Layer) => StoredInput[]>> = {
    GGUF: ({ experts }) => [
      stack(
        'blk.0.ffn_gate_exps.weight',
        experts.map(({ gate }) => gate),
      ),
      stack(
        'blk.0.ffn_up_exps.weight',
        experts.map(({ up }) => up),
      ),
      stack(
        'blk.0.ffn_down_exps.weight',
        experts.map(({ down }) => down),
      ),
    ],
    'Llama 4': ({ experts }) => [
      stack(
        `${at}feed_forward.experts.gate_up_proj`,
        experts.map(({ gate, up }) => transpose(both(gate, up))),
      ),
      stack(
        `${at}feed_forward.experts.down_proj`,
        experts.map(({ down }) => transpose(down)),
      ),
    ],
    'gpt-oss': ({ experts }) => [
      stack(
        `${at}mlp.experts.gate_up_proj`,
        experts.map(({ gate, up }) => transpose(alternate(gate, up))),
      ),
      stack(
        `${at}mlp.experts.down_proj`,
        experts.map(({ down }) => transpose(down)),
      ),
      // By its bias a model shows that gate and up alternate.
      {
        name: `${at}mlp.experts.gate_up_proj_bias`,
        shape: [3, 2 * experts[0]!.gate.rows],
        data: new Float32Array(6 * experts[0]!.gate.rows),
      },
    ],
    'Qwen mixtures that stack out × in': ({ experts }) => [
      stack(
        `${at}mlp.experts.gate_up_proj`,
        experts.map(({ gate, up }) => both(gate, up)),
      ),
      stack(
        `${at}mlp.experts.down_proj`,
        experts.map(({ down }) => down),
      ),
    ],
    'Granite mixtures': ({ experts }) => [
      stack(
        `${at}block_sparse_moe.input_linear.weight`,
        experts.map(({ gate, up }) => both(gate, up)),
      ),
      stack(
        `${at}block_sparse_moe.output_linear.weight`,
        experts.map(({ down }) => down),
      ),
    ],
  };
  for (const [name, render] of Object.entries(renderings))
    it(`reads back each expert of ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(shapes, async (shape) => {
          const layer = layerOf(shape);
          const norm = name === 'GGUF' ? 'blk.0.ffn_norm.weight' : `${at}post_attention_layernorm.weight`;
          const model = open({
            configuration: {},
            stored: [stored(norm, layer.tensors['mlp-norm']!), ...render(layer)],
          });
          assert.equal(model.architecture.experts, 3);
          for (const [expert, { gate, up, down }] of layer.experts.entries()) {
            await assertReads(model, 'mlp-gate', gate, expert);
            await assertReads(model, 'mlp-up', up, expert);
            await assertReads(model, 'mlp-down', down, expert);
          }
        }),
        { numRuns: 25 },
      );
    });
});
