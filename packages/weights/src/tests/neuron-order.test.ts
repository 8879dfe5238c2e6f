import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { TestOutcome } from '@filiation/evidence';
import { randomStream } from '@filiation/stats';
import { exchangeableModel } from '../calibration/exchangeable-model.ts';
import type { CanonicalModel } from '../canonical/model.ts';
import type { WeightParameters } from '../context.ts';
import { plainKernel } from '../kernel/plain.ts';
import { matrix, selectRows } from '../matrix.ts';
import { pairContext } from '../pair.ts';
import { alteredModel, modelOfLayers } from '../test-support/altered-models.ts';
import { exampleModel } from '../test-support/example-models.ts';
import { runUnderNull, uniformity, worstExcess } from '../test-support/order-null.ts';
import { neuronOrder } from './neuron-order.ts';

const kernel = plainKernel();
const compare = (
  reference: CanonicalModel,
  subject: CanonicalModel,
  parameters: Partial<WeightParameters> = {},
): Promise<TestOutcome> => neuronOrder.run(pairContext({ reference, subject, kernel, parameters }));

describe('neuronOrder on independent models', () => {
  it('gives exactly uniform p-values once ties between counts are split', async () => {
    const run = await runUnderNull(neuronOrder, 500, { layers: 2, hidden: 12, units: 24 });
    assert.ok(uniformity(run) > -3, `log10 p of uniformity ${uniformity(run)}`);
    assert.ok(worstExcess(run) < 3.5, `p-values too small by ${worstExcess(run)} standard errors`);
  });

  it('stays valid with experts, other widths and other depths', async () => {
    const shape = { layers: 1, hidden: 12, units: 24 };
    const experts = await runUnderNull(neuronOrder, 100, { ...shape, experts: 2 });
    const widths = await runUnderNull(neuronOrder, 100, shape, { subject: { ...shape, units: 18 } });
    const depths = await runUnderNull(neuronOrder, 100, shape, { subject: { ...shape, layers: 2 } });
    for (const run of [experts, widths, depths]) assert.ok(worstExcess(run) < 3.5);
    for (const run of [experts, depths]) assert.ok(uniformity(run) > -3);
  });
});

describe('neuronOrder on the example models', () => {
  let base: CanonicalModel;
  before(async () => {
    base = await exampleModel('base_A');
  });
  const parameters = { unitsPerLayer: 96 };

  it('finds children: fine-tuned, low-rank tuned, and pruned in width', async () => {
    for (const name of ['A_ft', 'A_lora', 'A_pruned_width']) {
      const outcome = await compare(base, await exampleModel(name), parameters);
      assert.ok(outcome.log10P! < -300, `${name}: ${outcome.log10P}`);
      assert.ok(outcome.effect!.value > 0.8, `${name}: ${outcome.effect!.value}`);
    }
  });

  it('finds nothing in an independent model or a student of outputs, and says what it could have found', async () => {
    for (const name of ['base_B', 'S_plain']) {
      const outcome = await compare(base, await exampleModel(name), parameters);
      assert.ok(outcome.log10P! > -3, `${name}: ${outcome.log10P}`);
      assert.ok(outcome.detectable!.value <= 0.1, `${name}: ${outcome.detectable!.value}`);
    }
  });

  it('does not see through permuted or rotated copies', async () => {
    for (const name of ['A_permuted', 'A_rotated_scaled'])
      assert.ok((await compare(base, await exampleModel(name), parameters)).log10P! > -3, name);
  });

  it('finds the layers of a child pruned in depth, and of a parent deeper than its child', async () => {
    const pruned = await modelOfLayers(await exampleModel('A_ft'), 'A without layer 1', [0, 2, 3]);
    const outcome = await compare(base, pruned, parameters);
    assert.deepEqual(outcome.parameters.referenceLayers, [0, 2, 3]);
    assert.ok(outcome.log10P! < -300);
    const grown = await modelOfLayers(base, 'A with layers repeated', [0, 1, 2, 1, 2, 3]);
    const repeated = await compare(await exampleModel('A_ft'), grown, parameters);
    assert.deepEqual(repeated.parameters.referenceLayers, [0, 1, 2, 1, 2, 3]);
  });

  it('says one in n! a layer for a model and itself, and repeats itself to the byte', async () => {
    const outcome = await compare(base, base);
    assert.ok(Math.abs(outcome.log10P! + 4 * 745.183823996242) < 1e-6, `${outcome.log10P}`);
    assert.equal(JSON.stringify(await compare(base, base)), JSON.stringify(outcome));
  });
});

