import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  base64Of,
  FiliationError,
  formatCheckpoint,
  formatNoteKey,
  leafHash,
  type NoteKey,
  noteBytes,
  parseNote,
  parseNoteKey,
  parseTlogProof,
  verifyNote,
  verifyTlogProof,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { fsck } from './fsck.ts';
import { createLog, openLog } from './log.ts';
import { diskFiles, type LogFiles } from './log-files.ts';
import { numberedEntries, ORIGIN, testSigner, textOf } from './log-fixture.test.support.ts';
import { signCheckpoint } from './signed-checkpoint.ts';
import { openWitness, type Witness, type WitnessOptions, witnessKey } from './witness.ts';
import { exportWitnessRequest, importCosignature } from './witness-exchange.ts';
import { formatWitnessRequest, parseWitnessRequest } from './witness-request.ts';
import type { Log } from './writable-log.ts';

const signer = testSigner();
const neutral = testSigner('neutral.example/w', 9);
const NOON = new Date('2026-03-01T12:00:00.500Z');
const failsWith = (code: string) => (error: unknown) =>
  error instanceof FiliationError && error.code === code;

describe('a witness', () => {
  let top = '';
  let count = 0;
  let log: Log;
  let witness: Witness;
  let options: WitnessOptions;
  before(async () => {
    top = await mkdtemp(join(tmpdir(), 'filiation-witness-'));
  });
  beforeEach(async () => {
    const folder = join(top, String(count++));
    log = await createLog(join(folder, 'log'), { origin: ORIGIN, signer });
    await log.append(numberedEntries(0, 5));
    options = {
      stateFile: join(folder, 'witness', 'state.json'),
      signer: neutral,
      logKeys: [signer.vkey],
      now: () => NOON,
    };
    witness = await openWitness(options);
  });
  after(() => rm(top, { recursive: true }));

  const statusOf = async (request: Uint8Array): Promise<number> => (await witness.answer(request)).status;
  const keyOf = (text: string): NoteKey => parseNoteKey(nodePlatform, text);

  it('cosigns what continues the log, with its time', async () => {
    const { status, body } = await witness.answer(await exportWitnessRequest(log, 0));
    assert.equal(status, 200);
    const note = parseNote(Buffer.concat([log.checkpoint, Buffer.from(body)]));
    const { verified } = await verifyNote(nodePlatform, note, [keyOf(signer.vkey), witness.key]);
    assert.deepEqual(
      verified.map(({ key, time }) => [key.name, time]),
      [
        [ORIGIN, undefined],
        ['neutral.example/w', NOON.getTime() / 1000 - 0.5],
      ],
    );
    await log.append(numberedEntries(5, 300));
    assert.equal(await statusOf(await exportWitnessRequest(log, 5)), 200);
  });

  it('answers with the status codes of tlog-witness', async () => {
    const stranger = await createLog(join(top, `stranger-${count}`), {
      origin: 'other',
      signer: testSigner('other', 3),
    });
    assert.equal(await statusOf(await exportWitnessRequest(stranger, 0)), 404);
    await stranger.close();
    const checkpoint = { origin: ORIGIN, size: 5, root: log.root, extensions: [] };
    const forged = await signCheckpoint(checkpoint, testSigner(ORIGIN, 4));
    assert.equal(await statusOf(formatWitnessRequest(0, [], forged)), 403);
    assert.equal(await statusOf(formatWitnessRequest(6, [], log.checkpoint)), 400);
    assert.equal(await statusOf(new TextEncoder().encode('old 0\n')), 400);
    assert.equal(await statusOf(await exportWitnessRequest(log, 0)), 200);
    assert.deepEqual(await witness.answer(await exportWitnessRequest(log, 0)), { status: 409, body: '5\n' });
    assert.equal(await statusOf(await exportWitnessRequest(log, 5)), 200);
    await log.append(numberedEntries(5, 2));
    const proof = await log.consistencyProof(5);
    assert.equal(await statusOf(formatWitnessRequest(5, proof.slice(1), log.checkpoint)), 422);
    const other = await signCheckpoint({ ...checkpoint, root: new Uint8Array(32) }, signer);
    assert.equal(await statusOf(formatWitnessRequest(5, [], other)), 422);
    assert.equal(await statusOf(formatWitnessRequest(5, proof, log.checkpoint)), 200);
  });

  it('cosigns an empty log only under the empty root', async () => {
    const at = (root: Uint8Array) =>
      signCheckpoint({ origin: ORIGIN, size: 0, root, extensions: [] }, signer);
    assert.equal(await statusOf(formatWitnessRequest(0, [], await at(new Uint8Array(32)))), 422);
    assert.equal(await statusOf(formatWitnessRequest(0, [], await at(await log.rootAt(0)))), 200);
  });

  it('remembers over restarts, and refuses a rewritten log', async () => {
    await witness.cosign(await exportWitnessRequest(log, 0));
    await witness.close();
    witness = await openWitness(options);
    const rewritten = await createLog(join(top, `rewritten-${count}`), { origin: ORIGIN, signer });
    await rewritten.append(numberedEntries(1, 7));
    const request = await exportWitnessRequest(rewritten, 5);
    await assert.rejects(witness.cosign(request), (error) => {
      assert.ok(error instanceof FiliationError && error.code === 'UNVERIFIED');
      assert.match(
        error.message,
        /5 entries with root [0-9a-f]{64}; asked for 7 entries with root [0-9a-f]{64}/,
      );
      return true;
    });
    await rewritten.close();
  });

  it('lets no two requests at once roll it back', async () => {
    const small = await exportWitnessRequest(log, 0);
    await log.append(numberedEntries(5, 5));
    const large = await exportWitnessRequest(log, 0);
    const answers = await Promise.all([witness.answer(large), witness.answer(small)]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 409],
    );
    assert.equal(witness.latest(ORIGIN)?.size, 10);
  });

  it('gives no cosignature that it could not write down', async () => {
    await witness.close();
    const { stateFile } = options;
    let refuse = false;
    const choosy: LogFiles = {
      ...diskFiles,
      async writeSynced(path, bytes) {
        if (refuse) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        await diskFiles.writeSynced(path, bytes);
      },
    };
    witness = await openWitness({ ...options, files: choosy });
    refuse = true;
    await assert.rejects(witness.answer(await exportWitnessRequest(log, 0)), failsWith('WRITE_FAILED'));
    assert.equal(witness.latest(ORIGIN), undefined);
    refuse = false;
    assert.equal(await statusOf(await exportWitnessRequest(log, 0)), 200);
    assert.match(await readFile(stateFile, 'utf8'), /neutral\.example/);
  });

  it('is one process, and believes no damaged state', async () => {
    await assert.rejects(openWitness(options), failsWith('CONFLICT'));
    await witness.close();
    await writeFile(options.stateFile, '{}');
    await assert.rejects(openWitness(options), failsWith('MALFORMED'));
  });

  it('exchanges files: the answer goes into the archive and the checkpoint', async () => {
    const answer = await witness.cosign(await exportWitnessRequest(log, 0));
    const kept = await importCosignature(log, answer, [witness.key]);
    assert.deepEqual(kept, [
      { witness: 'neutral.example/w', size: 5, time: Math.floor(NOON.getTime() / 1000) },
    ]);
    assert.equal(textOf(await readFile(join(log.folder, 'checkpoints/5'))), textOf(answer));
    assert.equal(textOf(await readFile(join(log.folder, 'checkpoint'))), textOf(answer));
    await importCosignature(log, answer, [witness.key]);
    assert.equal(parseNote(log.checkpoint).signatures.length, 2);
    await log.append(numberedEntries(5, 1));
    const late = await importCosignature(log, answer, [witness.key]);
    assert.equal(late[0]?.size, 5);
    assert.equal(parseNote(log.checkpoint).signatures.length, 1);
    await log.close();
    const report = await fsck(log.folder, {
      vkeys: [signer.vkey],
      witnessKeys: [formatNoteKey(witness.key)],
    });
    assert.deepEqual([report.sound, report.faults], [true, []]);
    assert.deepEqual(
      report.archived.map(({ size, signatures }) => [size, signatures.length]),
      [[5, 2]],
    );
    await (await openLog(log.folder, { signer })).close();
  });

  it('answers count only where the log itself says the same', async () => {
    const answer = await witness.cosign(await exportWitnessRequest(log, 0));
    const [own, line] = parseNote(answer).signatures;
    await assert.rejects(
      importCosignature(log, answer, [witnessKey(testSigner('w', 5))]),
      failsWith('UNVERIFIED'),
    );
    const other = { ...line!, signature: line!.signature.with(20, line!.signature[20]! ^ 1) };
    const { text } = parseNote(answer);
    const bad = noteBytes({ text, signatures: [own!, other] });
    await assert.rejects(importCosignature(log, bad, [witness.key]), failsWith('UNVERIFIED'));
    const elsewhere = text.replace(base64Of(log.root), base64Of(new Uint8Array(32)));
    const forked = noteBytes({ text: elsewhere, signatures: [own!, line!] });
    await assert.rejects(importCosignature(log, forked, [witness.key]), /two histories|saw root/);
    const later = formatCheckpoint({ origin: ORIGIN, size: 6, root: log.root, extensions: [] });
    const ahead = noteBytes({ text: later, signatures: [own!, line!] });
    await assert.rejects(importCosignature(log, ahead, [witness.key]), /saw 6 entries, but this log has 5/);
  });

  it('stands in receipts, which a policy with a quorum accepts', async () => {
    await importCosignature(log, await witness.cosign(await exportWitnessRequest(log, 0)), [witness.key]);
    await log.append(numberedEntries(5, 3));
    const policy = {
      logs: [{ key: keyOf(signer.vkey) }],
      witnesses: [{ name: 'neutral', key: witness.key }],
      groups: [],
      quorum: 'neutral',
    };
    const covered = parseTlogProof(await log.proofFile(3));
    const verdict = await verifyTlogProof(
      nodePlatform,
      covered,
      leafHash(nodePlatform, await log.entry(3)),
      policy,
    );
    assert.deepEqual([verdict.checkpoint.size, verdict.quorum], [5, true]);
    const fresh = parseTlogProof(await log.proofFile(7));
    await assert.rejects(
      verifyTlogProof(nodePlatform, fresh, leafHash(nodePlatform, await log.entry(7)), policy),
      /too few witnesses/,
    );
  });

  it('reads back the requests it writes, and nothing else', async () => {
    await log.append(numberedEntries(5, 10));
    const request = await exportWitnessRequest(log, 3);
    const { oldSize, proof, note } = parseWitnessRequest(request);
    assert.deepEqual(formatWitnessRequest(oldSize, proof, noteBytes(note)), request);
    const text = textOf(request);
    const hash = base64Of(new Uint8Array(32));
    for (const wrong of [
      text.replace('old 3', 'old 03'),
      text.replace('old 3', 'old -3'),
      text.replace('old 3\n', 'old 3\n\n'),
      text.replace('old 3\n', 'old 3\nAAAA\n'),
      text.replace('old 3\n', `old 3\n${`${hash}\n`.repeat(64)}`),
      text.replace('old 3\n', ''),
      text.slice(0, -1),
      '',
    ])
      assert.throws(() => parseWitnessRequest(new TextEncoder().encode(wrong)), failsWith('MALFORMED'));
  });
});
