import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestOutcome } from '@filiation/evidence';
import { kolmogorovSmirnovUniform, logFactorial } from '@filiation/stats';
import type { CanonicalModel } from '../canonical/model.ts';
import { plainKernel } from '../kernel/plain.ts';
import { pairContext } from '../pair.ts';
import { exampleModel } from '../test-support/example-models.ts';
import { runUnderNull, worstExcess } from '../test-support/order-null.ts';
import { log10SpearmanTail, phiU } from './phi-u.ts';

const kernel = plainKernel();
const compare = (reference: CanonicalModel, subject: CanonicalModel): Promise<TestOutcome> =>
  phiU.run(pairContext({ reference, subject, kernel, parameters: { unitsPerLayer: 96 } }));

describe('phiU', () => {
  it('is uniform on independent models, dead units and hubs included', async () => {
    const run = await runUnderNull(phiU, 500, { layers: 2, hidden: 16, units: 26 });
    const uniform = kolmogorovSmirnovUniform(run.log10Ps.map((value) => 10 ** value));
    assert.ok(uniform.log10P > -3, `log10 p of uniformity ${uniform.log10P}`);
    assert.ok(worstExcess(run) < 3.5);
  });

  it('agrees with the order of neurons on the example models', async () => {
    const base = await exampleModel('base_A');
    for (const name of ['A_ft', 'A_lora', 'A_pruned_width'])
      assert.ok((await compare(base, await exampleModel(name))).log10P! < -50, name);
    for (const name of ['base_B', 'S_plain', 'A_permuted', 'A_rotated_scaled'])
      assert.ok((await compare(base, await exampleModel(name))).log10P! > -3, name);
  });

  it('is a comparison, not one of the primary tests', () => {
    assert.equal(phiU.primary, undefined);
    assert.equal(phiU.card.exactness, 'calibrated');
  });
});

describe('log10SpearmanTail', () => {
  it('never goes below one in n!', () => {
    assert.ok(Math.abs(log10SpearmanTail(1, 20) + logFactorial(20) / Math.LN10) < 1e-12);
    assert.ok(log10SpearmanTail(1 - 1e-15, 20) >= -logFactorial(20) / Math.LN10);
    assert.equal(log10SpearmanTail(-1, 20), 0);
  });

  it('is one half at no correlation and falls with it', () => {
    assert.ok(Math.abs(log10SpearmanTail(0, 50) - Math.log10(0.5)) < 1e-12);
    assert.ok(log10SpearmanTail(0.5, 50) < log10SpearmanTail(0.3, 50));
  });
});
