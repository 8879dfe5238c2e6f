import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import { SMALL_SHAPE } from '../../calibration/exchangeable-model.ts';
import type { MemoryTensor } from '../../canonical/memory-model.ts';
import { plainKernel } from '../../kernel/plain.ts';
import { matrix } from '../../matrix.ts';
import { pairContext } from '../../pair.ts';
import { worstExcess } from '../../test-support/order-null.ts';
import { deepened, remade, spreadGroups, upcycled } from '../../test-support/repeated-models.ts';
import type { WeightTest } from '../../weight-test.ts';
import { headOrder } from '../head-order.ts';
import { neuronOrder } from '../neuron-order.ts';
import { CopyFinder } from './copies.ts';

type Remake = (tensors: MemoryTensor[]) => MemoryTensor[];

/** How much too often independent models that repeat themselves alike look related, in standard errors. */
async function excess(
  test: WeightTest,
  pairs: number,
  remake: Remake,
  architecture: { readonly experts?: number; readonly keyValueHeads?: number } = {},
): Promise<number> {
  const random = randomStream(`${test.card.id}/repeated`);
  const log10Ps: number[] = [];
  for (let i = 0; i < pairs; i++) {
    const outcome = await test.run(
      pairContext({
        reference: await remade('a', random, remake, architecture),
        subject: await remade('b', random, remake, architecture),
        kernel: plainKernel(),
        parameters: { seed: `${i}` },
      }),
    );
    log10Ps.push(outcome.log10P!);
  }
  return worstExcess({ log10Ps, randomised: [] });
}

describe('order tests on models that repeat themselves', () => {
  it('are not misled by experts grown from one MLP', async () => {
    assert.ok((await excess(neuronOrder, 100, (tensors) => upcycled(tensors, 8), { experts: 8 })) < 3.5);
  });

  it('are not misled by repeated layers', async () => {
    const remake: Remake = (tensors) => deepened(tensors, 4);
    assert.ok((await excess(neuronOrder, 60, remake)) < 3.5);
    assert.ok((await excess(headOrder, 60, remake)) < 3.5);
  });

  it('are not misled by key-value heads that are stored several times', async () => {
    const { groups, headSize } = SMALL_SHAPE;
    const remake: Remake = (tensors) => spreadGroups(tensors, 2, headSize);
    assert.ok((await excess(headOrder, 100, remake, { keyValueHeads: 2 * groups })) < 3.5);
  });

  it('say what they left out', async () => {
    const pair = pairContext({
      reference: await remade('a', randomStream('a'), (tensors) => deepened(tensors, 2)),
      subject: await remade('b', randomStream('b'), (tensors) => deepened(tensors, 2)),
      kernel: plainKernel(),
    });
    for (const test of [neuronOrder, headOrder])
      assert.deepEqual((await test.run(pair)).parameters.copiesLeftOut, ['layer 1', 'layer 3']);
  });
});

describe('CopyFinder', () => {
  const random = randomStream('blocks');
  const block = (rows: number): Float32Array => Float32Array.from({ length: rows * 32 }, random.normal);

  it('sees a copy that was trained on, and takes independent blocks for what they are', async () => {
    const finder = new CopyFinder(plainKernel(), randomStream('ties'));
    const first = block(64);
    const trained = first.map((value) => value + 2 * random.normal());
    assert.equal(await finder.isCopy(matrix(64, 32, first), 64), false);
    assert.equal(await finder.isCopy(matrix(64, 32, block(64)), 64), false);
    assert.equal(await finder.isCopy(matrix(64, 32, trained), 64), true);
  });

  it('compares only blocks of one size that share a tag', async () => {
    const finder = new CopyFinder(plainKernel(), randomStream('ties'));
    const held = matrix(16, 32, block(16));
    assert.equal(await finder.isCopy(held, 16, ['layer 0']), false);
    assert.equal(await finder.isCopy(held, 32, ['layer 0']), false);
    assert.equal(await finder.isCopy(held, 16, ['layer 1']), false);
    assert.equal(await finder.isCopy(held, 16, ['layer 1', 'expert 0']), true);
  });
});
