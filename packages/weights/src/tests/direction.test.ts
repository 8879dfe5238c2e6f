import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MemoryTensor } from '../canonical/memory-model.ts';
import type { PairContext } from '../context.ts';
import type { DirectionSign } from '../delta/direction-signs.ts';
import { matrix } from '../matrix.ts';
import { pairContext } from '../pair.ts';
import {
  changed,
  closePair,
  examplePair,
  lowRank,
  mapped,
  nudged,
  pairOf,
  plantedTensors,
  rounded,
} from '../test-support/planted-models.ts';
import { delta } from './delta.ts';
import { decide, direction } from './direction.ts';

const base = plantedTensors('direction');
const fine = changed(base, (m, role) => nudged(m, `fine ${role}`, 1e-4, 'F32'));

async function seen(pair: PairContext): Promise<{ direction: string; kinds: string[] }> {
  const { facts } = await direction.run(pair);
  const signs = facts!.signs as unknown as readonly DirectionSign[];
  return { direction: facts!.direction as string, kinds: signs.map(({ kind }) => kind) };
}

/** The same sign from both sides, with the answer turned round. */
async function expectOneWay(
  earlier: readonly MemoryTensor[],
  later: readonly MemoryTensor[],
  kind: string,
): Promise<void> {
  assert.deepEqual(await seen(pairOf(earlier, later)), { direction: 'reference-to-subject', kinds: [kind] });
  assert.deepEqual(await seen(pairOf(later, earlier)), { direction: 'subject-to-reference', kinds: [kind] });
}

describe('weights.direction', () => {
  it('takes the rounded copy for the later one', async () => {
    await expectOneWay(
      fine,
      changed(fine, (m) => rounded(m, 'BF16')),
      'rounding',
    );
    await expectOneWay(
      fine,
      changed(fine, (m) => rounded(rounded(m, 'BF16'), 'F16')),
      'rounding',
    );
  });

  it('does not take finer digits for descent: a float32 tune of a bfloat16 model is its child', async () => {
    const coarse = changed(base, (m) => rounded(m, 'BF16'));
    const tuned = changed(coarse, (m, role) => nudged(m, `tune ${role}`, 1e-3, 'F32'));
    assert.deepEqual(await seen(pairOf(coarse, tuned)), { direction: 'undetermined', kinds: [] });
    assert.deepEqual(await seen(pairOf(tuned, coarse)), { direction: 'undetermined', kinds: [] });
  });

  it('takes the copy on a lattice of few levels for the later one', async () => {
    const levels = changed(base, (m) => {
      const out = m.data.slice();
      for (let i = 0; i < m.rows; i++) {
        const values = out.subarray(i * m.columns, (i + 1) * m.columns);
        const step = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 7;
        values.forEach((value, j) => {
          values[j] = Math.round(value / step) * step;
        });
      }
      return rounded(matrix(m.rows, m.columns, out), 'F16');
    });
    await expectOneWay(base, levels, 'lattice');
  });

  it('takes the zeroed, the shallower and the narrower copy for the later one', async () => {
    await expectOneWay(
      base,
      changed(base, (m) => mapped(m, (value) => (Math.abs(value) < 0.03 ? 0 : value))),
      'zeros',
    );
    const deep = plantedTensors('deep', { hidden: 64, mlp: 96, layers: 4, vocabulary: 160 });
    const shallow = deep
      .filter((tensor) => tensor.layer !== 2)
      .map((tensor) => (tensor.layer === 3 ? { ...tensor, layer: 2 } : tensor));
    await expectOneWay(deep, shallow, 'depth');
  });

  it('takes no layers that are only missing from the files for ones that were cut', async () => {
    const deep = plantedTensors('deep', { hidden: 64, mlp: 96, layers: 4, vocabulary: 160 });
    const whole = pairOf(
      deep,
      deep.filter((tensor) => tensor.layer !== 3),
    );
    const oddities = [{ severity: 'warning', kind: 'missing-shard', text: 'a file is missing' }] as const;
    const architecture = { ...whole.subject.architecture, configuration: { num_hidden_layers: 4 } };
    for (const lacking of [{ oddities }, { architecture }]) {
      const pair = pairContext({ ...whole, subject: { ...whole.subject, ...lacking } });
      assert.deepEqual(await seen(pair), { direction: 'undetermined', kinds: [] });
      assert.deepEqual((await delta.run(pair)).facts!.mechanisms, []);
    }
  });

  it('takes a model that repeats the other’s layers for the later one', async () => {
    const grown = [
      ...base,
      ...base.filter((tensor) => tensor.layer === 1).map((tensor) => ({ ...tensor, layer: 2 })),
    ];
    const there = await direction.run(pairOf(base, grown));
    assert.equal(there.facts!.direction, 'reference-to-subject');
    assert.match(there.summary, /repeat/);
  });

  it('only hints at added tokens', async () => {
    const grown = base.map((tensor) => {
      if (tensor.role !== 'embedding' && tensor.role !== 'head') return tensor;
      const more = new Float32Array(170 * 64).fill(0.01);
      more.set(tensor.matrix.data);
      return { ...tensor, matrix: matrix(170, 64, more) };
    });
    assert.deepEqual(await seen(pairOf(base, grown)), { direction: 'undetermined', kinds: ['vocabulary'] });
  });

  it('hints at the hub of three low-rank spokes, and not at that of two', async () => {
    const spoke = (seed: string): MemoryTensor[] =>
      changed(base, (m, role, layer) =>
        role.startsWith('mlp') ? lowRank(m, 3, `${seed} ${role} ${layer}`, 0.01, 'F16') : m,
      );
    const [first, second, third] = [spoke('one'), spoke('two'), spoke('three')];
    assert.deepEqual(await seen(pairOf(base, first, [second, third])), {
      direction: 'undetermined',
      kinds: ['hub'],
    });
    assert.deepEqual((await seen(pairOf(base, first, [second]))).kinds, []);
    assert.deepEqual((await seen(pairOf(first, second, [third, base]))).kinds, []);
  });

  it('lets contradicting signs cancel, and never decides on indications', () => {
    const sign = (
      points: DirectionSign['direction'],
      strength: DirectionSign['strength'],
    ): DirectionSign => ({
      kind: 'zeros',
      direction: points,
      strength,
      text: '',
    });
    assert.equal(decide([]), 'undetermined');
    assert.equal(decide([sign('reference-to-subject', 'indication')]), 'undetermined');
    assert.equal(decide([sign('subject-to-reference', 'one-way')]), 'subject-to-reference');
    for (const strength of ['one-way', 'indication'] as const)
      assert.equal(
        decide([sign('subject-to-reference', 'one-way'), sign('reference-to-subject', strength)]),
        'undetermined',
      );
  });

  it('leaves trained pairs undetermined, except where units were cut out', async () => {
    for (const [a, b, expected] of [
      ['base_A', 'A_ft', 'undetermined'],
      ['base_A', 'A_lora', 'undetermined'],
      ['base_A', 'base_B', 'undetermined'],
      ['base_A', 'A_pruned_width', 'reference-to-subject'],
      ['A_pruned_width', 'base_A', 'subject-to-reference'],
    ] as const) {
      const pair = await examplePair(a, b);
      assert.equal((await seen(pair)).direction, expected, `${a}, ${b}`);
      await closePair(pair);
    }
  });
});
