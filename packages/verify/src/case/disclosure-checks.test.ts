import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openArchive } from '../archive/archive-source.ts';
import { memoryAccess } from '../archive/random-access.ts';
import type { OpeningDocument } from '../disclosure/opening.ts';
import { nodePlatform } from '../node/platform.ts';
import { sealTestCase } from '../test-support/seal-test-case.ts';
import { sha256, type TestCase, testCase } from '../test-support/test-case.ts';
import { commitRows } from '../test-support/test-commitment.ts';
import {
  COMMITMENT,
  committed,
  disclose,
  drawSeed,
  LEAK,
  RECORD,
  ROWS,
  SKETCH,
  sketch,
} from '../test-support/test-disclosure.ts';
import { verifyBundle } from './verify-bundle.ts';

describe('an exhibit that is withheld and opened in part', () => {
  it('passes in a sealed bundle that never holds its bytes', async () => {
    const of = committed();
    disclose(of, 'open', await COMMITMENT.open(1, 3), { parts: 2, to: 'acme' });
    disclose(of, 'open', COMMITMENT.redacted(0, 4), { parts: 2, to: 'the court' });
    disclose(of, 'withhold', RECORD, { ground: 'trade secret, order of 1 December' });
    drawSeed(of);
    sketch(of);
    const source = await openArchive(memoryAccess(sealTestCase(of)), 'bundle');
    const { report } = await verifyBundle(source, { platform: nodePlatform });
    assert.deepEqual(
      report.checks.filter(({ status }) => status === 'failed'),
      [],
    );
    const { passed } = report;
    for (const id of ['disclosure.opening', 'disclosure.redaction', 'disclosure.sketch'])
      assert.equal(passed[id], 1, id);
    assert.ok(report.checks.some(({ id, status }) => id === 'exhibit.digest' && status === 'not-checked'));
  });

  it('says so where the record to check an opening against does not hold', async () => {
    const of = committed();
    disclose(of, 'open', await COMMITMENT.open(1), { parts: 1 });
    for (const path of of.files.keys())
      if (path.startsWith('disclosure/') && of.files.get(path)!.length < 300) of.files.delete(path);
    const { checks } = await of.check();
    assert.ok(checks.some(({ id, status }) => id === 'document.present' && status === 'failed'));
    assert.ok(checks.some(({ id, status }) => id === 'disclosure.opening' && status === 'not-checked'));
  });
});

async function changedRow(): Promise<OpeningDocument> {
  const document = await COMMITMENT.open(1, 3);
  const [first, second] = document.opened;
  const item = { index: 3, sha256: sha256(Buffer.from('{"a":4000}')) };
  return { ...document, opened: [first!, { ...second!, item }] };
}

/** A redacted log in which the text of one shown row was changed. */
function changedText(): Uint8Array {
  return new Uint8Array(Buffer.from(Buffer.from(COMMITMENT.redacted(2)).toString().replace(':3', ':9')));
}

