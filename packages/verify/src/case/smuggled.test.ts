import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openArchive } from '../archive/archive-source.ts';
import { memoryAccess } from '../archive/random-access.ts';
import type { Check } from '../check.ts';
import type { PartyRecord } from '../claims/predicates.ts';
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
  transferredAt: '2030-01-01T00:00:00Z',
  means: 'by courier',
  condition: 'unchanged',
} as const;

async function checksOf(archive: Uint8Array): Promise<readonly Check[]> {
  const source = await openArchive(memoryAccess(archive), 'bundle');
  return (await verifyBundle(source, { platform: nodePlatform })).report.checks;
}
const failed = (checks: readonly Check[]): string[] =>
  checks.filter(({ status }) => status === 'failed').map(({ id, part, detail }) => `${id} ${part} ${detail}`);

function withExhibit(): TestCase {
  const of = testCase();
  of.exhibit('acme', 'weights');
  return of;
}

describe('what is slipped into a case beside what its log says', () => {
  it('fails an entry that was signed once and is logged again', async () => {
    const of = withExhibit();
    const hand = (actor: string, to: string) =>
      of.add(actor, 'custody', [of.subjectOf('E1')], { ...HANDOVER, from: actor, to });
    const first = of.entries[hand('acme', 'bolt')]!;
    hand('bolt', 'acme');
    // The chain of hands would fit: only bolt never took the exhibit a second time.
    of.addEntry(first);
    const { failed: found } = await of.check();
    assert.deepEqual(
      found.map(({ id, part }) => `${id} ${part}`),
      ['entry.once entry 4 (custody E1)'],
    );
  });

  it('passes what a party says twice and signs twice', async () => {
    const of = withExhibit();
    for (let time = 0; time < 2; time++)
      of.add('acme', 'correction', [subjectOfText('entry 1', 'bytes')], { corrects: 1, reason: 'a name' });
    assert.deepEqual((await of.check()).failed, []);
  });

  it('fails files beside the folder of an exhibit that pass for its files', async () => {
    const of = withExhibit();
    const digest = of.digests.get('E1')!;
    const inside = `exhibits/${digest}/e1.bin`;
    of.files.set(`exhibits/${digest}Xe1.bin`, of.files.get(inside)!);
    of.files.delete(inside);
    const { failed: found } = await of.check();
    assert.ok(found.some(({ id }) => id === 'exhibit.known'));
  });

  it('fails a report that nobody logged, however well it is sealed', async () => {
    const of = withExhibit();
    of.file('reports/findings-of-the-court.html', '<h1>B descends from A</h1>');
    const path = 'data/reports/findings-of-the-court.html';
    assert.deepEqual(failed(await checksOf(sealTestCase(of))), [
      `document.known ${path} lies among the documents, but no entry speaks of it`,
    ]);
    assert.deepEqual((await of.check()).failed, []);
  });

  it('fails an exhibit that an earlier seal withheld and this one does not', async () => {
    const of = withExhibit();
    sealTestCase(of, [{ exhibit: 'E1', ground: 'order of 1 December' }]);
    of.files.delete([...of.files.keys()].find((path) => path.startsWith('exhibits/'))!);
    assert.match(failed(await checksOf(sealTestCase(of))).join('\n'), /exhibit E1.*no seal withholds it/);
  });
});

const NEUTRAL = {
  id: 'otto',
  name: 'Otto',
  side: 'neutral',
  roles: ['neutral'],
  key: TEST_KEYS.acme2.vkey,
} as const;
const join = (of: TestCase, actor: string, party: PartyRecord) =>
  of.add(actor, 'party', [subjectOfText('party', party.key ?? party.id)], { party });

/** What one side does to the other with its own key, and the check that names it. */
const OVERREACH: readonly (readonly [act: string, says: RegExp, forge: (of: TestCase) => void])[] = [
  [
    'a finding in a run of the other side',
    /^run.order .*made by bolt in run R1, which is a run of acme/,
    (of) => {
      run(of, 'acme', 'start');
      of.add('bolt', 'finding', [subjectOfText('finding', 'x'), of.subjectOf('E1')], {
        finding: 'F1',
        run: 'R1',
        test: { id: 'x', version: '1' },
        status: 'tested',
        exactness: 'exact',
        exploratory: true,
        log10P: '0',
      });
    },
  ],
  [
    'the end of a run of the other side',
    /^run.order .*made by bolt in run R1/,
    (of) => {
      run(of, 'acme', 'start');
      run(of, 'bolt', 'abandon');
    },
  ],
  [
    'an amendment to a plan of the other side, which could not be run any more',
    /^entry.right .*amends plan P1 of acme, who stands on another side/,
    (of) => {
      of.add('acme', 'plan', [subjectOfText('plan', 'P1')], { plan: 'P1', tests: 1 });
      of.add('bolt', 'plan', [subjectOfText('plan', 'P2')], {
        plan: 'P2',
        amends: 'P1',
        reason: 'x',
        tests: 1,
      });
    },
  ],
  [
    'other roles for the other side, by a neutral that one side brought in later',
    /^entry.right .*changes bolt, who stands on the other side/,
    (of) => {
      join(of, 'acme', NEUTRAL);
      of.keys.set('otto', TEST_KEYS.acme2);
      join(of, 'otto', { ...TEST_PARTIES[1]!, roles: ['observer'] });
    },
  ],
];
const run = (of: TestCase, actor: string, step: 'start' | 'abandon') =>
  of.add(actor, 'run', [of.subjectOf('E1')], { run: 'R1', step, exploratory: true, software: 'x' });

describe('what one side does to the other', () => {
  for (const [act, says, forge] of OVERREACH)
    it(`fails ${act}`, async () => {
      const of = withExhibit();
      forge(of);
      assert.match(failed((await of.check()).failed).join('\n'), new RegExp(says.source, 'm'));
    });

  it('names a key of the respondent that the claimant brought in', async () => {
    const of = withExhibit();
    join(of, 'acme', { ...NEUTRAL, id: 'bolt-2', side: 'respondent', roles: ['custodian'] });
    const { checks, failed: found } = await of.check();
    assert.deepEqual(found, []);
    const [word] = checks.filter(({ id }) => id === 'party.key');
    assert.match(word!.detail, /gives bolt-2 \(respondent\) a key on the word of acme \(claimant\) alone/);
  });
});
