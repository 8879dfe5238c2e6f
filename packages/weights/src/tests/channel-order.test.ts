import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { TestOutcome } from '@filiation/evidence';
import { randomStream } from '@filiation/stats';
import { exchangeableModel } from '../calibration/exchangeable-model.ts';
import type { CanonicalModel } from '../canonical/model.ts';
import { plainKernel } from '../kernel/plain.ts';
import { selectRows, transpose } from '../matrix.ts';
import { pairContext } from '../pair.ts';
import { alteredModel } from '../test-support/altered-models.ts';
import { exampleModel } from '../test-support/example-models.ts';
import { runUnderNull, uniformity, worstExcess } from '../test-support/order-null.ts';
import { channelOrder } from './channel-order.ts';

const kernel = plainKernel();
const compare = (reference: CanonicalModel, subject: CanonicalModel, tokens = 512): Promise<TestOutcome> =>
  channelOrder.run(pairContext({ reference, subject, kernel, parameters: { tokens } }));

describe('channelOrder on independent models', () => {
  const shape = { layers: 0, hidden: 32, vocabulary: 70 };

  it('gives exactly uniform p-values once ties between counts are split', async () => {
    const run = await runUnderNull(channelOrder, 700, shape);
    assert.ok(uniformity(run) > -3, `log10 p of uniformity ${uniformity(run)}`);
    assert.ok(worstExcess(run) < 3.5, `p-values too small by ${worstExcess(run)} standard errors`);
  });

  it('stays valid between different widths', async () => {
    const run = await runUnderNull(channelOrder, 200, shape, { subject: { ...shape, hidden: 26 } });
    assert.ok(worstExcess(run) < 3.5);
  });
});

describe('channelOrder on the example models', () => {
  let base: CanonicalModel;
  before(async () => {
    base = await exampleModel('base_A');
  });

  it('finds children with every channel at home, signs of channels aside', async () => {
    for (const name of ['A_ft', 'A_lora', 'A_pruned_width']) {
      const outcome = await compare(base, await exampleModel(name));
      assert.equal(outcome.statistic!.value, 128, name);
      assert.ok(Math.abs(outcome.log10P! + 215.586) < 0.01, `${name}: ${outcome.log10P}`);
    }
    const flipped = await alteredModel(base, 'flipped', (m) => ({
      ...m,
      data: m.data.map((value) => -value),
    }));
    assert.equal((await compare(base, flipped)).statistic!.value, 128);
  });

  it('is not blinded by a huge token row, or by one that is not a number', async () => {
    for (const value of [1e6, Number.NaN, Number.POSITIVE_INFINITY]) {
      const spoilt = await alteredModel(base, 'spoilt', (m, { role }) => {
        if (role === 'embedding') m.data.fill(value, 7 * m.columns, 8 * m.columns);
        return m;
      });
      const outcome = await compare(base, spoilt, 4096);
      assert.equal(outcome.statistic!.value, 128, `${value}`);
    }
  });

  it('finds nothing in an independent model or a student of outputs', async () => {
    for (const name of ['base_B', 'S_plain', 'A_rotated_scaled']) {
      const outcome = await compare(base, await exampleModel(name));
      assert.ok(outcome.log10P! > -3, `${name}: ${outcome.log10P}`);
      assert.match(outcome.summary, /as independent models would show/);
    }
  });

  it('points at a disguise where all channels match but none is at home', async () => {
    const outcome = await compare(base, await exampleModel('A_permuted'));
    assert.ok(outcome.log10P! > -3);
    assert.equal(outcome.facts!.mutualMatchRate, 1);
    assert.match(outcome.summary, /channels were shuffled/);
  });

  it('finds a child with fewer channels by their order', async () => {
    const kept = randomStream('kept').sample(128, 96);
    const narrow = await alteredModel(await exampleModel('A_ft'), 'narrow', (m, { role }) =>
      role === 'embedding' ? transpose(selectRows(transpose(m), kept)) : undefined,
    );
    const outcome = await compare(base, narrow);
    assert.equal(outcome.statistic!.name, 'matched channels in order');
    assert.ok(outcome.log10P! < -80, `${outcome.log10P}`);
  });
});

describe('channelOrder by construction', () => {
  it('is not testable on a handful of shared tokens', async () => {
    const random = randomStream('few');
    const few = exchangeableModel('few', random, { vocabulary: 40 });
    const outcome = await compare(few, few);
    assert.equal(outcome.status, 'not-testable');
    assert.match(outcome.reason!, /40 tokens/);
  });
});
