import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MemoryTensor } from '../canonical/memory-model.ts';
import { plainKernel } from '../kernel/plain.ts';
import { type Matrix, matrix } from '../matrix.ts';
import { pairContext } from '../pair.ts';
import {
  noisy,
  randomRotation,
  randomSignedPermutation,
  SMALL,
  simulatedModel,
  simulatedTensors,
  turned,
} from '../test-support/simulated-models.ts';
import { type Aligned, type Alignment, alignResidual } from './alignment.ts';
import { residualRows } from './residual-rows.ts';

const parent = simulatedTensors('parent');

function align(a: readonly MemoryTensor[], b: readonly MemoryTensor[]): Promise<Alignment> {
  const pair = pairContext({
    reference: simulatedModel('a', a),
    subject: simulatedModel('b', b),
    kernel: plainKernel(),
  });
  return alignResidual(pair);
}

function aligned(alignment: Alignment): Aligned {
  if (alignment.kind === 'none') assert.fail(alignment.reason);
  return alignment;
}

function largestGap(a: Matrix, b: Matrix): number {
  assert.deepEqual([a.rows, a.columns], [b.rows, b.columns]);
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0);
}

/** Gate rows of layer 1, gains folded. */
async function gate(tensors: readonly MemoryTensor[]): Promise<Matrix> {
  return (await residualRows(simulatedModel('m', tensors), 'mlp-gate', 1))!;
}

describe('alignResidual', () => {
  it('takes the identity for a child trained on', async () => {
    const found = aligned(await align(parent, noisy(parent, 'tune', 0.1)));
    assert.equal(found.kind, 'identity');
    assert.ok(found.fit.medianCosine > 0.9);
  });

  for (const [kind, turn] of [
    ['signed-permutation', randomSignedPermutation('s', SMALL.hidden)],
    ['procrustes', randomRotation('q', SMALL.hidden)],
  ] as const)
    it(`undoes a ${kind} on layers it never looked at, both ways`, async () => {
      const child = turned(parent, turn);
      const found = aligned(await align(parent, child));
      assert.equal(found.kind, kind);
      const [before, after] = [await gate(parent), await gate(child)];
      assert.ok(largestGap(await found.toReference(after), before) < 2e-3);
      assert.ok(largestGap(await found.toSubject(before), after) < 2e-3);
    });

  it('still finds a rotation under further training', async () => {
    const child = noisy(turned(parent, randomRotation('q', SMALL.hidden)), 'tune', 0.05);
    const found = aligned(await align(parent, child));
    assert.equal(found.kind, 'procrustes');
    assert.ok(found.fit.medianCosine > 0.9);
  });

  it('maps a narrower child into the wider parent and leaves missing channels empty', async () => {
    const kept = [...Array(SMALL.hidden).keys()].filter((channel) => channel % 4 !== 1);
    const narrow = parent.map((entry) =>
      entry.role === 'embedding' ? { ...entry, matrix: columnsOf(entry.matrix, kept) } : entry,
    );
    const found = aligned(await align(parent, narrow));
    assert.equal(found.kind, 'signed-permutation');
    const ones = matrix(1, kept.length, new Float32Array(kept.length).fill(1));
    const mapped = await found.toReference(ones);
    const expected = Float32Array.from({ length: SMALL.hidden }, (_, j) => (kept.includes(j) ? 1 : 0));
    assert.deepEqual(mapped.data, expected);
  });

  it('says why it cannot, rather than guess', async () => {
    const few = simulatedTensors('few', { ...SMALL, tokens: 40 });
    const wide = simulatedTensors('wide', { ...SMALL, hidden: 32, tokens: 40 });
    const none = await align(few, wide);
    assert.ok(none.kind === 'none' && /share 40 embedded tokens/.test(none.reason));
    const same = aligned(await align(few, simulatedTensors('other', { ...SMALL, tokens: 40 })));
    assert.ok(same.kind === 'identity' && same.fit.assumed);
  });
});

function columnsOf(m: Matrix, columns: readonly number[]): Matrix {
  const data = Float32Array.from(
    { length: m.rows * columns.length },
    (_, at) => m.data[Math.floor(at / columns.length) * m.columns + columns[at % columns.length]!]!,
  );
  return matrix(m.rows, columns.length, data);
}
