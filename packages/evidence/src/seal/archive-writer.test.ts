import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FiliationError } from '@filiation/verify';
import { folderSource, openBundleSource } from '@filiation/verify/node';
import fc from 'fast-check';
import { type SealMember, writeArchive } from './archive-writer.ts';

function member(path: string, bytes: Uint8Array, size = bytes.length): SealMember {
  return {
    path,
    size,
    async *open() {
      for (let at = 0; at < bytes.length; at += 10_007) yield bytes.subarray(at, at + 10_007);
    },
  };
}

function hasProgram(command: string, ...words: readonly string[]): boolean {
  return spawnSync(command, words).status === 0;
}

const refused = (code: string) => (error: unknown) => error instanceof FiliationError && error.code === code;

describe('writeArchive', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-seal-'));
  });
  after(() => rm(folder, { recursive: true }));

  const text = (value: string) => new TextEncoder().encode(value);
  const members = [
    member('data/é 漢.txt', text('accents')),
    member('data/a/b/c.json', text('{}')),
    member('bagit.txt', text('BagIt-Version: 1.0\n')),
    member('data/empty', text('')),
    member('data/long.bin', new Uint8Array(2_500_000).fill(7)),
  ];

  it('writes what the verifier reads, whatever the names and contents', async () => {
    const part = fc.stringMatching(/^[a-zé漢0-9_-]{1,8}$/);
    const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `d/${parts.join('/')}.x`);
    const out = join(folder, 'any.zip');
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(path, fc.uint8Array({ maxLength: 400 }), { maxKeys: 12 }),
        async (files) => {
          await writeArchive(
            out,
            Object.entries(files).map(([name, bytes]) => member(name, bytes)),
          );
          const source = await openBundleSource(out);
          const read: Record<string, Uint8Array> = {};
          for (const { path, size } of source.members) read[path] = await source.read(path, size);
          await source.close();
          assert.deepEqual(read, { ...files });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('writes members of any size around that of its buffer', async () => {
    const out = join(folder, 'sizes.zip');
    for (const size of [2 ** 20 - 38, 2 ** 20 - 37, 2 ** 20 - 36, 2 ** 20 - 35, 2 ** 20, 2 ** 20 + 1]) {
      const whole = new Uint8Array(size).fill(size % 251);
      const inOne: SealMember = {
        path: 'data/b',
        size,
        async *open() {
          yield whole;
        },
      };
      await writeArchive(out, [member('data/a', text('a')), inOne, member('data/c', whole)]);
      const source = await openBundleSource(out);
      assert.deepEqual(await source.read('data/a', size), text('a'));
      assert.deepEqual(await source.read('data/b', size), whole);
      assert.deepEqual(await source.read('data/c', size), whole);
      await source.close();
    }
  });

  it('gives the same bytes whatever the order of the members', async () => {
    await writeArchive(join(folder, 'one.zip'), members);
    await writeArchive(join(folder, 'two.zip'), members.toReversed());
    assert.deepEqual(await readFile(join(folder, 'one.zip')), await readFile(join(folder, 'two.zip')));
  });

  it('reports how much of the content is written', async () => {
    const seen: number[] = [];
    await writeArchive(join(folder, 'p.zip'), members, (done, total) => seen.push(done / total));
    assert.deepEqual(seen, seen.toSorted());
    assert.equal(seen.at(-1), 1);
  });

  it('is read by other programs', { skip: !hasProgram('unzip', '-v') }, async () => {
    const archive = join(folder, 'others.zip');
    await writeArchive(archive, members);
    const tested = spawnSync('unzip', ['-t', archive], { encoding: 'utf8' });
    assert.equal(tested.status, 0, tested.stdout + tested.stderr);
    const target = join(folder, 'unpacked');
    const unpacked = spawnSync('unzip', ['-q', archive, '-d', target], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    assert.equal(unpacked.status, 0, unpacked.stderr);
    const fromFolder = await folderSource(target);
    const fromArchive = await openBundleSource(archive);
    assert.deepEqual(
      fromFolder.members.map(({ path, size }) => [path, size]),
      fromArchive.members.map(({ path, size }) => [path, size]),
    );
    for (const { path, size } of fromArchive.members)
      assert.deepEqual(await fromFolder.read(path, size), await fromArchive.read(path, size));
    await fromArchive.close();
  });

  it('is read by Python', { skip: !hasProgram('python3', '--version') }, async () => {
    const archive = join(folder, 'python.zip');
    await writeArchive(archive, members);
    const script = [
      'import sys, zipfile',
      'z = zipfile.ZipFile(sys.argv[1])',
      'assert z.testzip() is None',
      'print("\\n".join(z.namelist()))',
    ].join('\n');
    const run = spawnSync('python3', ['-c', script, archive], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    });
    assert.equal(run.status, 0, run.stderr);
    assert.deepEqual(run.stdout.trimEnd().split('\n'), [
      'bagit.txt',
      'data/a/b/c.json',
      'data/empty',
      'data/long.bin',
      'data/é 漢.txt',
    ]);
  });

  describe('where it cannot write', () => {
    const clean = async (path: string) =>
      assert.deepEqual(
        (await readdir(path)).filter((name) => name.endsWith('.tmp')),
        [],
      );

    it('refuses paths that could not be unpacked, before it writes', async () => {
      for (const path of ['../x', '/x', 'data/aux', 'data/a\\b', 'data/e\u0301'])
        await assert.rejects(
          writeArchive(join(folder, 'bad.zip'), [member(path, text('x'))]),
          refused('UNSAFE'),
        );
      const twice = [member('data/A', text('x')), member('data/a', text('y'))];
      await assert.rejects(writeArchive(join(folder, 'bad.zip'), twice), refused('UNSAFE'));
      await assert.rejects(stat(join(folder, 'bad.zip')));
    });

    it('refuses a member that is longer or shorter than it says', async () => {
      for (const size of [2, 4])
        await assert.rejects(
          writeArchive(join(folder, 'size.zip'), [member('data/a', text('abc'), size)]),
          refused('UNREADABLE'),
        );
      await clean(folder);
    });

    it('passes on why a member cannot be read and leaves nothing', async () => {
      const broken: SealMember = {
        path: 'data/b',
        size: 3,
        // biome-ignore lint/correctness/useYield: it fails before it gives anything
        async *open() {
          throw new FiliationError('UNREADABLE', 'the disk is gone');
        },
      };
      const out = join(folder, 'broken', 'case.zip');
      await assert.rejects(writeArchive(out, [member('data/a', text('abc')), broken]), /the disk is gone/);
      assert.deepEqual(await readdir(join(folder, 'broken')), []);
    });

    it('says that a folder is in the way', async () => {
      await mkdir(join(folder, 'taken.zip', 'inside'), { recursive: true });
      await assert.rejects(writeArchive(join(folder, 'taken.zip'), members), refused('WRITE_FAILED'));
      await clean(folder);
    });

    it('leaves the archive of before where the disk is full', {
      skip: process.platform === 'win32',
    }, async () => {
      const place = join(folder, 'full');
      await mkdir(place);
      await writeFile(join(place, 'case.zip'), 'before');
      const script = `
        import { writeArchive } from ${JSON.stringify(fileURLToPath(new URL('./archive-writer.js', import.meta.url)))};
        const big = { path: 'data/a', size: 2 ** 22, async *open() { for (let i = 0; i < 64; i++) yield new Uint8Array(2 ** 16); } };
        await writeArchive('case.zip', [big]).catch((error) => console.log(error.code, error.message));
      `;
      // A limit on file size stands in for the full disk: writes fail half-way in the same manner.
      const run = spawnSync(
        'sh',
        ['-c', 'ulimit -f 256; exec "$0" --input-type=module -e "$1"', process.execPath, script],
        {
          cwd: place,
          encoding: 'utf8',
        },
      );
      assert.equal(run.stdout, 'WRITE_FAILED cannot write case.zip: EFBIG\n', run.stderr);
      assert.deepEqual(await readdir(place), ['case.zip']);
      assert.equal(await readFile(join(place, 'case.zip'), 'utf8'), 'before');
    });
  });
});
