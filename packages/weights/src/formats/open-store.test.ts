import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import type { TensorStore } from '../store.ts';
import { openStore } from './open-store.ts';
import { floats, writeSafetensors } from './safetensors-writer.test.support.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.test.support.ts';

const weights = writeSafetensors([floats('a', [1], [1])]);
const open: { folder?: TemporaryFolder; store?: TensorStore } = {};
afterEach(async () => {
  await open.store?.close();
  delete open.store;
  await open.folder?.remove();
});

async function openFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<TensorStore> {
  open.folder = await temporaryFolder(files);
  open.store = await openStore(open.folder.path);
  return open.store;
}

async function openFile(name: string, content: string | Uint8Array): Promise<TensorStore> {
  open.folder = await temporaryFolder({ [name]: content });
  open.store = await openStore(join(open.folder.path, name));
  return open.store;
}

const kinds = (store: TensorStore): string[] => store.oddities.map(({ kind }) => kind);

describe('openStore on a folder', () => {
  it('opens the one safetensors file, whatever its name', async () => {
    const store = await openFolder({ 'weights.safetensors': weights, 'config.json': '{}' });
    assert.equal(store.format, 'safetensors');
    assert.deepEqual(kinds(store), []);
  });

  it('prefers safetensors and tells which weights it passed over', async () => {
    const store = await openFolder({
      'model.safetensors': weights,
      'pytorch_model.bin': 'x',
      'model.gguf': 'x',
      'optimizer.pt': 'x',
    });
    assert.deepEqual(store.oddities, [
      {
        severity: 'note',
        kind: 'other-weight-files',
        text: 'not read, because other files of the folder are taken for the model: "model.gguf", "pytorch_model.bin"',
      },
    ]);
  });

  it('opens shards through their index', async () => {
    const store = await openFolder({
      'model.safetensors.index.json': '{"weight_map":{"a":"model-00001-of-00001.safetensors"}}',
      'model-00001-of-00001.safetensors': weights,
    });
    assert.equal(store.tensors.length, 1);
    assert.deepEqual(kinds(store), []);
  });

  it('opens numbered shards without an index and misses the absent ones', async () => {
    const store = await openFolder({ 'model-00002-of-00003.safetensors': weights });
    assert.deepEqual(kinds(store), ['missing-shard', 'missing-shard']);
  });

  it('says that an adapter is no whole model', async () => {
    assert.deepEqual(kinds(await openFolder({ 'adapter_model.safetensors': weights })), ['adapter-only']);
  });

  it('asks which of several models is meant', async () => {
    await assert.rejects(openFolder({ 'x.safetensors': weights, 'y.safetensors': weights }), {
      code: 'USAGE',
      message: /"x.safetensors", "y.safetensors"/,
    });
  });

  it('says that a folder holds no weights, or is not there', async () => {
    await assert.rejects(openFolder({ 'config.json': '{}' }), { code: 'NOT_FOUND', message: /no weights/ });
    await assert.rejects(openStore(join(open.folder!.path, 'absent')), { code: 'NOT_FOUND' });
  });
});

describe('openStore on a file', () => {
  it('goes by the first bytes, not by the name', async () => {
    assert.equal((await openFile('weights.bin', weights)).format, 'safetensors');
  });

  it('keeps the message of the format where only the name tells it', async () => {
    await assert.rejects(openFile('short.safetensors', 'abc'), { code: 'TRUNCATED' });
  });

  for (const [what, content, code, message] of [
    ['an empty file', '', 'TRUNCATED', /is empty/],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\n', 'UNSUPPORTED', /Git LFS pointer/],
    ['an HDF5 file', '\u0089HDF\r\n', 'UNSUPPORTED', /HDF5/],
    ['a tar archive', `${'\0'.repeat(257)}ustar`, 'UNSUPPORTED', /tar archive/],
    ['GGML from before GGUF', 'lmgg....', 'UNSUPPORTED', /before GGUF/],
    ['anything else', '<html>', 'UNSUPPORTED', /no known weight format/],
  ] as const)
    it(`names ${what} and what to do`, async () => {
      await assert.rejects(
        openFile(
          'model.bin',
          Uint8Array.from(content, (c) => c.charCodeAt(0)),
        ),
        (error) => {
          const { hint, ...rest } = error as { hint: string; code: string; message: string };
          assert.equal(rest.code, code);
          assert.match((error as Error).message, message);
          assert.ok(hint.length > 0);
          return true;
        },
      );
    });

  it('refuses a bare pickle stream without looking into it', async () => {
    const legacy = Uint8Array.of(
      0x80,
      2,
      0x8a,
      10,
      0x6c,
      0xfc,
      0x9c,
      0x46,
      0xf9,
      0x20,
      0x6a,
      0xa8,
      0x50,
      0x19,
    );
    await assert.rejects(openFile('model.pt', legacy), { code: 'UNSUPPORTED', message: /pickle/ });
  });
});
