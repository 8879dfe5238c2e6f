import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { comparePair } from '../compare.ts';
import { plainKernel } from '../kernel/plain.ts';
import { openModel } from '../open-model.ts';
import type { ComparisonReport } from '../report.ts';
import type { TensorStore } from '../store.ts';
import { exampleModel } from '../test-support/examples.ts';
import { buildModel } from './build.ts';
import { memoryStore } from './memory-store.ts';
import type { CanonicalModel } from './model.ts';

const NAME = 'model.layers.0.mlp.up_proj.weight';

async function readBack(numbers: readonly number[], asStored = false): Promise<number[]> {
  const data = Float32Array.from(numbers);
  const model = buildModel({
    name: 'm',
    digest: 'd',
    store: memoryStore([{ name: NAME, shape: [data.length / 2, 2], data }]),
    configuration: { model_type: 'llama' },
  });
  return [...(await model.read(model.find('mlp-up', 0)!, { asStored })).data];
}

describe('numbers that a model hands out', () => {
  it('are those stored, as long as they are honest', async () => {
    const honest = [0.5, -0.02, 0, 3e-7, 40, -1000];
    assert.deepEqual(await readBack(honest), [...Float32Array.from(honest)]);
  });

  it('are 0 in place of NaN and infinity', async () => {
    assert.deepEqual(await readBack([Number.NaN, 1, Infinity, 2, -Infinity, 3]), [0, 1, 0, 2, 0, 3]);
  });

  it('are brought near 1 where all of a tensor is of extreme size, in one ratio for every row', async () => {
    for (const size of [1e30, 1e-30]) {
      const read = await readBack([size, 2 * size, -3 * size, 4 * size]);
      assert.ok(read[0]! > 0.1 && read[0]! < 1);
      for (const [i, times] of [1, 2, -3, 4].entries())
        assert.ok(Math.abs(read[i]! / read[0]! - times) < 1e-6, `${read}`);
    }
  });

  it('are held within what can be squared where single ones stand out', async () => {
    assert.deepEqual(await readBack([1, 1e38, 1, -1e38, 1, 1]), [1, 2 ** 28, 1, -(2 ** 28), 1, 1]);
  });

  it('are untouched for who asks for them as stored', async () => {
    assert.deepEqual(await readBack([Number.NaN, 2 ** 100], true), [Number.NaN, 2 ** 100]);
  });
});

describe('a copy with planted numbers', () => {
  let base: CanonicalModel;
  before(async () => {
    base = await openModel(exampleModel('base_A'), { digest: 'skip' });
  });
  after(() => base.store.close());

  /** The stored numbers of a model after `change`, opened like any other file. */
  async function planted(
    store: TensorStore,
    change: (data: Float32Array, name: string) => void,
  ): Promise<CanonicalModel> {
    const inputs = [];
    for (const tensor of store.tensors) {
      const data = await store.elements(tensor, 0, tensor.elementCount);
      change(data, tensor.name);
      inputs.push({ name: tensor.name, shape: tensor.shape, data });
    }
    const { configuration } = base.architecture;
    const { tokenizer } = base;
    return buildModel({
      name: 'planted',
      digest: 'd',
      store: memoryStore(inputs),
      configuration,
      ...(tokenizer === undefined ? {} : { tokenizer }),
    });
  }

  const compare = (subject: CanonicalModel): Promise<ComparisonReport> =>
    comparePair({
      reference: base,
      subject,
      kernel: plainKernel(),
      parameters: { unitsPerLayer: 32, permutations: 99, tokens: 512 },
      now: () => new Date(0),
    });

  it('is still recognised when a NaN stands in every matrix, and the NaN are reported', async () => {
    const subject = await planted(base.store, (data) => data.fill(Number.NaN, 0, 1));
    const { opinion, findings } = await compare(subject);
    assert.equal(opinion.relation, 'derived');
    assert.ok(findings.every(({ status }) => status !== 'failed'));
    assert.match(findings[0]!.summary, /39 tensors have values that are not finite/);
  });

  it('is still recognised when rescaled so far that squares leave float32', async () => {
    const subject = await planted(base.store, (data, name) => {
      const size = /up_proj|v_proj|q_proj|embed/.test(name) ? 1e25 : 1e-25;
      for (let i = 0; i < data.length; i++) data[i]! *= size;
    });
    const { opinion } = await compare(subject);
    assert.equal(opinion.relation, 'derived');
    assert.ok(opinion.primary.every(({ significant }) => significant));
  });
});
