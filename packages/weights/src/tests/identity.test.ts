import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { PairContext } from '../context.ts';
import { matrix } from '../matrix.ts';
import {
  changed,
  closePair,
  examplePair,
  mapped,
  nudged,
  pairOf,
  plantedTensors,
  rounded,
} from '../test-support/planted-models.ts';
import { identity } from './identity.ts';

const base = plantedTensors('identity');
const facts = async (pair: PairContext) => (await identity.run(pair)).facts!;

describe('weights.identity', () => {
  it('calls a copy identical', async () => {
    const outcome = await identity.run(pairOf(base, base));
    assert.equal(outcome.facts!.allIdentical, true);
    assert.equal(outcome.facts!.identicalTensors, base.length);
    assert.equal(outcome.statistic!.value, 1);
  });

  it('sees a change of number type in both directions, and the one bfloat16 left behind', async () => {
    const fine = changed(base, (m) => nudged(m, 'fine', 1e-4, 'F32'));
    for (const chain of [['F16'], ['BF16'], ['BF16', 'F16']]) {
      const cast = changed(fine, (m) => chain.reduce((held, dtype) => rounded(held, dtype), m));
      const text = `rounded to ${chain.join(', then ')}`;
      const there = await facts(pairOf(fine, cast));
      assert.equal(there.allIdentical, true);
      assert.ok(JSON.stringify(there.casts).includes(`the reference ${text}`), JSON.stringify(there.casts));
      const back = await facts(pairOf(cast, fine));
      assert.equal(back.allIdentical, true);
      assert.ok(JSON.stringify(back.casts).includes(`the subject ${text}`));
    }
  });

  it('does not call equal what differs in one element of one tensor', async () => {
    const touched = changed(base, (m, role, layer) =>
      role === 'mlp-up' && layer === 1 ? mapped(m, (value, i) => (i === 77 ? value + 1 : value)) : m,
    );
    const seen = await facts(pairOf(base, touched));
    assert.equal(seen.allIdentical, false);
    assert.equal(seen.identicalTensors, base.length - 1);
    assert.equal(seen.castIdenticalTensors, 0);
  });

  it('counts values that are not finite instead of dropping the tensor', async () => {
    const broken = changed(base, (m, role) =>
      role === 'head' ? mapped(m, (value, i) => (i === 5 ? Number.NaN : i === 6 ? Infinity : value)) : m,
    );
    const outcome = await identity.run(pairOf(base, broken));
    assert.deepEqual(outcome.facts!.nonFinite, ['head']);
    const part = outcome.parts!.find((candidate) => candidate.name === 'head')!;
    assert.match(part.note!, /not finite: 0 in the reference, 2 in the subject/);
    assert.ok(outcome.parts!.every((candidate) => Number.isFinite(candidate.statistic!.value)));
  });

  it('recognises absmax rounding to int8 rows, whatever type holds the result', async () => {
    const toRows = changed(base, (m) => {
      const out = m.data.slice();
      for (let i = 0; i < m.rows; i++) {
        const values = out.subarray(i * m.columns, (i + 1) * m.columns);
        const step = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
        values.forEach((value, j) => {
          values[j] = Math.round(value / step) * step;
        });
      }
      return rounded(matrix(m.rows, m.columns, out), 'F16');
    });
    const seen = await facts(pairOf(base, toRows));
    assert.equal(seen.requantisedTensors, base.filter((tensor) => tensor.matrix.rows > 1).length);
    const nothing = await facts(
      pairOf(
        base,
        changed(base, (m) => nudged(m, 'noise', 2e-4)),
      ),
    );
    assert.equal(nothing.requantisedTensors, 0);
  });

  it('is symmetric in the equal share, and at one only for copies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60 }), fc.string(), async (count, seed) => {
        const touched = changed(base, (m, role) =>
          role === 'mlp-gate' ? mapped(m, (value, i) => (i < count ? value + 1 + seed.length : value)) : m,
        );
        const there = await identity.run(pairOf(base, touched));
        const back = await identity.run(pairOf(touched, base));
        assert.equal(there.statistic!.value, back.statistic!.value);
        assert.equal(there.statistic!.value === 1, count === 0);
      }),
      { numRuns: 8 },
    );
  });

  it('finds the frozen embedding, head and norms of a merged adapter, and nothing equal in a stranger', async () => {
    const adapter = await examplePair('base_A', 'A_lora');
    const stranger = await examplePair('base_A', 'base_B');
    assert.equal((await facts(adapter)).identicalTensors, 11);
    assert.equal((await facts(stranger)).identicalTensors, 0);
    await closePair(adapter);
    await closePair(stranger);
  });
});
