import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Check, checkBag, FiliationError, utf8Bytes } from '@filiation/verify';
import { folderSource, nodePlatform, openBundleSource } from '@filiation/verify/node';
import { type SealMember, writeArchive } from './archive-writer.ts';
import { prepareBag } from './bag-writer.ts';
import { memberOf, membersOf } from './members.ts';

const refused = (code: string) => (error: unknown) => error instanceof FiliationError && error.code === code;

describe('prepareBag', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-bag-'));
    const files = {
      'log/checkpoint': 'x\n1\n',
      'exhibits/a/100% new.bin': 'weights',
      'keys/owner': 'secret',
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, 'case', path)), { recursive: true });
      await writeFile(join(folder, 'case', path), text);
    }
  });
  after(() => rm(folder, { recursive: true }));

  async function request(
    tags: readonly SealMember[] = [memberOf('verify-by-hand.md', utf8Bytes('# How\n'))],
  ) {
    const source = await folderSource(join(folder, 'case'), (path) => path === 'keys');
    return {
      payload: [...membersOf(source, 'data/'), memberOf('data/withheld.json', utf8Bytes('[]'))],
      tags,
      identifier: 'case-1',
      agent: 'filiation 0.1.0',
      now: () => new Date('2026-03-01T23:30:00Z'),
    };
  }

  async function checks(path: string): Promise<Check[]> {
    const source = await openBundleSource(path);
    const found: Check[] = [];
    await checkBag(source, nodePlatform, (check) => found.push(check));
    await source.close();
    return found;
  }

  it('makes a bag that the verifier finds complete and valid', async () => {
    const bag = await prepareBag(await request());
    await writeArchive(join(folder, 'case.zip'), [
      ...bag.members,
      memberOf('seal.dsse.json', utf8Bytes('{}')),
    ]);
    const found = await checks(join(folder, 'case.zip'));
    assert.deepEqual(
      found.filter(({ status }) => status !== 'passed'),
      [],
    );
    const source = await openBundleSource(join(folder, 'case.zip'));
    assert.deepEqual(
      source.members.map(({ path }) => path),
      [
        'bag-info.txt',
        'bagit.txt',
        'data/exhibits/a/100% new.bin',
        'data/log/checkpoint',
        'data/withheld.json',
        'manifest-sha256.txt',
        'seal.dsse.json',
        'tagmanifest-sha256.txt',
        'verify-by-hand.md',
      ],
    );
    const info = new TextDecoder().decode(await source.read('bag-info.txt', 999));
    assert.equal(
      info,
      'Bag-Software-Agent: filiation 0.1.0\nBagging-Date: 2026-03-01\nExternal-Identifier: case-1\nPayload-Oxum: 13.3\n',
    );
    assert.deepEqual(await source.read('tagmanifest-sha256.txt', 9999), bag.tagManifest);
    const digests = await checkBag(source, nodePlatform, () => undefined);
    for (const [path, sha256] of bag.digests) assert.equal(digests.get(path), sha256);
    await source.close();
  });

  const programs = ['unzip', 'sha256sum'].every((name) => spawnSync(name, ['--help']).error === undefined);
  it('is checked by sha256sum alone once it is unpacked', { skip: !programs }, async () => {
    const target = join(folder, 'unpacked');
    const without = await request();
    const payload = without.payload.filter(({ path }) => !path.includes('%'));
    const bag = await prepareBag({ ...without, payload });
    await writeArchive(join(folder, 'hand.zip'), bag.members);
    assert.equal(spawnSync('unzip', ['-q', join(folder, 'hand.zip'), '-d', target]).status, 0);
    for (const list of ['manifest-sha256.txt', 'tagmanifest-sha256.txt']) {
      const run = spawnSync('sha256sum', ['--strict', '-c', list], { cwd: target, encoding: 'utf8' });
      assert.equal(run.status, 0, run.stdout + run.stderr);
    }
    assert.deepEqual(
      (await checks(target)).filter(({ status }) => status !== 'passed'),
      [],
    );
  });

  it('gives the same bytes for the same files', async () => {
    for (const name of ['one.zip', 'two.zip'])
      await writeArchive(join(folder, name), (await prepareBag(await request())).members);
    assert.deepEqual(await readFile(join(folder, 'one.zip')), await readFile(join(folder, 'two.zip')));
  });

  it('refuses a file that changed between hashing and writing', async () => {
    let opened = 0;
    const shifty: SealMember = {
      path: 'verifier/v.mjs',
      size: 1,
      async *open() {
        yield utf8Bytes(opened++ === 0 ? 'a' : 'b');
      },
    };
    const bag = await prepareBag(await request([shifty]));
    await assert.rejects(writeArchive(join(folder, 'shifty.zip'), bag.members), refused('UNREADABLE'));
    await assert.rejects(readFile(join(folder, 'shifty.zip')));
  });

  it('keeps payload and tag files apart', async () => {
    for (const path of ['data/x', 'bagit.txt', 'seal.dsse.json'])
      await assert.rejects(prepareBag(await request([memberOf(path, utf8Bytes('x'))])), refused('USAGE'));
    const fine = await request();
    await assert.rejects(
      prepareBag({ ...fine, payload: [memberOf('log/checkpoint', utf8Bytes('x'))] }),
      refused('USAGE'),
    );
    await assert.rejects(prepareBag({ ...fine, identifier: 'two\nlines' }), refused('USAGE'));
  });
});
