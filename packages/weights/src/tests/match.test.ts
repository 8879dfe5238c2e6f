import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestOutcome } from '@filiation/evidence';
import type { MemoryTensor } from '../canonical/memory-model.ts';
import { plainKernel } from '../kernel/plain.ts';
import { pairContext } from '../pair.ts';
import { exampleModel } from '../test-support/example-models.ts';
import {
  noisy,
  randomRotation,
  type SimulatedShape,
  SMALL,
  shuffledUnits,
  simulatedModel,
  simulatedTensors,
  turned,
} from '../test-support/simulated-models.ts';
import { match } from './match.ts';

const DEEP: SimulatedShape = { ...SMALL, layers: 4 };
const parent = simulatedTensors('parent', DEEP);
const turn = randomRotation('turn', SMALL.hidden);

function compare(a: readonly MemoryTensor[], b: readonly MemoryTensor[]): Promise<TestOutcome> {
  return match.run(
    pairContext({
      reference: simulatedModel('a', a),
      subject: simulatedModel('b', b),
      kernel: plainKernel(),
    }),
  );
}

/** The model with its layers taken in the given order, some perhaps dropped or repeated. */
function layersOf(tensors: readonly MemoryTensor[], order: readonly number[]): MemoryTensor[] {
  const outside = tensors.filter((entry) => entry.layer === undefined);
  return [
    ...outside,
    ...order.flatMap((from, layer) =>
      tensors.filter((entry) => entry.layer === from).map((entry) => ({ ...entry, layer })),
    ),
  ];
}

describe('weights.match', () => {
  it('sees through rotation, shuffled units and further training, and says what it saw', async () => {
    const outcome = await compare(parent, noisy(shuffledUnits(turned(parent, turn), 'units'), 'tune', 0.1));
    assert.ok(outcome.log10P! < -100, `log10 p ${outcome.log10P}`);
    assert.deepEqual(outcome.facts!.layerMap, [0, 1, 2, 3]);
    assert.equal(outcome.facts!.alignment, 'procrustes');
    assert.equal(outcome.facts!.unitsShuffled, true);
    const scrambled = outcome.controls!.find((control) => control.name.startsWith('scrambled'))!;
    assert.ok(scrambled.value < 20, `${scrambled.value} of 160 in the scrambled twin`);
  });

  it('knows units that keep their order from shuffled ones, after width pruning', async () => {
    const pruned = await compare(parent, noisy(shuffledUnits(parent, 'kept', 25), 'tune', 0.05));
    assert.ok(pruned.log10P! < -50);
    assert.equal(pruned.statistic!.value, 100);
    const untouched = await compare(parent, noisy(parent, 'tune', 0.05));
    assert.equal(untouched.facts!.unitsInPlace, 1);
    assert.equal(untouched.facts!.unitsShuffled, false);
  });

  for (const [what, order] of [
    ['dropped', [0, 1, 3]],
    ['re-ordered', [0, 2, 1, 3]],
    ['repeated', [0, 1, 2, 1, 2, 3]],
  ] as const)
    it(`finds ${what} layers where they came from`, async () => {
      const outcome = await compare(parent, noisy(layersOf(turned(parent, turn), order), 'tune', 0.05));
      assert.deepEqual(outcome.facts!.layerMap, order);
      assert.ok(outcome.log10P! < -50, `log10 p ${outcome.log10P}`);
    });

  it('maps a layer that was trained anew to none', async () => {
    const fresh = simulatedTensors('fresh', DEEP).filter((entry) => entry.layer === 2);
    const mixed = [...parent.filter((entry) => entry.layer !== 2), ...fresh];
    const outcome = await compare(parent, noisy(mixed, 'tune', 0.05));
    assert.deepEqual(outcome.facts!.layerMap, [0, 1, null, 3]);
  });

  it('compares up with down where there is no gate', async () => {
    const ungated = parent.filter((entry) => entry.role !== 'mlp-gate');
    const outcome = await compare(ungated, noisy(turned(ungated, turn), 'tune', 0.05));
    assert.equal(outcome.facts!.role, 'mlp-down');
    assert.ok(outcome.log10P! < -100);
  });

  it('follows units into experts', async () => {
    const experts = parent.flatMap((entry) => splitIntoExperts(entry));
    const outcome = await compare(parent, noisy(experts, 'tune', 0.05));
    assert.deepEqual(outcome.facts!.layerMap, [0, 1, 2, 3]);
  });

  it('rejects no more often than stated on independent models, of equal depth or not', async () => {
    const values: number[] = [];
    for (let i = 0; i < 60; i++) {
      const other = simulatedTensors(`other ${i}`, { ...DEEP, layers: 2 + (i % 3) });
      values.push((await compare(parent, other)).log10P!);
    }
    assert.ok(values.every((value) => Number.isFinite(value) && value <= 0));
    // 60 draws of a valid p: more than ten at or below 0.05 has probability below 1e-3.
    assert.ok(values.filter((value) => value <= Math.log10(0.05)).length <= 10);
    assert.ok(Math.min(...values) > -4);
  });

  it('counts a layer that the subject repeats only once', async () => {
    const other = simulatedTensors('other', { ...DEEP, layers: 2 });
    const order = [0, 0, 0, 0, 1, 1, 1, 1];
    const plain = await compare(parent, noisy(other, 'tune', 0.02));
    const deepened = await compare(parent, noisy(layersOf(other, order), 'tune', 0.02));
    assert.ok(deepened.log10P! > plain.log10P! - 2, `${deepened.log10P} after ${plain.log10P}`);
    assert.ok(deepened.log10P! > -3);
    const child = await compare(parent, noisy(layersOf(parent, [0, 0, 1, 2, 3]), 'tune', 0.05));
    assert.ok(child.log10P! < -50, `log10 p ${child.log10P}`);
  });

  it('finds the same with little memory, and in a layer without an MLP nothing', async () => {
    const child = noisy(shuffledUnits(parent, 'units'), 'tune', 0.05);
    const bare = child.filter((entry) => entry.layer !== 1 || !entry.role.startsWith('mlp'));
    const context = pairContext({
      reference: simulatedModel('a', parent),
      subject: simulatedModel('b', bare),
      kernel: plainKernel(),
      parameters: { memoryBytes: 16 * 1024 },
    });
    const outcome = await match.run(context);
    assert.deepEqual(outcome.facts!.layerMap, [0, null, 2, 3]);
    assert.equal(outcome.parts![1]!.note, 'no MLP that could be compared');
  });

  it('gives the same bytes twice', async () => {
    const child = noisy(parent, 'tune', 0.1);
    assert.equal(JSON.stringify(await compare(parent, child)), JSON.stringify(await compare(parent, child)));
  });

  it('is not testable without two MLP matrices, and says so', async () => {
    const bare = parent.filter((entry) => !/^mlp-(gate|up)/.test(entry.role));
    const outcome = await compare(bare, bare);
    assert.equal(outcome.status, 'not-testable');
    assert.match(outcome.reason!, /no two MLP matrices/);
  });
});

