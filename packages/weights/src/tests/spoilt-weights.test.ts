import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import { exchangeableModel } from '../calibration/exchangeable-model.ts';
import { memoryModel } from '../canonical/memory-model.ts';
import type { CanonicalModel, TensorRole } from '../canonical/model.ts';
import { comparePair } from '../compare.ts';
import { plainKernel } from '../kernel/plain.ts';
import type { ComparisonReport } from '../report.ts';

const SHAPE = { hidden: 24, layers: 2, units: 48, vocabulary: 400 };
const parent = (): CanonicalModel => exchangeableModel('parent', randomStream('spoilt'), SHAPE);

/** A copy with its matrices passed through `change`; `undefined` leaves the tensor out. */
async function changed(
  model: CanonicalModel,
  change: (role: TensorRole, layer: number | undefined, values: Float32Array) => Float32Array | undefined,
): Promise<CanonicalModel> {
  const tensors = [];
  for (const tensor of model.tensors) {
    const read = await model.read(tensor);
    const data = change(tensor.role, tensor.layer, read.data);
    if (data === undefined) continue;
    const place = tensor.layer === undefined ? {} : { layer: tensor.layer };
    tensors.push({ role: tensor.role, ...place, matrix: { ...read, data } });
  }
  return memoryModel({ name: 'child', tensors, architecture: model.architecture });
}

function compare(reference: CanonicalModel, subject: CanonicalModel): Promise<ComparisonReport> {
  return comparePair({
    reference,
    subject,
    kernel: plainKernel(),
    now: () => new Date(0),
    parameters: { permutations: 99 },
  });
}

function tuned(values: Float32Array): Float32Array {
  const random = randomStream(`tune ${values.length}`);
  return values.map((value) => value * (1 + 0.05 * random.normal()));
}

describe('a comparison of spoilt weights', () => {
  it('still finds a child with NaN, infinite and huge rows among its tokens', async () => {
    const child = await changed(parent(), (role, _, values) => {
      const out = tuned(values);
      if (role !== 'embedding') return out;
      out.fill(Number.NaN, 0, 24);
      out.fill(Number.POSITIVE_INFINITY, 24, 48);
      out.fill(1e6, 48, 72);
      return out;
    });
    const { opinion, findings } = await compare(parent(), child);
    assert.equal(opinion.relation, 'derived', JSON.stringify(opinion.primary));
    for (const finding of findings)
      assert.ok(finding.log10P === undefined || Number.isFinite(finding.log10P));
    assert.ok(findings.find((finding) => finding.test.id === 'weights.match')!.log10P! < -20);
  });

  it('still finds a child that lost the MLP of one layer', async () => {
    const child = await changed(parent(), (role, layer, values) =>
      layer === 1 && role.startsWith('mlp') ? undefined : tuned(values),
    );
    assert.equal((await compare(parent(), child)).opinion.relation, 'derived');
  });

  it('loses no run to weights that are all zero, all NaN or all equal', async () => {
    for (const value of [0, Number.NaN, 1]) {
      const flat = await changed(parent(), (_, __, values) => new Float32Array(values.length).fill(value));
      for (const [a, b] of [
        [parent(), flat],
        [flat, parent()],
      ] as const) {
        const { opinion } = await compare(a, b);
        assert.notEqual(opinion.relation, 'derived');
        assert.notEqual(opinion.relation, 'identical');
      }
    }
  });

  it('does not call two models identical that hold nothing', async () => {
    for (const value of [0, Number.NaN]) {
      const flat = await changed(parent(), (_, __, values) => new Float32Array(values.length).fill(value));
      assert.notEqual((await compare(flat, flat)).opinion.relation, 'identical');
    }
  });
});
