import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hexOf, utf8Bytes } from '../bytes.ts';
import { jointSeed } from '../disclosure/joint-seed.ts';
import { nodePlatform } from '../node/platform.ts';
import { sha256, type TestBody, type TestCase, testCase } from '../test-support/test-case.ts';
import { seedResult } from './seeds.ts';

const value = (byte: number) => new Uint8Array(32).fill(byte);
const hex = (byte: number) => hexOf(value(byte));

function step(of: TestCase, actor: string, body: Partial<TestBody<'seed'>>, named?: string): number {
  const claim = { seed: 'S1', step: 'commit', ...body } as const;
  const own = claim.value ?? '';
  const digest = claim.step === 'commit' ? own : sha256(Buffer.from(own, 'hex'));
  return of.add(actor, 'seed', [{ name: `seed ${claim.seed}`, digest: { sha256: named ?? digest } }], claim);
}
const commit = (of: TestCase, actor: string, byte: number) => step(of, actor, { value: sha256(value(byte)) });
const reveal = (of: TestCase, actor: string, byte: number) =>
  step(of, actor, { step: 'reveal', value: hex(byte) });
const result = (of: TestCase, seed: string) => step(of, 'nora', { step: 'result', value: seed });

function revealed(): TestCase {
  const of = testCase();
  commit(of, 'acme', 1);
  commit(of, 'bolt', 2);
  reveal(of, 'bolt', 2);
  reveal(of, 'acme', 1);
  return of;
}
const SEED = jointSeed(nodePlatform, 'case-1', [value(1), value(2)]);

describe('a joint seed in the log', () => {
  it('is settled by a result that follows from what both sides revealed', async () => {
    const of = revealed();
    assert.equal((await of.check()).state.seeds.get('S1')!.value, undefined, 'not before the result');
    result(of, SEED);
    const { failed, state } = await of.check();
    assert.deepEqual(failed, []);
    assert.equal(state.seeds.get('S1')!.value, SEED);
  });

  it('can be computed by anybody from the log, and not before it is all there', async () => {
    assert.equal(seedResult(nodePlatform, (await revealed().check()).state, 'S1'), SEED);
    const { state } = await testCase().check();
    assert.throws(() => seedResult(nodePlatform, state, 'S1'), /nothing was drawn/);
  });

  it('may take in a beacon whose round was named before it came', async () => {
    const of = testCase();
    const beacon = { name: 'a public beacon', round: 7, at: '2030-01-01T00:05:00Z' };
    step(of, 'acme', { step: 'beacon-choice', beacon }, sha256(utf8Bytes('a public beacon 7')));
    for (let i = 0; i < 4; i++)
      of.add('acme', 'correction', [{ name: 'entry 0', digest: { sha256: sha256(value(0)) } }], {
        corrects: 0,
        reason: 'time passes',
      });
    step(of, 'acme', { step: 'beacon-value', value: 'beef'.repeat(16) });
    const seed = jointSeed(nodePlatform, 'case-1', [], Buffer.from('beef'.repeat(16), 'hex'));
    result(of, seed);
    const { failed, state } = await of.check();
    assert.deepEqual(
      failed.filter(({ id }) => id.startsWith('seed')),
      [],
    );
    assert.equal(state.seeds.get('S1')!.value, seed);
  });
});

const BAD: readonly (readonly [
  act: string,
  says: RegExp,
  start: () => TestCase,
  forge: (of: TestCase) => number,
  id?: string,
])[] = [
  [
    'a reveal that does not match its commitment',
    /not the one committed to/,
    () => {
      const of = testCase();
      commit(of, 'acme', 1);
      commit(of, 'bolt', 2);
      return of;
    },
    (of) => reveal(of, 'bolt', 3),
  ],
  [
    'a result that does not follow',
    /does not follow from what was revealed/,
    revealed,
    (of) => result(of, hex(9)),
  ],
  [
    'a result before both have revealed',
    /acme has not revealed/,
    () => {
      const of = testCase();
      commit(of, 'acme', 1);
      commit(of, 'bolt', 2);
      reveal(of, 'bolt', 2);
      return of;
    },
    (of) => result(of, SEED),
  ],
  [
    'a second commitment of one side',
    /one side cannot commit twice/,
    () => {
      const of = testCase();
      commit(of, 'acme', 1);
      return of;
    },
    (of) => commit(of, 'acme', 3),
  ],
  [
    "a copy of the other side's commitment",
    /commit to the same value/,
    () => {
      const of = testCase();
      commit(of, 'acme', 1);
      return of;
    },
    (of) => commit(of, 'bolt', 1),
  ],
  [
    'anything after the seed is settled',
    /drawn already/,
    () => {
      const of = revealed();
      result(of, SEED);
      return of;
    },
    (of) => result(of, SEED),
  ],
  [
    'a number that leaves a gap',
    /takes the number S2, the next is S1/,
    () => testCase(),
    (of) => step(of, 'acme', { seed: 'S2', value: sha256(value(1)) }),
    'entry.number',
  ],
  [
    'a subject that is not the digest of the value',
    /another digest/,
    () => testCase(),
    (of) => step(of, 'acme', { value: sha256(value(1)) }, sha256(value(7))),
    'seed.value',
  ],
];

describe('a log with a seed that somebody could have chosen', () => {
  for (const [act, says, start, forge, id = 'seed.rules'] of BAD)
    it(`fails, and names the entry: ${act}`, async () => {
      const of = start();
      assert.deepEqual((await of.check()).failed, []);
      const index = forge(of);
      const { failed } = await of.check();
      assert.ok(
        failed.some((check) => check.id === id && says.test(check.detail)),
        JSON.stringify(failed),
      );
      assert.ok(failed.every(({ part }) => part.startsWith(`entry ${index} (seed`)));
    });

  it('has no value where the result is wrong', async () => {
    const of = revealed();
    result(of, hex(9));
    assert.equal((await of.check()).state.seeds.get('S1')!.value, undefined);
  });
});
