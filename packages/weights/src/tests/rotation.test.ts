import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestOutcome } from '@filiation/evidence';
import { kolmogorovSmirnovUniform, randomStream } from '@filiation/stats';
import { logTraceTailBound } from '../alignment/trace-bound.ts';
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
import { rotation } from './rotation.ts';

const SHAPE = { ...SMALL, hidden: 16, layers: 0, tokens: 96, language: 2 };
const parent = simulatedTensors('parent', { ...SMALL, hidden: 24 });

function compare(
  a: readonly MemoryTensor[],
  b: readonly MemoryTensor[],
  permutations = 199,
): Promise<TestOutcome> {
  const reference = simulatedModel('a', a);
  const subject = simulatedModel('b', b);
  return rotation.run(
    pairContext({ reference, subject, kernel: plainKernel(), parameters: { permutations } }),
  );
}

describe('weights.rotation', () => {
  it('comes close to 1 in 2^n n! for a child whose axes are untouched', async () => {
    const outcome = await compare(parent, noisy(parent, 'tune', 0.02));
    assert.ok(outcome.log10P! < -20, `log10 p ${outcome.log10P}`);
    assert.ok(outcome.effect!.value > 0.95);
    assert.equal(outcome.facts!.channelsInPlace, 1);
  });

  it('shows nothing of a permuted child, but says that it looks permuted', async () => {
    const outcome = await compare(parent, turned(parent, randomSignedPermutation('s', 24)));
    assert.ok(outcome.log10P! > -2);
    assert.equal(outcome.facts!.channelsFoundAnywhere, 1);
    assert.match(outcome.summary, /look permuted/);
  });

  it('shows nothing of a rotated child', async () => {
    const outcome = await compare(parent, turned(parent, randomRotation('q', 24)));
    assert.ok(outcome.log10P! > -2);
    assert.ok((outcome.facts!.channelsFoundAnywhere as number) < 0.2);
  });

  it('is uniform on 500 independent pairs with a common language and outlier channels', async () => {
    const monteCarlo: number[] = [];
    const reported: number[] = [];
    for (let i = 0; i < 500; i++) {
      const outcome = await compare(simulatedTensors(`a ${i}`, SHAPE), simulatedTensors(`b ${i}`, SHAPE), 99);
      monteCarlo.push(outcome.facts!.monteCarloP as number);
      reported.push(outcome.log10P!);
    }
    const { log10P } = kolmogorovSmirnovUniform(monteCarlo);
    assert.ok(log10P > -3, `Kolmogorov–Smirnov log10 p ${log10P}`);
    for (const level of [0.02, 0.05, 0.1, 0.25]) {
      const share = reported.filter((value) => value <= Math.log10(level)).length / 500;
      assert.ok(share <= level + 3 * Math.sqrt((level * (1 - level)) / 500), `${share} at ${level}`);
    }
  });

  it('is not testable across widths', async () => {
    const outcome = await compare(parent, simulatedTensors('wide', { ...SMALL, hidden: 32 }));
    assert.equal(outcome.status, 'not-testable');
    assert.match(outcome.reason!, /24 and 32 channels/);
  });
});

describe('logTraceTailBound', () => {
  for (const symmetry of ['permutation', 'signed-permutation'] as const)
    it(`lies above the exact tail over every ${symmetry} of five channels`, () => {
      const stream = randomStream(symmetry);
      for (let trial = 0; trial < 20; trial++) {
        const u = randomRotation(`u ${trial}`, 5);
        const law = everyTrace(u, symmetry === 'signed-permutation');
        const trace = law[stream.integer(law.length)]!;
        const exact = law.filter((value) => value >= trace - 1e-9).length / law.length;
        assert.ok(logTraceTailBound(u, trace, symmetry) >= Math.log(exact) - 1e-9);
      }
    });

  it('is all but exact for the identity', () => {
    const identity = matrix(
      6,
      6,
      Float32Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? 1 : 0)),
    );
    assert.ok(Math.abs(logTraceTailBound(identity, 6, 'signed-permutation') + Math.log(64 * 720)) < 0.01);
    assert.ok(Math.abs(logTraceTailBound(identity, 6, 'permutation') + Math.log(720)) < 0.01);
  });
});

function everyTrace(u: Matrix, signs: boolean): number[] {
  const out: number[] = [];
  const extend = (row: number, used: number, sum: number): void => {
    if (row === u.rows) {
      out.push(sum);
      return;
    }
    for (let j = 0; j < u.columns; j++) {
      if (used & (1 << j)) continue;
      const value = u.data[row * u.columns + j]!;
      extend(row + 1, used | (1 << j), sum + value);
      if (signs) extend(row + 1, used | (1 << j), sum - value);
    }
  };
  extend(0, 0, 0);
  return out;
}
