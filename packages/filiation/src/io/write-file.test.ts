import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import { writeWholeFile } from './write-file.ts';

describe('writeWholeFile', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-write-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('replaces a file whole and leaves no temporary behind', async () => {
    const path = join(folder, 'deep', 'page.html');
    await writeWholeFile(path, 'one');
    await writeWholeFile(path, 'two');
    assert.equal(await readFile(path, 'utf8'), 'two');
    assert.deepEqual(await readdir(join(folder, 'deep')), ['page.html']);
  });

  it('says what is in the way and leaves nothing half-written', async () => {
    const path = join(folder, 'taken');
    await mkdir(join(path, 'inside'), { recursive: true });
    await assert.rejects(
      writeWholeFile(path, 'x'),
      (error) => error instanceof FiliationError && error.code === 'WRITE_FAILED' && error.hint !== undefined,
    );
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });
});