describe('weights.match on trained models of known parentage', () => {
  const run = async (subject: string): Promise<TestOutcome> => {
    const [a, b] = [await exampleModel('base_A'), await exampleModel(subject)];
    const parameters = { unitsPerLayer: 96, tokens: 1024 };
    return match.run(pairContext({ reference: a, subject: b, kernel: plainKernel(), parameters }));
  };

  for (const subject of ['A_rotated_scaled', 'A_pruned_width'])
    it(`finds every layer of ${subject}`, async () => {
      const outcome = await run(subject);
      assert.deepEqual(outcome.facts!.layerMap, [0, 1, 2, 3]);
      assert.ok(outcome.log10P! < -300 && outcome.effect!.value > 0.95);
    });

  it('finds nothing in an independent model of the same shape and text', async () => {
    const outcome = await run('base_B');
    assert.ok(outcome.log10P! > -2);
    assert.deepEqual(outcome.facts!.layerMap, [null, null, null, null]);
  });
});

/** An MLP matrix as two experts of half the units each. */
function splitIntoExperts(entry: MemoryTensor): MemoryTensor[] {
  if (!/^mlp-(gate|up|down)$/.test(entry.role)) return [entry];
  const { rows, columns, data } = entry.matrix;
  const half = SMALL.units / 2;
  return [0, 1].map((expert) => {
    if (entry.role !== 'mlp-down') {
      const size = half * columns;
      const part = data.slice(expert * size, (expert + 1) * size);
      return { ...entry, expert, matrix: { rows: half, columns, data: part } };
    }
    const part = new Float32Array(rows * half);
    for (let i = 0; i < rows; i++)
      part.set(data.subarray(i * columns + expert * half, i * columns + (expert + 1) * half), i * half);
    return { ...entry, expert, matrix: { rows, columns: half, data: part } };
  });
}
