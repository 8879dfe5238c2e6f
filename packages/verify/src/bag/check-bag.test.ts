import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { openArchive } from '../archive/archive-source.ts';
import { memoryAccess } from '../archive/random-access.ts';
import { concatBytes, hexOf, utf8Bytes, utf8Text } from '../bytes.ts';
import type { Check } from '../check.ts';
import { nodePlatform } from '../node/platform.ts';
import type { BundleSource } from '../source.ts';
import { packArchive } from '../test-support/pack-archive.ts';
import { type Files, manifestOf, packBag } from '../test-support/pack-bag.ts';
import { checkBag } from './check-bag.ts';

const BAG = packBag({
  'data/log/checkpoint': 'x\n1\n',
  'data/findings/f.json': '{}',
  'verify-by-hand.md': '# How\n',
  'seal.dsse.json': '{}',
});

async function checks(files: Files): Promise<readonly Check[]> {
  const found: Check[] = [];
  const source = await openArchive(memoryAccess(packArchive(files)), 'case.zip');
  await checkBag(source, nodePlatform, (check) => found.push(check));
  return found;
}

async function failures(files: Files): Promise<readonly string[]> {
  const failed = (await checks(files)).filter(({ status }) => status === 'failed');
  return failed.map(({ id, part }) => `${id} ${part}`);
}

function without(files: Files, path: string): Files {
  return Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));
}

describe('checkBag', () => {
  it('passes a whole bag and gives the digest of every file', async () => {
    const source = await openArchive(memoryAccess(packArchive(BAG)), 'case.zip');
    const found: Check[] = [];
    const progress: number[] = [];
    const digests = await checkBag(
      source,
      nodePlatform,
      (check) => found.push(check),
      (done, total) => progress.push(done / total),
    );
    assert.deepEqual(
      found.filter(({ status }) => status !== 'passed'),
      [],
    );
    const counts: Record<string, number> = {};
    for (const { id } of found) counts[id] = (counts[id] ?? 0) + 1;
    assert.deepEqual(counts, {
      'bag.declaration': 1,
      'bag.info': 1,
      'bag.manifest': 2,
      'bag.payload': 2,
      'bag.tags': 4,
    });
    assert.equal(progress.at(-1), 1);
    for (const [path, bytes] of Object.entries(BAG))
      assert.equal(digests.get(path), hexOf(nodePlatform.sha256(bytes)));
  });

  it('names every file that was altered, whichever it is', async () => {
    for (const path of Object.keys(BAG).filter((name) => name !== 'seal.dsse.json')) {
      const failed = await failures({ ...BAG, [path]: concatBytes(BAG[path]!, utf8Bytes(' ')) });
      assert.ok(
        failed.some((one) => one.endsWith(` ${path}`)),
        `${path}: ${failed.join(', ')}`,
      );
    }
  });

  it('names every file that is missing', async () => {
    for (const path of Object.keys(BAG).filter((name) => name !== 'seal.dsse.json')) {
      const failed = await failures(without(BAG, path));
      assert.ok(
        failed.some((one) => one.endsWith(` ${path}`)),
        `${path}: ${failed.join(', ')}`,
      );
    }
  });

  it('leaves the seal to the check of signatures', async () => {
    assert.deepEqual(await failures({ ...BAG, 'seal.dsse.json': utf8Bytes('other') }), []);
  });

  it('names every file that was added', async () => {
    for (const [path, id] of [
      ['data/extra', 'bag.payload'],
      ['readme.txt', 'bag.tags'],
      ['DATA2/x', 'bag.tags'],
    ] as const)
      assert.ok((await failures({ ...BAG, [path]: utf8Bytes('x') })).includes(`${id} ${path}`), path);
  });

  it('refuses lists that other programs would follow, even where they are listed', async () => {
    for (const path of ['fetch.txt', 'manifest-md5.txt', 'tagmanifest-sha512.txt']) {
      const files: Record<string, Uint8Array> = { ...BAG, [path]: utf8Bytes('x\n') };
      files['tagmanifest-sha256.txt'] = manifestOf(
        files,
        (name) => !/^data\/|^seal|^tagmanifest-sha256/.test(name),
      );
      assert.deepEqual(await failures(files), [`bag.tags ${path}`]);
    }
  });

  it('refuses a list that reaches into the other’s files', async () => {
    const both: Record<string, Uint8Array> = { ...BAG };
    both['tagmanifest-sha256.txt'] = manifestOf(BAG, (name) => !/^seal|^tagmanifest|findings/.test(name));
    assert.deepEqual(await failures(both), ['bag.manifest data/log/checkpoint']);
    const seal: Record<string, Uint8Array> = { ...BAG };
    seal['tagmanifest-sha256.txt'] = manifestOf(BAG, (name) => !/^data\/|^tagmanifest/.test(name));
    assert.deepEqual(await failures(seal), ['bag.manifest seal.dsse.json']);
  });

  it('says what differs, in numbers', async () => {
    const altered = { ...BAG, 'data/findings/f.json': utf8Bytes('{ }') };
    const failed = (await checks(altered)).filter(({ status }) => status === 'failed');
    assert.deepEqual(
      failed.map(({ id, part }) => [id, part]),
      [
        ['bag.info', 'bag-info.txt'],
        ['bag.payload', 'data/findings/f.json'],
      ],
    );
    assert.match(failed[0]!.detail, /2 files of 6 bytes below data\/, there are 2 of 7/);
    assert.match(failed[1]!.detail, /SHA-256 is [0-9a-f]{64}, but manifest-sha256\.txt says [0-9a-f]{64}/);
  });

  it('goes on after a file that cannot be read', async () => {
    const archive = packArchive(BAG);
    const text = utf8Text(archive.map((byte) => byte & 127));
    archive[text.indexOf('x\n1\n')]! ^= 1;
    const found: Check[] = [];
    const source = await openArchive(memoryAccess(archive), 'case.zip');
    await checkBag(source, nodePlatform, (check) => found.push(check));
    const failed = found.filter(({ status }) => status === 'failed');
    assert.deepEqual(
      failed.map(({ id, part }) => [id, part]),
      [['bag.payload', 'data/log/checkpoint']],
    );
    assert.match(failed[0]!.detail, /cannot be read: .*checksum/);
    assert.ok(found.some(({ part, status }) => part === 'data/findings/f.json' && status === 'passed'));
  });

  it('sees a list that is another one when it is read again', async () => {
    const source = await openArchive(memoryAccess(packArchive(BAG)), 'case.zip');
    const shifty: BundleSource = {
      name: source.name,
      members: source.members,
      has: (path) => source.has(path),
      stream: (path) => source.stream(path),
      close: () => source.close(),
      read: async (path, limit) =>
        path === 'manifest-sha256.txt' ? new Uint8Array(0) : source.read(path, limit),
    };
    const failed: string[] = [];
    await checkBag(shifty, nodePlatform, ({ status, part, detail }) => {
      if (status === 'failed') failed.push(`${part}: ${detail}`);
    });
    assert.deepEqual(failed, ['manifest-sha256.txt: it changed while the bundle was checked']);
  });

  it('never passes a bag with any byte of any file changed, but for the seal', async () => {
    const paths = Object.keys(BAG).filter((path) => path !== 'seal.dsse.json');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (path, at, change) => {
          const altered = BAG[path]!.slice();
          altered[at % altered.length]! ^= change;
          assert.notDeepEqual(await failures({ ...BAG, [path]: altered }), []);
        },
      ),
      { numRuns: 500 },
    );
  });
});
