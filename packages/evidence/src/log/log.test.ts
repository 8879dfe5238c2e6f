import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  emptyRoot,
  FiliationError,
  hexOf,
  leafHash,
  parseCheckpoint,
  parseNote,
  verifyConsistency,
  verifyInclusion,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { fsck } from './fsck.ts';
import { createLog, openLog, readLog } from './log.ts';
import { diskFiles } from './log-files.ts';
import {
  bytesOf,
  numberedEntries,
  ORIGIN,
  soundEntries,
  testSigner,
  textOf,
} from './log-fixture.test.support.ts';

const signer = testSigner();
const failsWith = (code: string) => (error: unknown) =>
  error instanceof FiliationError && error.code === code;

describe('the log', () => {
  let top = '';
  let folder = '';
  let count = 0;
  before(async () => {
    top = await mkdtemp(join(tmpdir(), 'filiation-log-'));
  });
  beforeEach(() => {
    folder = join(top, `case-${count++}`, 'log');
  });
  after(() => rm(top, { recursive: true }));

  it('starts empty, under a checkpoint that says so', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    await log.close();
    const note = parseNote(await readFile(join(folder, 'checkpoint')));
    const { origin, size, root } = parseCheckpoint(note.text);
    assert.deepEqual([origin, size, hexOf(root)], [ORIGIN, 0, hexOf(emptyRoot(nodePlatform))]);
    assert.deepEqual(await readdir(folder), ['checkpoint']);
  });

  it('keeps entries in order over many appends and openings', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    assert.equal((await log.append(numberedEntries(0, 3))).firstIndex, 0);
    const { firstIndex, size, checkpoint } = await log.append(numberedEntries(3, 600));
    assert.deepEqual([firstIndex, size], [3, 603]);
    assert.deepEqual(checkpoint, Uint8Array.from(await readFile(join(folder, 'checkpoint'))));
    await log.close();
    const again = await openLog(folder, { signer });
    await again.append(numberedEntries(603, 2));
    assert.equal(textOf(await again.entry(604)), textOf(numberedEntries(604, 1)[0]!));
    await again.close();
    assert.deepEqual(await soundEntries(folder, diskFiles), numberedEntries(0, 605).map(textOf));
    const streamed: string[] = [];
    for await (const entry of (await readLog(folder)).entries(250, 260)) streamed.push(textOf(entry));
    assert.deepEqual(streamed, numberedEntries(250, 10).map(textOf));
  });

  it('lays out files as C2SP tlog-tiles does', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    await log.append([bytesOf('one'), bytesOf('')]);
    assert.deepEqual(
      [...(await readFile(join(folder, 'tile/entries/000.p/2')))],
      [0, 3, ...bytesOf('one'), 0, 0],
    );
    const leaves = [bytesOf('one'), bytesOf('')].map((entry) => leafHash(nodePlatform, entry));
    assert.deepEqual(
      [...(await readFile(join(folder, 'tile/0/000.p/2')))],
      leaves.flatMap((leaf) => [...leaf]),
    );
    await log.append(numberedEntries(2, 255));
    await log.close();
    assert.deepEqual((await readdir(join(folder, 'tile'), { recursive: true })).sort(), [
      '0',
      '0/000',
      '0/001.p',
      '0/001.p/1',
      '1',
      '1/000.p',
      '1/000.p/1',
      'entries',
      'entries/000',
      'entries/001.p',
      'entries/001.p/1',
    ]);
  });

  it('proves entries and growth to whoever holds an older checkpoint', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    await log.append(numberedEntries(0, 300));
    const sizes = [1, 2, 255, 256, 257, 300];
    const roots = new Map<number, Uint8Array>();
    for (const size of sizes) roots.set(size, await log.rootAt(size));
    for (const size of sizes)
      for (const index of [0, 1, 254, 255, 256, 299].filter((each) => each < size)) {
        const proof = await log.inclusionProof(index, size);
        const leaf = leafHash(nodePlatform, await log.entry(index));
        assert.ok(verifyInclusion(nodePlatform, { index, size, leaf, proof, root: roots.get(size)! }));
      }
    for (const oldSize of sizes)
      for (const newSize of sizes.filter((each) => each >= oldSize)) {
        const proof = await log.consistencyProof(oldSize, newSize);
        const [oldRoot, newRoot] = [roots.get(oldSize)!, roots.get(newSize)!];
        assert.ok(verifyConsistency(nodePlatform, { oldSize, oldRoot, newSize, newRoot, proof }));
      }
    await log.close();
  });

  it('gives concurrent appends one checkpoint and each its own place', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    const done = await Promise.all(Array.from({ length: 40 }, (_, i) => log.append(numberedEntries(i, 1))));
    assert.deepEqual(
      done.map(({ firstIndex }) => firstIndex),
      Array.from({ length: 40 }, (_, i) => i),
    );
    assert.deepEqual([...new Set(done.map(({ size }) => size))].length <= 2, true);
    await log.close();
    assert.deepEqual(await soundEntries(folder, diskFiles), numberedEntries(0, 40).map(textOf));
  });

  it('does not change what it was given, nor let it change', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    const entry = bytesOf('as it was');
    const done = log.append([entry]);
    entry.fill(0);
    await done;
    assert.equal(textOf(await log.entry(0)), 'as it was');
    await log.close();
  });

  it('refuses an entry too long for the format, and takes the longest', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    await assert.rejects(log.append([new Uint8Array(65_536)]), failsWith('LIMIT_EXCEEDED'));
    await assert.rejects(log.append([]), failsWith('USAGE'));
    await log.append([new Uint8Array(65_535)]);
    assert.equal((await log.entry(0)).length, 65_535);
    await assert.rejects(log.entry(1), failsWith('USAGE'));
    await log.close();
  });

  it('has one writer at a time', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    await assert.rejects(openLog(folder, { signer }), failsWith('CONFLICT'));
    await log.close();
    const next = await openLog(folder, { signer });
    await assert.rejects(createLog(folder, { origin: ORIGIN, signer }), failsWith('CONFLICT'));
    await next.close();
    await assert.rejects(createLog(folder, { origin: ORIGIN, signer }), failsWith('CONFLICT'));
    await assert.rejects(log.append(numberedEntries(0, 1)), failsWith('WRITE_FAILED'));
  });

  it('opens nothing that its key did not sign', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    await log.append(numberedEntries(0, 2));
    await log.close();
    const other = testSigner(ORIGIN, 2);
    await assert.rejects(openLog(folder, { signer: other }), failsWith('UNVERIFIED'));
    await assert.rejects(openLog(folder, { signer: testSigner('another', 2) }), failsWith('UNVERIFIED'));
    await assert.rejects(createLog(join(top, 'x'), { origin: 'other', signer }), failsWith('BAD_CONFIG'));
    const renewed = await openLog(folder, { signer: other, earlierKeys: [signer.vkey] });
    await renewed.append(numberedEntries(2, 1));
    await renewed.close();
    await soundEntries(folder, diskFiles, other);
  });

  it('does not append to files that do not fit the checkpoint', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    await log.append(numberedEntries(0, 3));
    await log.close();
    const bundle = join(folder, 'tile/entries/000.p/3');
    const bytes = await readFile(bundle);
    bytes[4]! ^= 1;
    await writeFile(bundle, bytes);
    await assert.rejects(openLog(folder, { signer }), failsWith('UNVERIFIED'));
    await assert.rejects((await readLog(folder)).entry(0), failsWith('UNVERIFIED'));
    const { sound, faults } = await fsck(folder, { vkeys: [signer.vkey] });
    assert.equal(sound, false);
    assert.deepEqual(
      faults.map(({ id, part }) => `${id} ${part}`),
      ['log.tile tile/0/000.p/3', 'log.root checkpoint'],
    );
  });

  it('says where no log is, and where none can be', async () => {
    await assert.rejects(openLog(join(top, 'nowhere'), { signer }), failsWith('NOT_FOUND'));
    await assert.rejects(readLog(join(top, 'nowhere')), failsWith('NOT_FOUND'));
    await assert.rejects(
      createLog('/proc/nowhere/log', { origin: ORIGIN, signer }),
      failsWith('WRITE_FAILED'),
    );
  });

  it('sets aside what lies beyond the checkpoint and says so to nobody but fsck', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    await log.append(numberedEntries(0, 2));
    await log.close();
    await mkdir(join(folder, 'tile/0'), { recursive: true });
    await writeFile(join(folder, 'tile/0/000'), new Uint8Array(8192));
    const report = await fsck(folder, { vkeys: [signer.vkey] });
    assert.deepEqual(
      [report.sound, report.faults.map(({ id, part }) => `${id} ${part}`)],
      [true, ['log.leftover tile/0/000']],
    );
    await (await openLog(folder, { signer })).close();
    const [aside] = await readdir(join(folder, '.set-aside'));
    assert.equal((await readFile(join(folder, '.set-aside', aside!, 'tile/0/000'))).length, 8192);
  });

  it('refuses to go on from a checkpoint older than an archived one', async () => {
    const log = await createLog(folder, { origin: ORIGIN, signer });
    await log.append(numberedEntries(0, 2));
    const old = await readFile(join(folder, 'checkpoint'));
    await log.append(numberedEntries(2, 2));
    await log.close();
    await mkdir(join(folder, 'checkpoints'));
    await writeFile(join(folder, 'checkpoints/4'), await readFile(join(folder, 'checkpoint')));
    await writeFile(join(folder, 'checkpoint'), old);
    await assert.rejects(openLog(folder, { signer }), failsWith('UNVERIFIED'));
    const { faults } = await fsck(folder, { vkeys: [signer.vkey] });
    assert.ok(
      faults.some(
        ({ id, part, status }) => id === 'log.root' && part === 'checkpoints/4' && status === 'failed',
      ),
    );
  });
});
