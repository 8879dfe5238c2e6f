import assert from 'node:assert/strict';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CommitmentRecord, checkCase, FiliationError } from '@filiation/verify';
import { folderSource, nodePlatform } from '@filiation/verify/node';
import { commitParts, openParts, type PartCommitment, rowParts } from '../disclosure/commit-parts.ts';
import { redactRows } from '../disclosure/redact-rows.ts';
import { drawSketch } from '../disclosure/sketch.ts';
import { Secret } from '../keys/secret.ts';
import { ACME, BOLT, type TwoSides, twoSides } from '../test-support/two-sides.ts';
import { commitmentOf, logOpening, logRedaction, logSketch, logWithheld, sketchesOf } from './disclosures.ts';
import { addExhibit } from './exhibits.ts';
import { commitSeed, revealSeed, settleSeed } from './seeds.ts';

const value = (byte: number): Secret => new Secret(new Uint8Array(32).fill(byte));
const rows = Array.from({ length: 20 }, (_, i) => `{"row":${i}}\n`).join('');

describe('two sides that trust each other in nothing', () => {
  let sides: TwoSides;
  let log = '';
  let commitment: PartCommitment;
  const commit = async (scope: string): Promise<CommitmentRecord> => {
    const items = rowParts(nodePlatform, createReadStream(log));
    commitment = await commitParts({ hasher: nodePlatform, scope, kind: 'rows' }, value(9), items);
    return commitment.record;
  };
  before(async () => {
    sides = await twoSides();
    log = join(sides.folder, 'calls.jsonl');
    await writeFile(log, rows);
  });
  after(() => sides.remove());

  it('draw a seed through bundles and packets that neither could choose', async () => {
    const claimant = await sides.open();
    assert.equal(await commitSeed(claimant, ACME, value(1)), 'S1');
    await claimant.close();
    const first = await sides.handOver();
    await commitSeed(first, BOLT, value(2), 'S1');
    assert.equal(await sides.handBack(first), 1);

    const revealing = await sides.open();
    await revealSeed(revealing, ACME, 'S1', value(1));
    await revealing.close();
    const second = await sides.handOver();
    await revealSeed(second, BOLT, 'S1', value(2));
    // The respondent can compute what the claimant will log.
    const expected = await settleSeed(second, BOLT, 'S1');
    assert.equal(await sides.handBack(second), 2);
    const settled = await sides.open();
    assert.equal(settled.state.seeds.get('S1')!.value, expected);
    await settled.close();
  });

  it('register an exhibit that is never handed over, and open parts of it', async () => {
    const respondent = await sides.handOver();
    const number = await addExhibit(respondent, BOLT, {
      path: log,
      kind: 'log',
      origin: 'logs of the service',
      handedOverBy: 'bolt',
      receivedAt: '2030-01-01T00:00:00Z',
      commit,
    });
    const { record } = await commitmentOf(respondent, number);
    assert.deepEqual(record, commitment.record);
    const item = { index: 3, sha256: '' };
    for await (const part of rowParts(nodePlatform, createReadStream(log)))
      if (part.index === 3) item.sha256 = part.sha256;
    const opening = await openParts(nodePlatform, commitment, [{ index: 3, item }], () => 'not asked for');
    await logOpening(respondent, BOLT, number, opening, 'acme');
    const lines = redactRows(nodePlatform, commitment, createReadStream(log), {
      grounds: ['personal data'],
      hide: (index) => (index < 5 ? undefined : 0),
    });
    const name = await logRedaction(respondent, BOLT, number, { record, shown: 5, lines, to: 'acme' });
    assert.match(await readFile(join(respondent.folder, name), 'utf8'), /"personal data"/);
    await logWithheld(respondent, BOLT, number, await commitmentOf(respondent, number), 'trade secret');
    assert.equal(await sides.handBack(respondent), 5);

    const claimant = await sides.open();
    const failed: string[] = [];
    const ids: string[] = [];
    await checkCase({
      source: await folderSource(claimant.folder),
      prefix: '',
      platform: nodePlatform,
      report: ({ id, status, part, detail }) =>
        void (status === 'failed' ? failed.push(`${id} ${part} ${detail}`) : ids.push(id)),
    });
    await claimant.close();
    assert.deepEqual(failed, []);
    for (const id of ['disclosure.record', 'disclosure.opening', 'disclosure.redaction'])
      assert.ok(ids.includes(id), id);
  });

  it('take nothing from the other side that would not verify, and keep no trace of it', async () => {
    const respondent = await sides.handOver();
    const { record } = await commitmentOf(respondent, 'E1');
    const forged = {
      index: 3,
      salt: '00'.repeat(32),
      item: { index: 3, sha256: '11'.repeat(32) },
      proof: [],
    };
    const rest = [
      { from: 0, to: 3, ground: 'x' },
      { from: 4, to: record.count, ground: 'x' },
    ];
    const schema = 'filiation.opening/1';
    const opening = { schema, commitment: record, opened: [forged], withheld: rest } as const;
    const name = await logOpening(respondent, BOLT, 'E1', opening);
    await assert.rejects(
      sides.handBack(respondent),
      (error: unknown) =>
        error instanceof FiliationError &&
        error.code === 'CONFLICT' &&
        /part 3 of E1 is refused: it does not stand: what was opened is not what was committed to/.test(
          error.message,
        ),
    );
    const claimant = await sides.open();
    assert.ok(!existsSync(join(claimant.folder, name)));
    assert.equal(claimant.state.exhibits.get('E1')!.disclosures.length, 4);
    await claimant.close();
  });

  it('sketch with a seed drawn after the commitment, and never beyond the cap', async () => {
    const of = await sides.open();
    const draw = async (seed: string, fraction: number) =>
      drawSketch({
        tensors: [
          {
            name: 'mlp-up/0',
            elements: 4,
            bits: 32,
            read: async function* () {
              yield new Float32Array([1, 2, 3, 4]);
            },
          },
        ],
        seed: of.state.seeds.get(seed)!.value!,
        rows: 1,
        digits: 1,
        budget: { previous: await sketchesOf(of, 'E1'), fraction },
      });
    const { record } = await commitmentOf(of, 'E1');
    const early = { commitment: record, seed: 'S1', document: await draw('S1', 0.5) };
    await assert.rejects(
      logSketch(of, BOLT, 'E1', early),
      (error: unknown) => error instanceof FiliationError && /known before the model was/.test(error.message),
    );
    await of.close();
    const next = await sides.open();
    const seed = await commitSeed(next, ACME, value(5));
    await commitSeed(next, BOLT, value(6), seed);
    await revealSeed(next, ACME, seed, value(5));
    await revealSeed(next, BOLT, seed, value(6));
    const value2 = await settleSeed(next, ACME, seed);
    const document = { ...early.document, seed: value2 };
    const greedy = { ...document, leak: { ...document.leak, cap: 0 } };
    await assert.rejects(
      logSketch(next, BOLT, 'E1', { commitment: record, seed, document: greedy }),
      (error: unknown) => error instanceof FiliationError && error.code === 'CONFLICT',
    );
    await next.close();
    const last = await sides.open();
    await logSketch(last, BOLT, 'E1', { commitment: record, seed, document });
    assert.equal((await sketchesOf(last, 'E1')).length, 1);
    await last.close();
    // The sketches that were refused lie nowhere and travel nowhere.
    const documents = async (folder: string) => (await readdir(join(folder, 'disclosure'))).length;
    const kept = await documents(last.folder);
    const view = await sides.handOver();
    await view.close();
    assert.equal(await documents(view.folder), kept);
  });
});
