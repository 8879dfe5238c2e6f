import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestOutcome } from '@filiation/evidence';
import type { CanonicalModel } from '../canonical/model.ts';
import { plainKernel } from '../kernel/plain.ts';
import { pairContext } from '../pair.ts';
import { exampleModel } from '../test-support/example-models.ts';
import { noisy, simulatedModel, simulatedTensors } from '../test-support/simulated-models.ts';
import { learnedStructure } from './learned-structure.ts';

function compare(reference: CanonicalModel, subject: CanonicalModel): Promise<TestOutcome> {
  const parameters = { unitsPerLayer: 192, tokens: 1024 };
  return learnedStructure.run(pairContext({ reference, subject, kernel: plainKernel(), parameters }));
}

describe('weights.learned-structure on trained models of known parentage', () => {
  for (const [parent, child, verdict] of [
    ['base_A', 'A_ft', 'learned'],
    ['A_lora', 'A_rotated_scaled', 'learned'],
    ['base_A', 'A_sameinit', 'initialisation'],
    ['A_sameinit', 'A_permuted', 'initialisation'],
  ] as const)
    it(`calls what ${parent} and ${child} share ${verdict}`, async () => {
      const outcome = await compare(await exampleModel(parent), await exampleModel(child));
      assert.equal(outcome.status, 'tested');
      assert.equal(outcome.facts!.verdict, verdict, `ratio ${outcome.statistic!.value}`);
      assert.equal(outcome.alternatives[0]!.ruledOut, verdict === 'learned');
      const gains = outcome.facts!.gainCorrelation as number | null;
      // Gains start at 1, so that only shared training makes them agree; a rotated copy has none left.
      if (child === 'A_rotated_scaled') assert.equal(gains, null);
      else assert.ok(verdict === 'learned' ? gains! > 0.9 : gains! < 0.5, `gain correlation ${gains}`);
    });

  it('does not ask of unrelated models', async () => {
    const outcome = await compare(await exampleModel('base_A'), await exampleModel('base_B'));
    assert.equal(outcome.status, 'not-testable');
    assert.equal(outcome.facts!.verdict, 'undetermined');
  });
});

describe('weights.learned-structure', () => {
  it('needs enough matched units', async () => {
    const tensors = simulatedTensors('p', { hidden: 16, layers: 2, units: 20, tokens: 96, language: 1 });
    const outcome = await compare(
      simulatedModel('a', tensors),
      simulatedModel('b', noisy(tensors, 't', 0.05)),
    );
    assert.equal(outcome.status, 'not-testable');
  });
});
