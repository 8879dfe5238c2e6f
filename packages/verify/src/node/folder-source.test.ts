import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { utf8Bytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { packArchive } from '../test-support/pack-archive.ts';
import { fileAccess } from './file-access.ts';
import { folderSource } from './folder-source.ts';
import { openBundleSource } from './open-bundle.ts';

const refused = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof FiliationError);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return true;
};

describe('a folder', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'filiation-folder-'));
    await put('bagit.txt', 'BagIt-Version: 1.0\n');
    await put('data/log/checkpoint', 'x');
    await put('data/log-2', 'y');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function put(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }

  it('gives its files in byte order of their paths', async () => {
    const source = await openBundleSource(root);
    assert.deepEqual(
      source.members.map(({ path, size }) => [path, size]),
      [
        ['bagit.txt', 19],
        ['data/log-2', 1],
        ['data/log/checkpoint', 1],
      ],
    );
    assert.deepEqual(await source.read('data/log-2', 1), utf8Bytes('y'));
    await assert.rejects(source.read('bagit.txt', 18), refused('LIMIT_EXCEEDED', /19 bytes/));
    await assert.rejects(source.read('nothing', 18), refused('NOT_FOUND', /"nothing"/));
  });

  it('streams large files in pieces of at most 1 MiB', async () => {
    await writeFile(join(root, 'data/big'), new Uint8Array(2 ** 20 + 5).fill(3));
    const pieces: number[] = [];
    for await (const piece of (await folderSource(root)).stream('data/big')) pieces.push(piece.length);
    assert.equal(
      pieces.reduce((sum, length) => sum + length),
      2 ** 20 + 5,
    );
    assert.ok(Math.max(...pieces) <= 2 ** 20);
  });

  const posix = { skip: process.platform === 'win32' };

  it('is refused with links of any kind', posix, async () => {
    for (const target of ['/etc/hostname', 'log-2', 'log', 'nowhere']) {
      await symlink(target, join(root, 'data/link'));
      await assert.rejects(folderSource(root), refused('UNSAFE', /"data\/link" is a symbolic link/));
      await rm(join(root, 'data/link'));
    }
  });

  it('is refused with pipes, and does not wait for them', posix, async () => {
    assert.equal(spawnSync('mkfifo', [join(root, 'data/pipe')]).status, 0);
    await assert.rejects(folderSource(root), refused('UNSAFE', /"data\/pipe" is not a file/));
  });

  it('is refused with names that other systems could not hold', posix, async () => {
    for (const name of ['a\nb', 'a\\b', 'e\u0301', 'aux', 'x.', '\u202etxt']) {
      await writeFile(join(root, name), 'x');
      await assert.rejects(folderSource(root), refused('UNSAFE', /the path|holds|is not|has a/));
      await rm(join(root, name));
    }
    await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x61, 0xff])]), 'x');
    await assert.rejects(folderSource(root), refused('UNSAFE', /UTF-8/));
  });

  it('leaves out what it is told to, whatever lies there', posix, async () => {
    await put('keys/owner.key', 'secret');
    await symlink('/etc', join(root, 'runs'));
    await mkdir(join(root, 'replies'));
    const source = await folderSource(root, (path) => path === 'keys' || path === 'runs');
    assert.deepEqual(
      source.members.map(({ path }) => path),
      ['bagit.txt', 'data/log-2', 'data/log/checkpoint'],
    );
    await assert.rejects(source.read('keys/owner.key', 99), refused('NOT_FOUND', /keys/));
  });

  it('is refused with folders deeper than any', async () => {
    await put(`${'d/'.repeat(40)}x`, 'x');
    await assert.rejects(folderSource(root), refused('UNSAFE', /more than 32 folders/));
  });

  it('sees a file that changed after it was listed', posix, async () => {
    const changes: readonly (readonly [string, (path: string) => Promise<void>])[] = [
      ['longer', (path) => appendFile(path, 'more')],
      ['shorter', (path) => writeFile(path, '')],
      ['rewritten', (path) => writeFile(path, 'z')],
      ['re-dated', (path) => utimes(path, 1, 1)],
      [
        'replaced',
        async (path) => {
          await writeFile(`${path}.new`, 'y');
          await rename(`${path}.new`, path);
        },
      ],
    ];
    for (const [what, change] of changes) {
      const source = await folderSource(root);
      // File systems stamp by the tick of a slow clock.
      await new Promise((resolve) => setTimeout(resolve, 20));
      await change(join(root, 'data/log-2'));
      await assert.rejects(source.read('data/log-2', 9), refused('UNREADABLE', /changed/), what);
    }
  });

  it('does not follow a link put in a file’s place, nor in a folder’s', posix, async () => {
    const source = await folderSource(root);
    await rename(join(root, 'data/log-2'), join(root, 'elsewhere'));
    await symlink('../elsewhere', join(root, 'data/log-2'));
    await assert.rejects(source.read('data/log-2', 9), refused('UNREADABLE', /log-2/));
    await mkdir(join(root, 'other'));
    await writeFile(join(root, 'other/checkpoint'), 'x');
    await rename(join(root, 'data/log'), join(root, 'moved'));
    await symlink('../other', join(root, 'data/log'));
    await assert.rejects(source.read('data/log/checkpoint', 9), refused('UNREADABLE', /changed/));
  });

  it('says what is not there and what is no bundle', posix, async () => {
    await assert.rejects(openBundleSource(join(root, 'none')), refused('NOT_FOUND', /none/));
    await assert.rejects(openBundleSource('/dev/null'), refused('UNREADABLE', /not a regular file/));
    await assert.rejects(openBundleSource(join(root, 'bagit.txt')), refused('TRUNCATED', /bagit\.txt/));
  });
});

describe('fileAccess', () => {
  it('reads an archive at any place, and sees that it became shorter', async () => {
    const root = await mkdtemp(join(tmpdir(), 'filiation-file-'));
    const path = join(root, 'case.zip');
    const bytes = packArchive({ 'data/a': 'abc', 'data/b': new Uint8Array(3 * 2 ** 20).fill(5) });
    await writeFile(path, bytes);
    const access = await fileAccess(path);
    assert.deepEqual(await access.read(10, 30), bytes.slice(10, 40));
    await assert.rejects(access.read(bytes.length - 3, 4), refused('TRUNCATED', /case\.zip/));
    const source = await openBundleSource(path);
    assert.deepEqual(await source.read('data/b', 2 ** 23), new Uint8Array(3 * 2 ** 20).fill(5));
    await writeFile(path, bytes.subarray(0, 100));
    await assert.rejects(source.read('data/b', 2 ** 23), refused('TRUNCATED', /shorter/));
    await source.close();
    await access.close();
    await rm(root, { recursive: true });
  });
});
