import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { FiliationError, hexOf } from '@filiation/verify';
import { createLog, openLog, readLog } from './log.ts';
import { numberedEntries, ORIGIN, testSigner } from './log-fixture.test.support.ts';
import { visitLog } from './sight.ts';

const signer = testSigner();
const NOON = () => new Date('2026-03-01T12:00:00Z');

describe('the checkpoint that a party saw last', () => {
  let top = '';
  let folder = '';
  let count = 0;
  before(async () => {
    top = await mkdtemp(join(tmpdir(), 'filiation-sight-'));
  });
  beforeEach(async () => {
    folder = join(top, String(count++));
    const log = await createLog(join(folder, 'log'), { origin: ORIGIN, signer });
    await log.append(numberedEntries(0, 260));
    await log.close();
  });
  after(() => rm(top, { recursive: true }));

  const visit = async (log: string) =>
    visitLog(join(folder, 'seen.json'), await readLog(join(folder, log)), NOON);

  it('is kept, and a log that has grown continues it', async () => {
    assert.equal(await visit('log'), undefined);
    const log = await openLog(join(folder, 'log'), { signer });
    await log.append(numberedEntries(260, 300));
    await log.close();
    const before = await visit('log');
    assert.deepEqual([before?.size, before?.at], [260, '2026-03-01T12:00:00.000Z']);
    assert.equal((await visit('log'))?.size, 560);
  });

  it('shows a log that was rewritten, naming both roots', async () => {
    await cp(join(folder, 'log'), join(folder, 'old'), { recursive: true });
    const longer = await openLog(join(folder, 'log'), { signer });
    await longer.append(numberedEntries(260, 1));
    await longer.close();
    await visit('log');
    const kept = await readFile(join(folder, 'seen.json'), 'utf8');
    const rewritten = await openLog(join(folder, 'old'), { signer });
    await assert.rejects(visit('old'), /entries are gone.*261 entries, root.*260 entries, root/);
    await rewritten.append(numberedEntries(999, 2));
    await rewritten.close();
    const roots = [longer.root, rewritten.root].map(hexOf);
    await assert.rejects(visit('old'), (error) => {
      assert.ok(error instanceof FiliationError && error.code === 'UNVERIFIED');
      assert.ok(roots.every((root) => error.message.includes(root)));
      return true;
    });
    assert.equal(await readFile(join(folder, 'seen.json'), 'utf8'), kept);
  });

  it('is not guessed where its file is damaged', async () => {
    await visit('log');
    await writeFile(join(folder, 'seen.json'), '{"schema":"filiation.seen-checkpoints/1","logs":[{}]}');
    await assert.rejects(
      visit('log'),
      (error) => error instanceof FiliationError && error.code === 'MALFORMED',
    );
  });
});
