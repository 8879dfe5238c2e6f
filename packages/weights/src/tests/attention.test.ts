import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestOutcome } from '@filiation/evidence';
import type { MemoryTensor } from '../canonical/memory-model.ts';
import { plainKernel } from '../kernel/plain.ts';
import { matrix, selectRows } from '../matrix.ts';
import { pairContext } from '../pair.ts';
import { exampleModel } from '../test-support/example-models.ts';
import {
  noisy,
  randomRotation,
  type SimulatedShape,
  SMALL,
  simulatedModel,
  simulatedTensors,
  turned,
} from '../test-support/simulated-models.ts';
import { attention } from './attention.ts';

const SHAPE: SimulatedShape = { ...SMALL, hidden: 64, tokens: 320 };
const parent = simulatedTensors('parent', SHAPE);

function compare(a: readonly MemoryTensor[], b: readonly MemoryTensor[]): Promise<TestOutcome> {
  const reference = simulatedModel('a', a);
  const subject = simulatedModel('b', b);
  return attention.run(
    pairContext({ reference, subject, kernel: plainKernel(), parameters: { permutations: 199 } }),
  );
}

/** Query and key heads (16 rows each) in reverse order. */
function reversedHeads(tensors: readonly MemoryTensor[]): MemoryTensor[] {
  const rows = Array.from({ length: 64 }, (_, at) => 16 * (3 - Math.floor(at / 16)) + (at % 16));
  return tensors.map((entry) =>
    /attention-[qk]$/.test(entry.role) ? { ...entry, matrix: selectRows(entry.matrix, rows) } : entry,
  );
}

describe('weights.attention', () => {
  it('finds a rotated and further trained child', async () => {
    const outcome = await compare(parent, noisy(turned(parent, randomRotation('q', 64)), 'tune', 0.1));
    assert.ok(outcome.log10P! < -6, `log10 p ${outcome.log10P}`);
    assert.equal(outcome.facts!.alignment, 'procrustes');
    assert.equal(outcome.facts!.headsInPlace, 1);
  });

  it('is not fooled by shuffled heads, and notices them', async () => {
    const outcome = await compare(parent, noisy(reversedHeads(parent), 'tune', 0.1));
    assert.ok(outcome.log10P! < -6);
    assert.equal(outcome.facts!.headsInPlace, 0);
  });

  it('does not mind scale moved from queries to keys, head by head', async () => {
    const moved = parent.map((entry) => {
      const power = entry.role === 'attention-q' ? 1 : entry.role === 'attention-k' ? -1 : 0;
      if (power === 0) return entry;
      const { rows, columns, data } = entry.matrix;
      const scale = (at: number): number => (1 + Math.floor(at / columns / 16)) ** (2 * power);
      return {
        ...entry,
        matrix: matrix(
          rows,
          columns,
          data.map((value, at) => value * scale(at)),
        ),
      };
    });
    assert.ok((await compare(parent, moved)).statistic!.value > 0.999);
  });

  it('stays quiet on independent models, also of other depth or width', async () => {
    const values: number[] = [];
    for (let i = 0; i < 40; i++) {
      const shape = { ...SHAPE, layers: 2 + (i % 2), hidden: i % 5 === 4 ? 48 : 64 };
      values.push((await compare(parent, simulatedTensors(`other ${i}`, shape))).log10P!);
    }
    assert.ok(values.every((value) => Number.isFinite(value) && value <= 0));
    assert.ok(Math.min(...values) > -3, `smallest ${Math.min(...values)}`);
  });

  it('says that it cannot read latent attention', async () => {
    const latent = parent.map((entry) =>
      entry.role === 'attention-q' ? { ...entry, role: 'attention-q-b' as const } : entry,
    );
    const outcome = await compare(parent, latent);
    assert.equal(outcome.status, 'not-testable');
    assert.match(outcome.reason!, /latent attention/);
  });
});

describe('weights.attention on trained models of known parentage', () => {
  for (const [subject, related] of [
    ['A_rotated_scaled', true],
    ['base_B', false],
  ] as const)
    it(`${related ? 'finds' : 'finds nothing in'} ${subject}`, async () => {
      const [reference, b] = [await exampleModel('base_A'), await exampleModel(subject)];
      const parameters = { unitsPerLayer: 64, tokens: 1024 };
      const outcome = await attention.run(
        pairContext({ reference, subject: b, kernel: plainKernel(), parameters }),
      );
      if (related) assert.ok(outcome.log10P! < -10, `log10 p ${outcome.log10P}`);
      else assert.ok(outcome.log10P! > -1, `log10 p ${outcome.log10P}`);
    });
});
