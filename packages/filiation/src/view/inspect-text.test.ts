import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Inspection } from '@filiation/weights';
import { renderInspection } from './inspect-text.ts';

const inspection: Inspection = {
  name: 'base_A',
  digest: `sha256:${'0'.repeat(64)}`,
  format: 'safetensors',
  architecture: {
    family: 'llama',
    layers: 4,
    hiddenSize: 128,
    heads: 4,
    keyValueHeads: 2,
    headSize: 32,
    mlpSize: 352,
    gatedMlp: true,
    experts: 0,
    vocabularySize: 2048,
    tiedHead: false,
    norm: 'rms',
    positions: 'rotary',
    configuration: {},
  },
  totals: { tensors: 39, parameters: 1_262_208, bytes: 2_524_416 },
  dtypes: [{ dtype: 'F16', tensors: 39, parameters: 1_262_208, bytes: 2_524_416 }],
  roles: [
    {
      role: 'embedding',
      tensors: 1,
      biases: 0,
      layers: 0,
      experts: 0,
      shapes: ['2048×128'],
      dtypes: ['F16'],
    },
    { role: 'mlp-up', tensors: 4, biases: 0, layers: 4, experts: 0, shapes: ['352×128'], dtypes: ['F16'] },
  ],
  tensors: [
    {
      role: 'mlp-up',
      bias: false,
      layer: 0,
      rows: 352,
      columns: 128,
      dtype: 'F16',
      file: 'model.safetensors',
      origin: 'model.layers.0.mlp.up_proj.weight',
    },
  ],
  unassigned: [],
  tokenizer: undefined,
  claims: { baseModels: ['owner/base'], relation: 'finetune' },
  oddities: [{ severity: 'warning', kind: 'missing-shard', text: 'shard 2 of 3 is missing' }],
};

const plain = { width: 80, colour: false };

describe('an inspection as text', () => {
  it('says on one screen what the model is', () => {
    const text = renderInspection(inspection, plain);
    for (const part of [
      'safetensors, 1.26 million parameters in 39 tensors, 2.52 MB',
      'llama: 4 layers, 128 wide, 4 query heads on 2 key/value heads of 32',
      'to come from owner/base (finetune)',
      'mlp-up     4       352×128   F16',
      'warning    shard 2 of 3 is missing',
    ])
      assert.ok(text.includes(part), `${part}\n\n${text}`);
    assert.ok(text.split('\n').length < 40);
    assert.ok(text.split('\n').every((line) => line.length <= 80));
  });

  it('lists every tensor when asked', () => {
    assert.match(
      renderInspection(inspection, { ...plain, tensors: true }),
      /model\.layers\.0\.mlp\.up_proj\.weight/,
    );
  });

  it('colours only when asked, and never lets a file colour for it', () => {
    const hostile = { ...inspection, name: 'a\u001b[31mred\u001b[0m\nsecond line' };
    assert.ok(!renderInspection(hostile, plain).includes('\u001b'));
    assert.ok(renderInspection(inspection, { ...plain, colour: true }).includes('\u001b[1mbase_A'));
  });

  it('says so where no tensor has a known name', () => {
    const unknown = {
      ...inspection,
      roles: [],
      tensors: [],
      unassigned: [{ name: 'A_log', dtype: 'F32', shape: [4, 4] }],
    };
    const text = renderInspection(unknown, plain);
    assert.match(text, /no tensor has a name known here/);
    assert.match(text, /1 tensor without a role\n {2}A_log {2}4×4 F32/);
  });
});
