import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openModel } from '../open-model.ts';
import { ggufTensor, type WrittenValue, writeGguf } from '../test-support/write-gguf.ts';
import { openGgufFile, splitNames } from './gguf-split.ts';

describe('splitNames', () => {
  it('derives all names of a split model from one of them', () => {
    assert.deepEqual(splitNames('m-00002-of-00003.gguf'), [
      'm-00001-of-00003.gguf',
      'm-00002-of-00003.gguf',
      'm-00003-of-00003.gguf',
    ]);
  });

  it('knows no parts of other names', () => {
    for (const name of [
      'model.gguf',
      'm-00000-of-00003.gguf',
      'm-00004-of-00003.gguf',
      'm-00001-of-00000.gguf',
      'm-00001-of-99999.gguf',
      'm-1-of-3.gguf',
      'm-00001-of-00003.bin',
    ])
      assert.equal(splitNames(name), undefined, name);
  });
});

describe('openGgufFile', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gguf-split-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** Writes part `part` (from 1) of `parts`, with one tensor of the value `part`; returns its path. */
  async function writePart(
    stem: string,
    part: number,
    parts: number,
    changed: Readonly<Record<string, WrittenValue>> = {},
    tensor = `t${part}`,
  ): Promise<string> {
    const digits = (n: number) => String(n).padStart(5, '0');
    const path = join(folder, `${stem}-${digits(part)}-of-${digits(parts)}.gguf`);
    const metadata = {
      ...(part === 1 ? { 'general.architecture': 'llama' } : {}),
      'split.no': part - 1,
      'split.count': parts,
      'split.tensors.count': parts,
      ...changed,
    };
    await writeFile(
      path,
      writeGguf({ metadata, tensors: [ggufTensor(tensor, [2], 'F32', Float32Array.of(part, part))] }),
    );
    return path;
  }

  it('gives a model one digest whichever part is named, and another when any part changes', async () => {
    const first = await writePart('digest', 1, 2);
    const second = await writePart('digest', 2, 2);
    const digestOf = async (path: string): Promise<string> => {
      const model = await openModel(path);
      await model.store.close();
      return model.digest;
    };
    const before = await digestOf(first);
    assert.equal(await digestOf(second), before);
    await writePart('digest', 2, 2, { changed: 'yes' });
    assert.notEqual(await digestOf(first), before);
  });

  it('opens all parts from the path of any, with the metadata of the first', async () => {
    await writePart('whole', 1, 3);
    const second = await writePart('whole', 2, 3);
    await writePart('whole', 3, 3);
    const store = await openGgufFile(second);
    assert.deepEqual(
      store.tensors.map(({ name, file }) => [name, file]),
      [1, 2, 3].map((part) => [`t${part}`, `whole-0000${part}-of-00003.gguf`]),
    );
    assert.deepEqual([...(await store.elements(store.tensors[2]!, 0, 2))], [3, 3]);
    assert.equal((await store.bytes(store.tensors[0]!, 0, 4)).length, 4);
    assert.equal(store.metadata['general.architecture'], 'llama');
    assert.deepEqual(store.oddities, []);
    await assert.rejects(async () => await store.elements({ ...store.tensors[0]! }, 0, 1), RangeError);
    await store.close();
  });

  it('says which parts are missing', async () => {
    await writePart('holed', 1, 3);
    const third = await writePart('holed', 3, 3);
    const store = await openGgufFile(third);
    assert.deepEqual(
      store.tensors.map(({ name }) => name),
      ['t1', 't3'],
    );
    assert.deepEqual(
      store.oddities.map(({ kind }) => kind),
      ['missing-shard'],
    );
    assert.match(store.oddities[0]!.text, /holed-00002-of-00003\.gguf/);
    await store.close();
  });

  it('says when the parts hold fewer tensors than declared', async () => {
    const path = await writePart('few', 1, 2, { 'split.tensors.count': 9 });
    await writePart('few', 2, 2);
    const store = await openGgufFile(path);
    assert.deepEqual(
      store.oddities.map(({ kind }) => kind),
      ['missing-tensors'],
    );
    await store.close();
  });

  it('refuses parts that belong to different models', async () => {
    const count = await writePart('count', 1, 2);
    await writePart('count', 2, 2, { 'split.count': 3 });
    await assert.rejects(openGgufFile(count), { code: 'MALFORMED' });
    const place = await writePart('place', 1, 2);
    await writePart('place', 2, 2, { 'split.no': 0 });
    await assert.rejects(openGgufFile(place), { code: 'MALFORMED' });
    const twice = await writePart('twice', 1, 2);
    await writePart('twice', 2, 2, {}, 't1');
    await assert.rejects(openGgufFile(twice), { code: 'MALFORMED' });
  });

  it('opens a file that is no part alone, and a part under another name with a warning', async () => {
    const path = join(folder, 'alone.gguf');
    await writeFile(path, writeGguf({ tensors: [ggufTensor('a', [1], 'F32', Float32Array.of(1))] }));
    const alone = await openGgufFile(path);
    assert.deepEqual([alone.tensors.length, alone.oddities], [1, []]);
    await alone.close();
    await writeFile(path, writeGguf({ metadata: { 'split.count': 5, 'split.no': 2 } }));
    const part = await openGgufFile(path);
    assert.deepEqual(
      part.oddities.map(({ kind }) => kind),
      ['missing-shard'],
    );
    await part.close();
  });

  it('refuses missing and broken files', async () => {
    await assert.rejects(openGgufFile(join(folder, 'none.gguf')), { code: 'NOT_FOUND' });
    const path = await writePart('broken', 1, 2);
    await writeFile(join(folder, 'broken-00002-of-00002.gguf'), 'GGUF');
    await assert.rejects(openGgufFile(path), { code: 'TRUNCATED' });
  });
});
