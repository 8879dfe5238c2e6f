import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { FiliationError } from '@filiation/verify';
import { diskFiles } from './log-files.ts';
import {
  LOCK_PREFIX,
  lockForWriting,
  type ProcessIdentity,
  type ProcessTable,
  processTable,
} from './writer-lock.ts';

const conflict = (pattern: RegExp) => (error: unknown) =>
  error instanceof FiliationError &&
  error.code === 'CONFLICT' &&
  pattern.test(`${error.message} ${error.hint}`);

describe('the lock of a writer', () => {
  let top = '';
  let folder = '';
  let count = 0;
  before(async () => {
    top = await mkdtemp(join(tmpdir(), 'filiation-lock-'));
  });
  beforeEach(async () => {
    folder = join(top, String(count++));
    await diskFiles.makeFolder(folder);
  });
  after(() => rm(top, { recursive: true }));

  const leave = (holder: ProcessIdentity) =>
    writeFile(
      join(
        folder,
        `${LOCK_PREFIX}${holder.host}.${holder.boot}.${holder.space}.${holder.pid}.${holder.start}.ab`,
      ),
      '',
    );
  const take = () => lockForWriting(folder, diskFiles);
  const self = processTable.self;

  it('is held by one at a time, and leaves nothing when released', async () => {
    const lock = await take();
    await assert.rejects(take(), conflict(new RegExp(`process ${process.pid} is writing`)));
    await lock.release();
    await (await take()).release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is free again when its process has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.on('exit', resolve));
    await leave({ ...self, pid: child.pid!, start: '1' });
    await (await take()).release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is free again when the process id belongs to another process since, or the machine was started anew', async () => {
    await leave({ ...self, start: '12' });
    await leave({ ...self, boot: 'ffffffff' });
    await (await take()).release();
  });

  it('is respected where nobody can tell: other machines, other process-id spaces, unknown names', async () => {
    await leave({ ...self, host: 'ffffffff' });
    await assert.rejects(take(), conflict(/another machine.*remove the \.writer\.\* files/));
    await rm(folder, { recursive: true });
    await diskFiles.makeFolder(folder);
    await leave({ ...self, space: 'ffffffff' });
    await assert.rejects(take(), conflict(/remove the/));
    await rm(folder, { recursive: true });
    await diskFiles.makeFolder(folder);
    await writeFile(join(folder, `${LOCK_PREFIX}something`), '');
    await assert.rejects(take(), conflict(/something is writing/));
  });

  it('is never held by two of many that try at the same instant', async () => {
    let holders = 0;
    let most = 0;
    let taken = 0;
    const contend = async (pid: number): Promise<void> => {
      const table: ProcessTable = { self: { ...self, pid }, runs: () => true };
      const lock = await lockForWriting(folder, diskFiles, table).catch((error: unknown) => {
        if (conflict(/./)(error)) return undefined;
        throw error;
      });
      if (lock === undefined) return;
      taken++;
      most = Math.max(most, ++holders);
      await new Promise((resolve) => setTimeout(resolve, 2));
      holders--;
      await lock.release();
    };
    for (let round = 0; round < 10; round++)
      await Promise.all(Array.from({ length: 6 }, (_, i) => contend(100_000 + i)));
    assert.equal(most, 1);
    assert.ok(taken > 0);
  });
});
