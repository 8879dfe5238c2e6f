import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import type { TensorStore } from '../store.ts';
import { floats, writeSafetensors } from './safetensors-writer.test.support.ts';
import { openShardedSafetensors } from './shards.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.test.support.ts';

const INDEX = 'model.safetensors.index.json';
const open: { folder?: TemporaryFolder; store?: TensorStore } = {};
afterEach(async () => {
  await open.store?.close();
  await open.folder?.remove();
});

/** A folder with shard one.safetensors {a} and two.safetensors {b, c} under the given weight map. */
async function sharded(
  weightMap: Readonly<Record<string, string>>,
  without?: string,
): Promise<TemporaryFolder> {
  const files: Record<string, string | Uint8Array> = {
    [INDEX]: JSON.stringify({ metadata: { total_size: 12 }, weight_map: weightMap }),
    'one.safetensors': writeSafetensors([floats('a', [1], [1])], { format: 'pt' }),
    'two.safetensors': writeSafetensors([floats('b', [1], [2]), floats('c', [1], [3])]),
  };
  if (without !== undefined) delete files[without];
  open.folder = await temporaryFolder(files);
  return open.folder;
}

async function read(folder: TemporaryFolder): Promise<TensorStore> {
  open.store = await openShardedSafetensors(folder.path);
  return open.store;
}

const honest = { a: 'one.safetensors', b: 'two.safetensors', c: 'two.safetensors' };

describe('openShardedSafetensors', () => {
  it('reads every tensor from its shard', async () => {
    const store = await read(await sharded(honest));
    assert.deepEqual(
      store.tensors.map(({ name, file }) => [name, file]),
      Object.entries(honest),
    );
    assert.deepEqual([...(await store.elements(store.tensors[2]!, 0, 1))], [3]);
    assert.deepEqual(store.metadata, { format: 'pt' });
    assert.deepEqual(store.oddities, []);
  });

  it('goes on without a missing shard and says what is lost', async () => {
    const store = await read(await sharded(honest, 'two.safetensors'));
    assert.deepEqual(
      store.tensors.map(({ name }) => name),
      ['a'],
    );
    assert.deepEqual(store.oddities, [
      {
        severity: 'warning',
        kind: 'missing-shard',
        text: 'the file "two.safetensors" is missing, and with it 2 tensors: "b", "c"',
      },
    ]);
  });

  it('fails where every shard is missing', async () => {
    const folder = await sharded({ x: 'three.safetensors' });
    await assert.rejects(openShardedSafetensors(folder.path), { code: 'NOT_FOUND' });
  });

  it('tells tensors that index and shards do not agree on', async () => {
    const store = await read(
      await sharded({ a: 'one.safetensors', b: 'two.safetensors', d: 'two.safetensors' }),
    );
    assert.deepEqual(
      store.oddities.map(({ kind, text }) => [kind, /"(.)"$/.exec(text)?.[1]]),
      [
        ['absent-tensor', 'd'],
        ['unlisted-tensor', 'c'],
      ],
    );
    assert.equal(store.tensors.length, 3);
  });

  it('reads a tensor that two shards hold from the one the index names', async () => {
    open.folder = await temporaryFolder({
      [INDEX]: JSON.stringify({ weight_map: { a: 'two.safetensors', b: 'one.safetensors' } }),
      'one.safetensors': writeSafetensors([floats('a', [1], [1]), floats('b', [1], [2])]),
      'two.safetensors': writeSafetensors([floats('a', [1], [7])]),
    });
    const store = await read(open.folder);
    const a = store.tensors.find(({ name }) => name === 'a')!;
    assert.deepEqual([...(await store.elements(a, 0, 1))], [7]);
    assert.deepEqual(
      store.oddities.map(({ kind }) => kind),
      ['repeated-tensor'],
    );
  });
});

describe('openShardedSafetensors on hostile folders', () => {
  for (const name of [
    '../outside.safetensors',
    'a/../../outside.safetensors',
    '/etc/passwd',
    'C:/model.safetensors',
    '..\\outside.safetensors',
    'one.safetensors\0.txt',
    'one\rsafetensors',
    './one.safetensors',
    '',
  ])
    it(`refuses the shard name ${JSON.stringify(name)}`, async () => {
      const folder = await sharded({ a: name });
      await assert.rejects(openShardedSafetensors(folder.path), { code: 'UNSAFE' });
    });

  it('follows a link that stays in the folder', async () => {
    const folder = await sharded({ a: 'link.safetensors' });
    await symlink('one.safetensors', join(folder.path, 'link.safetensors'));
    assert.equal((await read(folder)).tensors.length, 1);
  });

  it('refuses a link that leaves the folder', async () => {
    const outside = await temporaryFolder({ 'one.safetensors': writeSafetensors([]) });
    const folder = await sharded({ a: 'link.safetensors' });
    await symlink(join(outside.path, 'one.safetensors'), join(folder.path, 'link.safetensors'));
    await assert.rejects(openShardedSafetensors(folder.path), { code: 'UNSAFE', message: /leaves/ });
    await outside.remove();
  });

  it('follows the links of the Hugging Face cache into its blobs', async () => {
    const shard = writeSafetensors([floats('a', [1], [5])]);
    open.folder = await temporaryFolder({
      'models--org--name/blobs/0123abcd': shard,
      [`models--org--name/snapshots/main/${INDEX}`]: '{"weight_map":{"a":"one.safetensors"}}',
    });
    const snapshot = join(open.folder.path, 'models--org--name', 'snapshots', 'main');
    await symlink('../../blobs/0123abcd', join(snapshot, 'one.safetensors'));
    open.store = await openShardedSafetensors(snapshot);
    assert.deepEqual([...(await open.store.elements(open.store.tensors[0]!, 0, 1))], [5]);
  });

  for (const [what, text] of [
    ['without a weight map', '{"metadata":{}}'],
    ['that repeats a tensor', '{"weight_map":{"a":"one.safetensors","a":"two.safetensors"}}'],
    ['whose file names are numbers', '{"weight_map":{"a":1}}'],
    ['that is no JSON', 'weights!'],
  ] as const)
    it(`refuses an index ${what}`, async () => {
      open.folder = await temporaryFolder({ [INDEX]: text });
      await assert.rejects(openShardedSafetensors(open.folder.path), { code: 'MALFORMED', where: INDEX });
    });
});
