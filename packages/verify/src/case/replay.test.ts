import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openArchive } from '../archive/archive-source.ts';
import { memoryAccess } from '../archive/random-access.ts';
import { nodePlatform } from '../node/platform.ts';
import { sealTestCase } from '../test-support/seal-test-case.ts';
import {
  subjectOfText,
  TEST_KEYS,
  TEST_PARTIES,
  type TestCase,
  testCase,
} from '../test-support/test-case.ts';
import { verifyBundle } from './verify-bundle.ts';

const HANDOVER = {
  exhibit: 'E1',
  from: 'acme',
  to: 'nora',
  transferredAt: '2030-01-01T00:00:00Z',
  means: 'by courier',
  condition: 'unchanged',
} as const;
const rotate = (of: TestCase) =>
  of.add('acme', 'key', [subjectOfText('key', TEST_KEYS.acme2.vkey)], {
    action: 'rotate',
    party: 'acme',
    key: TEST_KEYS.acme2.vkey,
    replaces: TEST_KEYS.acme.vkey,
    reason: 'yearly',
  });
const revoke = (of: TestCase, by = 'bolt') =>
  of.add(by, 'key', [subjectOfText('key', TEST_KEYS.bolt.vkey)], {
    action: 'revoke',
    party: 'bolt',
    key: TEST_KEYS.bolt.vkey,
    reason: 'lost',
  });
const reply = (of: TestCase, actor: string, changes: object = {}, forgery: object = {}) => {
  const body = { reply: 'Y1', to: 'E1', position: 'disputed', ground: 'not ours', ...changes } as const;
  const document = {
    schema: 'filiation.reply/1',
    case: 'case-1',
    reply: body.reply,
    to: body.to,
    author: actor,
    position: body.position,
    text: 'not ours',
    at: '2030-01-01T00:00:00Z',
  };
  return of.add(actor, 'reply', [of.document('replies', document)], body, forgery);
};
const correction = (of: TestCase, actor: string, changes: object = {}) =>
  of.add(actor, 'correction', [subjectOfText('entry 1', 'its bytes')], {
    corrects: 1,
    reason: 'a wrong name',
    ...changes,
  });

/** A case in which everything is as it should be. */
function honest(): TestCase {
  const of = testCase();
  of.exhibit('acme', 'weights');
  of.add('acme', 'custody', [of.subjectOf('E1')], HANDOVER);
  of.add('nora', 'custody', [of.subjectOf('E1')], { ...HANDOVER, from: 'nora', to: 'a laboratory' });
  rotate(of);
  of.keys.set('acme', TEST_KEYS.acme2);
  reply(of, 'bolt');
  revoke(of);
  correction(of, 'acme');
  return of;
}

describe('the log of an honest case', () => {
  it('passes every check, and tells who holds what', async () => {
    const { failed, state } = await honest().check();
    assert.deepEqual(failed, []);
    assert.equal(state.exhibits.get('E1')!.holder, 'a laboratory');
  });

  it('passes as a sealed bundle too, with an exhibit withheld', async () => {
    const bundle = sealTestCase(honest(), [{ exhibit: 'E1', ground: 'order of 1 December' }]);
    const source = await openArchive(memoryAccess(bundle), 'bundle');
    const { report } = await verifyBundle(source, { platform: nodePlatform });
    assert.deepEqual(
      report.checks.filter(({ status }) => status === 'failed'),
      [],
    );
    assert.match(report.checks.find(({ id }) => id === 'exhibit.digest')!.detail, /withheld/);
  });
});

