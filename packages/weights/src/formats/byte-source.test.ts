import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ByteSource, memorySource } from './byte-source.ts';
import { fileSource } from './file-source.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filiation-'));
});
after(() => rm(folder, { recursive: true }));

const written = Uint8Array.from({ length: 100 }, (_, i) => i);

async function onDisk(name: string): Promise<ByteSource> {
  await writeFile(join(folder, name), written);
  return fileSource(join(folder, name));
}

for (const [kind, make] of [
  ['memorySource', () => Promise.resolve(memorySource('m', written))],
  ['fileSource', () => onDisk('plain.bin')],
] as const)
  describe(kind, () => {
    it('reads exactly the bytes asked for', async () => {
      const source = await make();
      assert.equal(source.size, 100);
      assert.deepEqual([...(await source.read(10, 3))], [10, 11, 12]);
      assert.equal((await source.read(100, 0)).length, 0);
      assert.equal((await source.read(0, 100)).length, 100);
      await source.close();
    });

    it('gives a buffer of its own, starting at offset 0', async () => {
      const source = await make();
      const bytes = await source.read(3, 4);
      bytes.fill(255);
      assert.equal(bytes.byteOffset, 0);
      assert.deepEqual([...(await source.read(3, 2))], [3, 4]);
      await source.close();
    });

    it('says TRUNCATED past the end and RangeError for what is no range', async () => {
      const source = await make();
      await assert.rejects(source.read(99, 2), { code: 'TRUNCATED' });
      await assert.rejects(source.read(1e15, 1), { code: 'TRUNCATED' });
      await assert.rejects(source.read(0, 1e15), { code: 'TRUNCATED' });
      for (const [offset, length] of [
        [-1, 1],
        [0, -1],
        [0.5, 1],
        [Number.NaN, 1],
        [0, 2 ** 60],
      ] as const)
        await assert.rejects(source.read(offset, length), RangeError);
      await source.close();
    });
  });

describe('fileSource', () => {
  it('names what is wrong with a path', async () => {
    await assert.rejects(fileSource(join(folder, 'absent')), {
      code: 'NOT_FOUND',
      where: join(folder, 'absent'),
    });
    await assert.rejects(fileSource(join(folder, 'plain.bin', 'below')), { code: 'NOT_FOUND' });
    await assert.rejects(fileSource(folder), { code: 'UNREADABLE', message: /is a folder/ });
    await assert.rejects(fileSource('/dev/null'), { code: 'UNREADABLE', message: /is a device/ });
    await assert.rejects(fileSource(`${folder}/a\0b`), { code: 'UNSAFE' });
  });

  it('notices that the file became shorter while it was read', async () => {
    const source = await onDisk('shrinking.bin');
    await truncate(join(folder, 'shrinking.bin'), 50);
    await assert.rejects(source.read(40, 20), { code: 'TRUNCATED', message: /shorter/ });
    await source.close();
  });
});
