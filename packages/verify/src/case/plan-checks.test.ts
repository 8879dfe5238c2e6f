import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Check } from '../check.ts';
import type { PlanDocument } from '../claims/documents.ts';
import { jointSeed } from '../disclosure/joint-seed.ts';
import { nodePlatform } from '../node/platform.ts';
import { sha256, type TestBody, type TestCase, testCase } from '../test-support/test-case.ts';

const TEST = { id: 'neuron-order', version: '1' };
const SOFTWARE = 'test';
const value = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const hex = (byte: number): string => Buffer.from(value(byte)).toString('hex');

function pair(): TestCase {
  const of = testCase();
  of.exhibit('acme', 'model A');
  of.exhibit('acme', 'model B');
  return of;
}

const PAIR = [
  ['reference', 'E1'],
  ['subject', 'E2'],
] as const;

/** Logs a plan on the pair. */
function plan(of: TestCase, number: string, changes: Partial<PlanDocument> = {}): void {
  const document: PlanDocument = {
    schema: 'filiation.plan/1',
    case: 'case-1',
    plan: number,
    question: 'weights',
    propositions: { h1: 'One descends from the other.', h2: 'They were trained apart.' },
    comparisons: [
      {
        comparison: 'C1',
        title: 'B against A',
        kind: 'weights',
        exhibits: PAIR.map(([role, exhibit]) => ({ role, exhibit, sha256: of.digests.get(exhibit)! })),
        tests: [TEST],
        parameters: { tokens: 512, kernel: 'wasm' },
      },
    ],
    opinion: { combine: 'primary', test: TEST.id, log10Alpha: -6 },
    errorBudget: { alpha: '0.000001', across: 'holm' },
    seed: { source: 'stated', value: 'seed' },
    stopping: 'once',
    exclusions: 'none',
    software: SOFTWARE,
    ...changes,
  };
  of.add('acme', 'plan', [of.document('plans', document)], { plan: number, tests: 1 });
}

/** Logs a run of a plan with one finding. */
function run(of: TestCase, plan: string, number: number, parameters: object = { tokens: 512 }): void {
  const finding = {
    test: TEST,
    question: 'weights',
    exhibits: PAIR.map(([role, exhibit]) => ({
      role,
      digest: `sha256:${of.digests.get(exhibit)}`,
      name: exhibit,
    })),
    status: 'tested',
    exactness: 'exact',
    log10P: -1,
    alternatives: [],
    parameters,
    summary: 'one of 352 neurons',
    seed: 'seed',
    exploratory: false,
    software: SOFTWARE,
  };
  const bytes = [...of.files].find(
    ([path, content]) =>
      path.startsWith('plans/') && String(Buffer.from(content)).includes(`"plan":"${plan}"`),
  )!;
  const subject = [{ name: bytes[0], digest: { sha256: sha256(bytes[1]) } }];
  const step = { run: `R${number}`, plan, exploratory: false, software: SOFTWARE };
  of.add('acme', 'run', subject, { ...step, step: 'start' });
  const body: TestBody<'finding'> = {
    finding: `F${number}`,
    run: `R${number}`,
    plan,
    comparison: 'C1',
    test: TEST,
    status: 'tested',
    exactness: 'exact',
    exploratory: false,
    log10P: '-1',
  };
  of.add('acme', 'finding', [of.document('findings', finding), of.subjectOf('E1'), of.subjectOf('E2')], body);
  of.add('acme', 'run', subject, { ...step, step: 'end', findings: 1 });
}