describe('neuronOrder by construction', () => {
  const random = randomStream('construction');
  const shape = { layers: 2, hidden: 48, units: 64 };
  const a = exchangeableModel('a', random, shape);
  const b = exchangeableModel('b', random, shape);

  it('makes its map without looking at the order of B', async () => {
    const order = random.permutation(64);
    const shuffled = await alteredModel(b, 'b shuffled', (m, tensor) =>
      tensor.role === 'mlp-gate' ? selectRows(m, order) : m,
    );
    const maps = (outcome: TestOutcome) =>
      (outcome.facts!.blocks as { fibres: number[][] }[]).map((block) => block.fibres.slice(1));
    const [one, other] = [await compare(a, b), await compare(a, shuffled)];
    // Dead units of A choose by lot; all else must be the same map.
    assert.ok(Math.abs(Number(one.facts!.meanLead) - Number(other.facts!.meanLead)) < 1e-6);
    assert.equal(maps(one).length, maps(other).length);
    assert.notDeepEqual(one.parts, other.parts);
  });

  it('detects what its power analysis says it would detect', async () => {
    const { value } = (await compare(a, b)).detectable!;
    for (const [cosine, found] of [
      [value, true],
      [value / 4, false],
    ] as const) {
      const child = await plantRelation(a, b, cosine);
      const outcome = await compare(a, child);
      assert.equal(outcome.log10P! <= -4.5, found, `cosine ${cosine}: ${outcome.log10P}`);
    }
  });

  it('is not testable between models of different hidden size, and says so', async () => {
    const outcome = await compare(a, exchangeableModel('narrow', random, { ...shape, hidden: 40 }));
    assert.equal(outcome.status, 'not-testable');
    assert.match(outcome.reason!, /48 and 40 channels/);
    assert.equal(outcome.log10P, undefined);
  });

  it('compares experts one by one and finds a copied mixture', async () => {
    const mixture = exchangeableModel('mixture', random, { ...shape, experts: 4 });
    const outcome = await compare(mixture, mixture);
    assert.equal(outcome.parts!.length, 8);
    assert.ok(outcome.log10P! < -100);
  });
});

/** Gate rows of `b` mixed towards the rows of `a` in the same place, as the power analysis imagines. */
async function plantRelation(a: CanonicalModel, b: CanonicalModel, cosine: number): Promise<CanonicalModel> {
  const sources = new Map<number, Float32Array>();
  for (const tensor of a.tensors)
    if (tensor.role === 'mlp-gate') {
      const rows = await a.read(tensor);
      const gain = (await a.read(a.find('mlp-norm', tensor.layer)!)).data;
      sources.set(
        tensor.layer!,
        rows.data.map((value, i) => value * gain[i % rows.columns]!),
      );
    }
  return alteredModel(b, `planted ${cosine}`, (m, tensor) => {
    if (tensor.role === 'mlp-norm') return matrix(1, m.columns, new Float32Array(m.columns).fill(1));
    if (tensor.role !== 'mlp-gate') return m;
    const source = sources.get(tensor.layer!)!;
    const norm = (values: Float32Array): number => Math.hypot(...values) || 1;
    const out = matrix(m.rows, m.columns);
    for (let i = 0; i < m.rows; i++) {
      const at = i * m.columns;
      const [x, y] = [source.subarray(at, at + m.columns), m.data.subarray(at, at + m.columns)];
      // A dead unit would turn into a pure copy.
      if (y.every((value) => value === 0)) continue;
      const [sizeX, sizeY] = [norm(x), norm(y)];
      for (let j = 0; j < m.columns; j++)
        out.data[at + j] = (cosine * x[j]!) / sizeX + (Math.sqrt(1 - cosine * cosine) * y[j]!) / sizeY;
    }
    return out;
  });
}
