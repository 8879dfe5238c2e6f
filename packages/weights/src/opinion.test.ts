import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Finding, JsonObject } from '@filiation/evidence';
import { weightOpinion } from './opinion.ts';
import type { TensorFamily } from './weight-test.ts';

const families = new Map<string, TensorFamily>([
  ['weights.neuron-order', 'mlp'],
  ['weights.match', 'mlp'],
  ['weights.channel-order', 'embedding'],
  ['weights.head-order', 'attention'],
]);

function finding(id: string, log10P: number | undefined, facts?: JsonObject): Finding {
  return {
    test: { id, version: '1' },
    question: 'weights',
    exhibits: [],
    status: log10P === undefined && facts === undefined ? 'not-testable' : 'tested',
    ...(log10P === undefined && facts === undefined ? { reason: 'nothing to compare' } : {}),
    exactness: 'exact',
    ...(log10P === undefined ? {} : { log10P }),
    ...(facts === undefined ? {} : { facts }),
    alternatives: [],
    parameters: {},
    summary: '',
    seed: 's',
    exploratory: false,
    software: 'test',
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 0,
  };
}

const opinion = (...findings: Finding[]) =>
  weightOpinion({ reference: 'A', subject: 'B', exhibits: [], findings, families });

describe('weightOpinion', () => {
  it('says derived when two tensor families agree after Holm', () => {
    const result = opinion(finding('weights.neuron-order', -700), finding('weights.channel-order', -200));
    assert.equal(result.relation, 'derived');
    assert.equal(result.log10P, -700 + Math.log10(4), 'four primary tests, two of them not asked for');
    assert.equal(result.exactness, 'exact');
    assert.match(result.sentence, /trained weights or only the same initial ones/);
    const learned = finding('weights.learned-structure', undefined, { verdict: 'learned' });
    const told = opinion(finding('weights.neuron-order', -9), finding('weights.head-order', -9), learned);
    assert.match(told.sentence, /share a trained origin/);
  });

  it('asks for two families however few tests were chosen, unless the models allow but one', () => {
    const chosen = finding('weights.neuron-order', -700);
    assert.equal(opinion(chosen).relation, 'no-evidence');
    const failed = { ...finding('weights.channel-order', undefined), status: 'failed' as const };
    const no = (id: string) => finding(id, undefined);
    assert.equal(opinion(chosen, failed, no('weights.head-order')).relation, 'no-evidence');
    const alone = opinion(chosen, no('weights.channel-order'), no('weights.head-order'));
    assert.equal(alone.relation, 'derived');
    assert.equal(alone.log10P, -700 + Math.log10(2), 'weights.match was left out and is paid for');
  });

  it('gives the odds of a calibrated test as beyond what was measured', () => {
    const calibrated = (id: string) => ({ ...finding(id, -80), exactness: 'calibrated' as const });
    const result = opinion(calibrated('weights.match'), calibrated('weights.head-order'));
    assert.equal(result.relation, 'derived');
    assert.match(result.strength, /no measurement reaches so far out/);
    assert.doesNotMatch(result.strength, /valid by construction/);
  });

  it('says of a direction that it can be feigned', () => {
    const way = finding('weights.direction', undefined, {
      direction: 'subject-to-reference',
      reasons: ['finer digits'],
    });
    const result = opinion(finding('weights.neuron-order', -9), finding('weights.head-order', -9), way);
    assert.equal(result.direction, 'subject-to-reference');
    assert.ok(result.alternatives.some((entry) => /made to look reversed/.test(entry.explanation)));
  });

  it('does not say derived when one family alone agrees, however strongly', () => {
    const result = opinion(
      finding('weights.neuron-order', -700),
      finding('weights.match', -700),
      finding('weights.channel-order', -0.2),
    );
    assert.equal(result.relation, 'no-evidence');
    assert.match(result.sentence, /Only the mlp weights/);
  });

  it('pays for every primary test that ran: -6.2 is not enough among four', () => {
    const result = opinion(
      finding('weights.neuron-order', -6.2),
      finding('weights.channel-order', -6.2),
      finding('weights.head-order', -0.1),
      finding('weights.match', -0.1),
    );
    assert.equal(result.relation, 'no-evidence');
  });

  it('reads significant agreement without learned structure as shared initialisation', () => {
    const result = opinion(
      finding('weights.neuron-order', -700),
      finding('weights.channel-order', -200),
      finding('weights.learned-structure', undefined, { verdict: 'initialisation' }),
    );
    assert.equal(result.relation, 'shared-initialisation');
    assert.equal(result.direction, 'undetermined');
  });

  it('rules out a shared seed only where the learned structure was seen', () => {
    const seed = (result: ReturnType<typeof opinion>) =>
      result.alternatives.find((entry) => /same random seed/.test(entry.explanation));
    const related = [finding('weights.neuron-order', -700), finding('weights.channel-order', -200)];
    assert.equal(seed(opinion(...related))?.ruledOut, false);
    const learned = finding('weights.learned-structure', undefined, { verdict: 'learned' });
    assert.deepEqual(seed(opinion(...related, learned))?.by, 'weights.learned-structure');
  });

  it('says identical before anything else', () => {
    const same = finding('weights.identity', undefined, { allIdentical: true });
    assert.equal(opinion(same).relation, 'identical');
    assert.match(opinion(same).sentence, /equals that of A: the two/);
    const cast = finding('weights.identity', undefined, { allIdentical: true, castIdenticalTensors: 3 });
    assert.match(opinion(cast).sentence, /equals that of A once rounded/);
    assert.ok(opinion(same).alternatives.every((entry) => !entry.ruledOut));
  });

  it('says why where nothing could be tested, and takes no direction from an unrelated pair', () => {
    const result = opinion(
      finding('weights.neuron-order', undefined),
      finding('weights.direction', undefined, { direction: 'reference-to-subject', reasons: ['zeros'] }),
    );
    assert.equal(result.relation, 'not-testable');
    assert.match(result.reason ?? '', /nothing to compare/);
    assert.equal(result.direction, 'undetermined');
  });

  it('never uses words of guilt', () => {
    for (const relation of [
      opinion(finding('weights.neuron-order', -700), finding('weights.channel-order', -200)),
      opinion(finding('weights.neuron-order', -0.1)),
    ])
      assert.doesNotMatch(JSON.stringify(relation), /stolen|theft|guilty|proves?\b/i);
  });
});
