import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, TestOutcome } from '@filiation/evidence';
import { buildModel } from '../canonical/build.ts';
import { memoryStore } from '../canonical/memory-store.ts';
import type { CanonicalModel } from '../canonical/model.ts';
import { plainKernel } from '../kernel/plain.ts';
import { openModel } from '../open-model.ts';
import { pairContext } from '../pair.ts';
import { exampleModel } from '../test-support/examples.ts';
import { architectureTest } from './architecture.ts';

const compare = (reference: CanonicalModel, subject: CanonicalModel): Promise<TestOutcome> =>
  architectureTest.run(pairContext({ reference, subject, kernel: plainKernel() }));

const configured = (name: string, configuration: JsonObject): CanonicalModel =>
  buildModel({
    name,
    digest: `memory:${name}`,
    configuration,
    // One tensor, so that family and norm are known.
    store: memoryStore([{ name: 'model.norm.weight', shape: [4096], data: new Float32Array(4096) }]),
  });

const llama2: JsonObject = {
  model_type: 'llama',
  hidden_act: 'silu',
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  max_position_embeddings: 4096,
  bos_token_id: 1,
  eos_token_id: 2,
};

describe('artefacts.architecture', () => {
  it('gives a popular combination its public users and next to no surprisal', async () => {
    const outcome = await compare(configured('A', llama2), configured('B', llama2));
    assert.equal(outcome.status, 'tested');
    assert.equal(outcome.log10P, undefined);
    const { jointFamilies, jointBits, sumBits } = outcome.facts as {
      jointFamilies: string[];
      jointBits: number;
      sumBits: number;
    };
    assert.ok(jointFamilies.length > 0);
    assert.ok(jointBits < sumBits, 'dependent choices add up to more than the combination is worth');
    assert.match(outcome.alternatives[0]!.explanation, /public families share/);
    assert.match(outcome.summary, /so do public models of/);
  });

  it('gives a combination that nobody has the most the catalogue can say', async () => {
    const odd = { ...llama2, rope_theta: 123457, max_position_embeddings: 777 };
    const outcome = await compare(configured('A', odd), configured('B', odd));
    assert.deepEqual((outcome.facts as JsonObject).jointFamilies, []);
    assert.equal(outcome.effect?.value, Math.log2(80));
    assert.match(outcome.summary, /no public model/);
  });

  it('lists differing choices without bits', async () => {
    const outcome = await compare(configured('A', llama2), configured('B', { ...llama2, rope_theta: 1e6 }));
    const [table] = outcome.figures!;
    assert.ok(table?.kind === 'table');
    assert.deepEqual(
      table.rows.find(([choice]) => choice === 'rotary base'),
      ['rotary base', '10000', '1000000', 'not shared', null],
    );
    assert.deepEqual((outcome.facts as JsonObject).settingsDifferent, ['rope_theta']);
  });

  it('reads the design of real models', async () => {
    const [a, b] = await Promise.all([openModel(exampleModel('base_A')), openModel(exampleModel('base_B'))]);
    const outcome = await compare(a!, b!);
    await Promise.all([a!.store.close(), b!.store.close()]);
    assert.deepEqual(outcome.statistic, { name: 'shared choices', value: 17, n: 17 });
  });

  it('cannot compare what nothing is known of', async () => {
    const nothing = buildModel({ name: 'empty', digest: 'memory:empty', store: memoryStore([]) });
    const outcome = await compare(nothing, nothing);
    assert.equal(outcome.status, 'not-testable');
    assert.match(outcome.reason!, /configuration/);
  });

  it('does not carry a hostile configuration into the report', async () => {
    const hostile = { ...llama2, hidden_act: 'x'.repeat(10_000), model_type: { toString: 'no' } };
    const outcome = await compare(
      configured('A', hostile as JsonObject),
      configured('B', hostile as JsonObject),
    );
    assert.ok(JSON.stringify(outcome).length < 20_000);
  });
});