function seedStep(of: TestCase, actor: string, body: Partial<TestBody<'seed'>>): void {
  const claim = { seed: 'S1', step: 'commit', ...body } as const;
  const own = claim.value ?? '';
  const digest = claim.step === 'commit' ? own : sha256(Buffer.from(own, 'hex'));
  of.add(actor, 'seed', [{ name: 'seed S1', digest: { sha256: digest } }], claim);
}
function drawJointSeed(of: TestCase): void {
  seedStep(of, 'acme', { value: sha256(value(1)) });
  seedStep(of, 'bolt', { value: sha256(value(2)) });
  seedStep(of, 'acme', { step: 'reveal', value: hex(1) });
  seedStep(of, 'bolt', { step: 'reveal', value: hex(2) });
  seedStep(of, 'acme', { step: 'result', value: jointSeed(nodePlatform, 'case-1', [value(1), value(2)]) });
}

const told = (checks: readonly Check[], id: string): string =>
  checks
    .filter((check) => check.id === id)
    .map(({ status, part, detail }) => `${status} ${part} ${detail}`.trim())
    .join('\n');
const JOINT = { seed: { source: 'joint', seed: 'S1' } } as const;

describe('what a plan could know', () => {
  it('nothing, where it came before any finding on its exhibits', async () => {
    const of = pair();
    plan(of, 'P1');
    run(of, 'P1', 1);
    const { checks, failed } = await of.check();
    assert.deepEqual(failed, []);
    assert.equal(told(checks, 'plan.blind'), 'passed plan P1');
  });

  it('a result, where it came after one: a second try is named', async () => {
    const of = pair();
    plan(of, 'P1');
    run(of, 'P1', 1);
    plan(of, 'P2', { opinion: { combine: 'primary', test: TEST.id, log10Alpha: -1 } });
    run(of, 'P2', 2);
    const { checks, failed } = await of.check();
    assert.deepEqual(failed, []);
    assert.match(
      told(checks, 'plan.blind'),
      /warning plan P2 was fixed after finding F1 on the exhibits of C1 was logged/,
    );
  });

  it('no seed, where both sides drew it afterwards', async () => {
    const of = pair();
    seedStep(of, 'acme', { value: sha256(value(1)) });
    plan(of, 'P1', JOINT);
    seedStep(of, 'bolt', { value: sha256(value(2)) });
    seedStep(of, 'acme', { step: 'reveal', value: hex(1) });
    const { checks, failed } = await of.check();
    assert.deepEqual(failed, []);
    assert.equal(told(checks, 'plan.seed'), 'passed plan P1');
  });

  it('a joint seed that was drawn before', async () => {
    const of = pair();
    drawJointSeed(of);
    plan(of, 'P1', JOINT);
    assert.match(
      told((await of.check()).checks, 'plan.seed'),
      /warning plan P1 its seed S1 was known before the plan was fixed/,
    );
  });
});

describe('what a plan says and its findings do', () => {
  it('a seed of another kind than the plan says, or of no kind, fails', async () => {
    const of = pair();
    drawJointSeed(of);
    plan(of, 'P1', { seed: { source: 'beacon', seed: 'S1' } });
    plan(of, 'P2', { seed: { source: 'joint', seed: 'S7' } });
    assert.match(
      told((await of.check()).failed, 'plan.document'),
      /P1 calls S1 a beacon seed, which it is not\n.*P2 takes its seed from S7, which is not in the log/,
    );
  });

  it('a finding with another value of a planned parameter fails; derived ones are its own', async () => {
    const of = pair();
    plan(of, 'P1');
    run(of, 'P1', 1, { tokens: 8, tokensUsed: 4 });
    assert.match(
      told((await of.check()).failed, 'finding.planned'),
      /^failed finding F1 was computed with another value of the parameter "tokens" than planned$/,
    );
  });

  it("a beacon's value is a party's word until someone looks it up", async () => {
    const of = pair();
    const beacon = { name: 'drand', round: 7, at: '2030-01-01T00:03:00Z' };
    seedStep(of, 'acme', { step: 'beacon-choice', beacon });
    seedStep(of, 'acme', { step: 'beacon-value', value: hex(3) });
    assert.match(
      told((await of.check()).checks, 'seed.beacon'),
      /not-checked seed S1 rests on what acme says that drand gave in round 7/,
    );
  });
});
