import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FiliationError } from '@filiation/verify';
import { prepareOutput, writeWholeFile } from './write-file.ts';

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

  it('ends with an error where no folder can be made', async () => {
    for (const path of ['/proc/nothing/page.html', join(folder, 'taken-by-a-file', 'page.html')]) {
      await writeFile(join(folder, 'taken-by-a-file'), 'x');
      const refused = (error: unknown) => error instanceof FiliationError && error.code === 'WRITE_FAILED';
      await assert.rejects(prepareOutput(path), refused);
      await assert.rejects(writeWholeFile(path, 'x'), refused);
    }
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
