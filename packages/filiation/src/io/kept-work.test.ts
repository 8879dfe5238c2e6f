import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openKeptWork } from './kept-work.ts';

const isNumber = (value: unknown): value is number => typeof value === 'number';

describe('kept work', () => {
  let folder = '';
  const said: string[] = [];
  const terminal = { say: (text: string) => void said.push(text) };
  const cache = process.env.XDG_CACHE_HOME;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-kept-'));
  });
  afterEach(() => {
    said.length = 0;
    if (cache === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cache;
  });
  after(() => rm(folder, { recursive: true }));

  it('is there for the same run, not for another, and gone when the run is complete', async () => {
    process.env.XDG_CACHE_HOME = folder;
    const run = await openKeptWork({ run: 1 }, isNumber, terminal);
    await run.keep(7);
    await run.keep(8);
    assert.deepEqual((await openKeptWork({ run: 1 }, isNumber, terminal)).done, [7, 8]);
    assert.deepEqual((await openKeptWork({ run: 2 }, isNumber, terminal)).done, []);
    await run.clear();
    assert.deepEqual((await openKeptWork({ run: 1 }, isNumber, terminal)).done, []);
    assert.deepEqual(await readdir(join(folder, 'filiation', 'runs')), []);
  });

  it('that cannot be written costs the shortcut, not the run, and is said once', async () => {
    process.env.XDG_CACHE_HOME = join(folder, 'a-file');
    await writeFile(process.env.XDG_CACHE_HOME, '');
    const run = await openKeptWork({ run: 3 }, isNumber, terminal);
    await run.keep(1);
    await run.keep(2);
    await run.clear();
    assert.equal(said.length, 1);
    assert.match(said[0]!, /starts afresh/);
  });
});