/** Each forges one entry, the last, and says which check names it. */
const FORGERIES: readonly (readonly [
  act: string,
  id: string,
  says: RegExp,
  forge: (of: TestCase) => number,
])[] = [
  [
    'custody from a hand that does not hold the exhibit',
    'custody.chain',
    /from bolt, but acme holds it/,
    (of) => of.add('bolt', 'custody', [of.subjectOf('E1')], { ...HANDOVER, from: 'bolt' }),
  ],
  [
    'custody of an exhibit that is not in the log',
    'entry.reference',
    /exhibit E7, which is not in the log/,
    (of) => of.add('acme', 'custody', [of.subjectOf('E1')], { ...HANDOVER, exhibit: 'E7' }),
  ],
  [
    'an exhibit called unchanged under another digest',
    'exhibit.digest',
    /unchanged under another digest/,
    (of) => of.add('acme', 'custody', [subjectOfText('E1', 'other bytes')], HANDOVER),
  ],
  [
    'a number that is taken',
    'entry.number',
    /takes the number E1, the next is E2/,
    (of) => {
      of.exhibit('acme', 'other weights', { exhibit: 'E1' });
      return of.entries.length - 1;
    },
  ],
  [
    'a number that leaves a gap',
    'entry.number',
    /takes the number Y3, the next is Y1/,
    (of) => reply(of, 'bolt', { reply: 'Y3' }),
  ],
  [
    'a signature by a key that was replaced',
    'entry.signature',
    /no party of the case has/,
    (of) => {
      rotate(of);
      return correction(of, 'acme');
    },
  ],
  [
    'a signature by a key that was revoked',
    'entry.signature',
    /no party of the case has/,
    (of) => {
      revoke(of);
      return correction(of, 'bolt');
    },
  ],
  [
    'a key of the other side revoked',
    'entry.signature',
    /only bolt or a neutral/,
    (of) => revoke(of, 'acme'),
  ],
  [
    "a claim in another party's name",
    'entry.signature',
    /speaks for acme and is signed by a key of bolt/,
    (of) => reply(of, 'acme', {}, { key: TEST_KEYS.bolt }),
  ],
  [
    'a signature that does not fit',
    'entry.signature',
    /does not fit its content/,
    (of) => reply(of, 'bolt', {}, { key: { ...TEST_KEYS.bolt, sign: () => new Uint8Array(64) } }),
  ],
  [
    'a party beyond its roles',
    'entry.right',
    /made by quinn, whose roles \(observer\) do not allow it/,
    (of) => {
      const party = { id: 'quinn', name: 'Quinn', side: 'respondent', roles: ['observer'] } as const;
      const key = TEST_KEYS.bolt2;
      of.add('bolt', 'party', [subjectOfText('quinn', key.vkey)], { party: { ...party, key: key.vkey } });
      const body = { ...HANDOVER, from: 'acme', to: 'quinn' } as const;
      return of.add('quinn', 'custody', [of.subjectOf('E1')], body, { key });
    },
  ],
  [
    'the roles of a party of the other side changed',
    'entry.right',
    /changes bolt, who stands on the other side/,
    (of) => {
      const party = { ...TEST_PARTIES[1]!, roles: ['observer'] as const };
      return of.add('acme', 'party', [subjectOfText('bolt', party.key!)], { party });
    },
  ],
  [
    'a history that the log never had',
    'entry.seen',
    /another history/,
    (of) => reply(of, 'bolt', {}, { header: { seen: { size: 1, root: 'ab'.repeat(32) } } }),
  ],
  [
    'entries seen that do not exist yet',
    'entry.seen',
    /claims to have seen 99 entries/,
    (of) => reply(of, 'bolt', {}, { header: { seen: { size: 99, root: of.rootAt(1) } } }),
  ],
  [
    'a claim of another case',
    'entry.case',
    /speaks of case case-2/,
    (of) => reply(of, 'bolt', {}, { header: { case: 'case-2' } }),
  ],
  [
    'an answer to what is not there',
    'entry.reference',
    /answers F9/,
    (of) => reply(of, 'bolt', { to: 'F9' }),
  ],
  [
    'a correction of what comes later',
    'entry.reference',
    /does not come before it/,
    (of) => correction(of, 'bolt', { corrects: 40 }),
  ],
  [
    'a deadline moved that was never set',
    'entry.reference',
    /moves deadline D4/,
    (of) =>
      of.add('acme', 'deadline', [subjectOfText('D1', 'order')], {
        deadline: {
          number: 'D1',
          kind: 'report-by',
          due: '2030-02-01T00:00:00Z',
          source: 'order',
          replaces: 'D4',
        },
      }),
  ],
  ['an entry that is no claim', 'entry.format', /./, (of) => of.addEntry(Uint8Array.of(1, 2, 3))],
];

describe('a log that holds what no honest writer logs', () => {
  for (const [act, id, says, forge] of FORGERIES)
    it(`fails, and names the entry: ${act}`, async () => {
      const of = testCase();
      of.exhibit('acme', 'weights');
      const index = forge(of);
      const { failed } = await of.check();
      const found = failed.find((check) => check.id === id && says.test(check.detail));
      assert.ok(found, JSON.stringify(failed));
      assert.ok(found.part.startsWith(`entry ${index}`), found.part);
      assert.ok(
        failed.every(({ part }) => part.startsWith(`entry ${index}`)),
        JSON.stringify(failed),
      );
    });
});