type Bad = readonly [
  act: string,
  id: string,
  says: RegExp,
  forge: (of: TestCase) => Promise<number> | number,
  part?: RegExp,
];
const BAD: readonly Bad[] = [
  [
    'an opening of a row that was changed',
    'disclosure.opening',
    /not what was committed to/,
    async (of) => disclose(of, 'open', await changedRow(), { parts: 2 }),
    /, part 3 of E1$/,
  ],
  [
    'an opening that leaves out a part',
    'disclosure.opening',
    /neither opened nor withheld/,
    async (of) => {
      const { withheld, ...document } = await COMMITMENT.open(1, 3);
      return disclose(of, 'open', { ...document, withheld: withheld.slice(1) }, { parts: 2 });
    },
  ],
  [
    'an opening that counts otherwise than its entry',
    'disclosure.opening',
    /opens 2 of 5 parts, its log entry says 4 of 5/,
    async (of) => disclose(of, 'open', await COMMITMENT.open(1, 3), { parts: 4 }),
  ],
  [
    'a redacted log with a row that was changed',
    'disclosure.redaction',
    /a row was changed/,
    (of) => disclose(of, 'open', changedText(), { parts: 1 }),
    /the redacted log$/,
  ],
  [
    'a redacted log with a line that is none',
    'disclosure.redaction',
    /not JSON/,
    (of) => disclose(of, 'open', Uint8Array.of(...COMMITMENT.redacted(2), 120, 10), { parts: 1 }),
    /, line 7 of the redacted log$/,
  ],
  [
    'a record of another root than its entry',
    'disclosure.record',
    /another root/,
    (of) => disclose(of, 'commit', commitRows('E1', ['x', ...ROWS.slice(1)]).record),
  ],
  [
    'a record that is about another exhibit',
    'disclosure.record',
    /is about E10, not E1/,
    (of) => disclose(of, 'commit', { ...RECORD, scope: 'E10' }),
  ],
  [
    'parts of a commitment that was never logged',
    'disclosure.commitment',
    /never logged for E1/,
    async (of) => disclose(of, 'open', await COMMITMENT.open(1), { parts: 1, commitment: 'ab'.repeat(32) }),
  ],
  [
    'parts withheld without a ground',
    'disclosure.ground',
    /without a ground/,
    (of) => disclose(of, 'withhold', RECORD),
  ],
  [
    'parts withheld of another record',
    'disclosure.record',
    /of another record/,
    (of) => disclose(of, 'withhold', { ...RECORD, scope: 'E1/other' }, { ground: 'secret' }),
  ],
  [
    'a disclosure by the side that does not hold the exhibit',
    'disclosure.right',
    /the side of acme does not hold/,
    (of) => disclose(of, 'withhold', RECORD, { ground: 'secret' }, 'acme'),
  ],
  [
    'a disclosure of an exhibit that is not in the log',
    'entry.reference',
    /E9, which is not in the log/,
    (of) => disclose(of, 'commit', RECORD, { exhibit: 'E9' }),
  ],
  [
    'a sketch beyond the cap',
    'disclosure.leak',
    /releases 4 unknowns, more than the cap of 3/,
    (of) => {
      drawSeed(of);
      const leak = { ...LEAK, cap: 3 };
      return sketch(of, { ...SKETCH, leak: { ...SKETCH.leak, cap: 3 } }, leak);
    },
  ],
  [
    'a second sketch that forgets the first',
    'disclosure.leak',
    /counts 4 released unknowns, the log adds up to 8/,
    (of) => {
      drawSeed(of);
      sketch(of);
      return sketch(of);
    },
  ],
  [
    'a sketch with a seed that is not settled',
    'disclosure.seed',
    /S1, which is not settled/,
    (of) => sketch(of),
  ],
  [
    'a sketch drawn with another seed',
    'disclosure.sketch',
    /another seed than S1/,
    (of) => {
      drawSeed(of);
      return sketch(of, { ...SKETCH, seed: 'cd'.repeat(32) });
    },
  ],
  [
    'a sketch that gives away more than it books',
    'disclosure.sketch',
    /fewer unknowns of mlp-up\/0 than it gives values/,
    (of) => {
      drawSeed(of);
      const leak = { released: 1, total: 1, cap: 10 };
      const document = { ...SKETCH, leak: { ...leak, tensors: { 'mlp-up/0': 1 } } };
      return sketch(of, document, { ...leak, seed: 'S1' });
    },
  ],
];

describe('a disclosure that does not hold', () => {
  for (const [act, id, says, forge, where] of BAD)
    it(`fails, and names the entry: ${act}`, async () => {
      const of = committed();
      const index = await forge(of);
      const { failed } = await of.check();
      const found = failed.find((check) => check.id === id && says.test(check.detail));
      assert.ok(found, JSON.stringify(failed));
      assert.ok(
        failed.every(({ part }) => part.startsWith(`entry ${index} (`)),
        JSON.stringify(failed),
      );
      if (where !== undefined) assert.match(found.part, where);
    });

  it('fails where the seed of a sketch was known before the model was committed to', async () => {
    const of = testCase();
    drawSeed(of);
    of.exhibit('bolt', 'rows', { storage: 'committed', commitment: RECORD.root });
    disclose(of, 'commit', RECORD);
    const index = sketch(of);
    const { failed } = await of.check();
    assert.deepEqual(
      failed.map(({ id, part }) => [id, part]),
      [['disclosure.seed', `entry ${index} (disclosure E1)`]],
    );
  });

  it('fails where an exhibit is registered by a commitment of which no record is logged', async () => {
    const of = testCase();
    of.exhibit('bolt', 'rows', { storage: 'committed', commitment: RECORD.root });
    const { failed } = await of.check();
    assert.match(failed[0]!.detail, /no record of it is logged/);
  });

  it('is warned of where a document lies there that no entry speaks of', async () => {
    const of = committed();
    of.document('disclosure', await COMMITMENT.open(1));
    const { checks, failed } = await of.check();
    assert.deepEqual(failed, []);
    assert.ok(checks.some(({ id, status }) => id === 'disclosure.known' && status === 'warning'));
  });

  it('is warned of where the cap grows from one sketch to the next', async () => {
    const of = committed();
    drawSeed(of);
    sketch(of);
    const leak = { seed: 'S1', released: 4, total: 8, cap: 20 };
    sketch(of, { ...SKETCH, leak: { ...SKETCH.leak, total: 8, cap: 20 } }, leak);
    const { checks } = await of.check();
    assert.ok(checks.some(({ status, detail }) => status === 'warning' && /from 10 to 20/.test(detail)));
  });
});
