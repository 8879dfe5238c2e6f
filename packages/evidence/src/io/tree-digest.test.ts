import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type TemporaryFolder, temporaryFolder } from '../test-support/temporary-folder.ts';
import { listModelFiles, treeDigest } from './tree-digest.ts';

let folder: TemporaryFolder;
before(async () => {
  folder = await temporaryFolder({
    'model.safetensors': 'weights',
    'config.json': '{}',
    'Sub/merges.txt': '',
    '.git/HEAD': 'hidden',
    '.gitattributes': 'hidden',
  });
  await symlink(folder.path, join(folder.path, 'loop'));
});
after(() => folder.remove());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('listModelFiles', () => {
  it('lists files below the folder, without hidden ones and without following links to folders', async () => {
    assert.deepEqual(
      (await listModelFiles(folder.path)).map(({ name, size }) => [name, size]),
      [
        ['Sub/merges.txt', 0],
        ['config.json', 2],
        ['model.safetensors', 7],
      ],
    );
  });

  it('lists a file as itself', async () => {
    const path = join(folder.path, 'config.json');
    assert.deepEqual(await listModelFiles(path), [{ name: 'config.json', path, size: 2 }]);
  });

  it('says where nothing is', async () => {
    await assert.rejects(listModelFiles(join(folder.path, 'absent')), { code: 'NOT_FOUND' });
  });
});

describe('treeDigest', () => {
  it('is the digest of the lines anyone can write down', async () => {
    const lines = [
      `${sha256('')}  0  Sub/merges.txt\n`,
      `${sha256('{}')}  2  config.json\n`,
      `${sha256('weights')}  7  model.safetensors\n`,
    ];
    const files = await listModelFiles(folder.path);
    const { digest, files: digests } = await treeDigest([...files].reverse());
    assert.equal(digest, `sha256:${sha256(lines.join(''))}`);
    assert.deepEqual(digests[1], { name: 'config.json', size: 2, sha256: sha256('{}') });
  });

  it('reports bytes done out of all', async () => {
    const seen: string[] = [];
    await treeDigest(await listModelFiles(folder.path), (done, total) => seen.push(`${done}/${total}`));
    assert.deepEqual(seen, ['2/9', '9/9']);
  });

  it('notices a file that changed after it was listed', async () => {
    const files = await listModelFiles(folder.path);
    await writeFile(join(folder.path, 'config.json'), '{ }');
    await assert.rejects(treeDigest(files), { code: 'UNREADABLE', message: /changed/ });
  });

  it('refuses names that could forge a line', async () => {
    const path = join(folder.path, 'model.safetensors');
    await assert.rejects(treeDigest([{ name: 'a\nb', path, size: 7 }]), { code: 'UNSAFE' });
  });
});
