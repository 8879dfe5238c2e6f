import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { TestOutcome } from '@filiation/evidence';
import { randomStream } from '@filiation/stats';
import { exchangeableModel } from '../calibration/exchangeable-model.ts';
import { memoryModel } from '../canonical/memory-model.ts';
import type { CanonicalModel } from '../canonical/model.ts';
import type { WeightParameters } from '../context.ts';
import { plainKernel } from '../kernel/plain.ts';
import { type Matrix, matrix, selectRows, transpose } from '../matrix.ts';
import { pairContext } from '../pair.ts';
import { alteredModel, modelOfLayers } from '../test-support/altered-models.ts';
import { exampleModel } from '../test-support/example-models.ts';
import { runUnderNull, uniformity, worstExcess } from '../test-support/order-null.ts';
import { randomRotation } from '../test-support/simulated-models.ts';
import { headOrder } from './head-order.ts';

const kernel = plainKernel();
const compare = (
  reference: CanonicalModel,
  subject: CanonicalModel,
  parameters: Partial<WeightParameters> = {},
): Promise<TestOutcome> => headOrder.run(pairContext({ reference, subject, kernel, parameters }));
const part = (outcome: TestOutcome, name: string): { value: number; n: number } =>
  outcome.parts!.find((candidate) => candidate.name === name)!.statistic!;

describe('headOrder on independent models', () => {
  it('gives exactly uniform p-values once ties are split, with grouped and with single heads', async () => {
    const small = { layers: 1, hidden: 10, units: 1, vocabulary: 1, headSize: 4 };
    for (const shape of [
      { ...small, heads: 9, groups: 3 },
      { ...small, heads: 6, groups: 6 },
    ]) {
      const run = await runUnderNull(headOrder, 500, shape);
      assert.ok(uniformity(run) > -3, `log10 p of uniformity ${uniformity(run)}`);
      assert.ok(worstExcess(run) < 3.5, `p-values too small by ${worstExcess(run)} standard errors`);
    }
  });
});

describe('headOrder where both models use ALiBi', () => {
  it('counts value rows only, for the slopes tell heads apart by index', async () => {
    const random = randomStream('alibi');
    const alibi = (name: string): CanonicalModel => {
      const model = exchangeableModel(name, random);
      return { ...model, architecture: { ...model.architecture, positions: 'alibi' } };
    };
    const outcome = await compare(alibi('a'), alibi('b'));
    assert.equal(outcome.statistic!.name, 'value rows at home');
    const mixed = await compare(alibi('a'), exchangeableModel('b', random));
    assert.equal(mixed.statistic!.name, 'heads at home');
  });
});

describe('headOrder on the example models', () => {
  let base: CanonicalModel;
  before(async () => {
    base = await exampleModel('base_A');
  });

  it('finds children with every head and value row at home', async () => {
    for (const name of ['A_ft', 'A_lora', 'A_pruned_width']) {
      const outcome = await compare(base, await exampleModel(name));
      assert.ok(outcome.log10P! < -250, `${name}: ${outcome.log10P}`);
      assert.deepEqual(part(outcome, 'layer 2: value rows'), {
        name: 'value rows at home',
        value: 64,
        n: 64,
      });
    }
  });

  it('finds nothing in unrelated or disguised models', async () => {
    for (const name of ['base_B', 'S_plain', 'A_permuted', 'A_rotated_scaled'])
      assert.ok((await compare(base, await exampleModel(name))).log10P! > -3, name);
  });

  it('follows the layers of a child pruned in depth', async () => {
    const child = await modelOfLayers(await exampleModel('A_ft'), 'A without layer 0', [1, 2, 3]);
    const outcome = await compare(base, child, { unitsPerLayer: 64 });
    assert.ok(outcome.log10P! < -150, `${outcome.log10P}`);
    assert.equal(part(outcome, 'layer 0 (reference layer 1): groups').value, 2);
  });
});

describe('headOrder by construction', () => {
  const random = randomStream('heads');
  const shape = { layers: 2, hidden: 32, units: 8, heads: 12, groups: 6, headSize: 8 };
  const a = exchangeableModel('a', random, shape);

  it('sees circuits through rotations inside heads', async () => {
    const rotation = randomRotation('inside', 8);
    const rotated = await alteredModel(a, 'rotated heads', (m, { role }) => {
      if (role === 'attention-o') return transpose(rotateBlocks(transpose(m), rotation));
      return /attention-[qkv]$/.test(role) ? rotateBlocks(m, rotation) : m;
    });
    const outcome = await compare(a, rotated);
    assert.deepEqual(part(outcome, 'layer 0: groups').value, 6);
    assert.deepEqual(part(outcome, 'layer 1: heads within groups').value, 12);
    assert.ok(part(outcome, 'layer 0: value rows').value < 20);
    assert.ok(outcome.log10P! < -6);
  });

  it('finds value rows in order inside heads that were shuffled', async () => {
    const order = [3, 5, 1, 0, 2, 4];
    const rows = (size: number) =>
      Int32Array.from(order.flatMap((group) => Array.from({ length: size }, (_, i) => group * size + i)));
    const shuffled = await alteredModel(a, 'shuffled groups', (m, { role }) => {
      if (role === 'attention-q') return selectRows(m, rows(16));
      if (role === 'attention-o') return transpose(selectRows(transpose(m), rows(16)));
      return role === 'attention-k' || role === 'attention-v' ? selectRows(m, rows(8)) : m;
    });
    const outcome = await compare(a, shuffled);
    assert.equal(part(outcome, 'layer 0: groups').value, 0);
    assert.ok(part(outcome, 'layer 0: value rows').value > 40);
    assert.ok(outcome.log10P! < -6, `${outcome.log10P}`);
  });

  it('says why it cannot test: unknown heads, other widths, latent attention, no attention', async () => {
    const tensors = [{ role: 'mlp-up' as const, layer: 0, matrix: matrix(4, 32) }];
    const unknown = memoryModel({ name: 'unknown', tensors });
    const empty = memoryModel({
      name: 'empty',
      tensors,
      architecture: { heads: 12, keyValueHeads: 6, headSize: 8 },
    });
    const latent = memoryModel({
      name: 'latent',
      tensors: [...tensors, { role: 'attention-kv-a', layer: 0, matrix: matrix(4, 32) }],
    });
    const narrow = exchangeableModel('narrow', random, { ...shape, hidden: 30 });
    for (const [subject, reason] of [
      [unknown, /head count of unknown is unknown/],
      [empty, /no layer has whole/],
      [latent, /latent attention/],
      [narrow, /32 and 30 channels/],
    ] as const) {
      const outcome = await compare(a, subject);
      assert.equal(outcome.status, 'not-testable');
      assert.match(outcome.reason!, reason);
    }
  });

  it('states the smallest p-value its head counts allow', async () => {
    const outcome = await compare(a, a);
    assert.ok(Number(outcome.facts!.smallestLog10P) <= outcome.log10P! + 1e-6);
  });
});

/** Every block of rows (one head's) multiplied by one rotation. */
function rotateBlocks(m: Matrix, rotation: Matrix): Matrix {
  const size = rotation.rows;
  const out = matrix(m.rows, m.columns);
  for (let i = 0; i < m.rows; i++)
    for (let s = 0; s < size; s++) {
      const weight = rotation.data[(i % size) * size + s]!;
      const from = (i - (i % size) + s) * m.columns;
      for (let j = 0; j < m.columns; j++) out.data[i * m.columns + j]! += weight * m.data[from + j]!;
    }
  return out;
}
