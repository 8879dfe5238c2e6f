import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StoredTensor, TensorStore } from '../store.ts';
import { memorySource } from './byte-source.ts';
import { openStore } from './open-store.ts';
import { instructions, type Picklable, writePickle } from './pickle-writer.test.support.ts';
import { repositoryPath } from './repository-path.test.support.ts';
import { temporaryFolder } from './temporary-folder.test.support.ts';
import { tensor, type WrittenView, writeTorch } from './torch-writer.test.support.ts';
import { openTorchZip } from './torch-zip.ts';

const open = (bytes: Uint8Array, tolerant = false): Promise<TensorStore> =>
  openTorchZip(memorySource('model.pt', bytes), { tolerant });

const openFixture = (name: string, tolerant = false): Promise<TensorStore> =>
  openStore(repositoryPath('packages', 'weights', 'fixtures', 'torch', name), { tolerant });

async function contents(store: TensorStore): Promise<Record<string, [string, readonly number[], number[]]>> {
  const read = async (held: StoredTensor) =>
    [held.name, [held.dtype, held.shape, [...(await store.elements(held, 0, held.elementCount))]]] as const;
  const entries = await Promise.all(store.tensors.map(read));
  await store.close();
  return Object.fromEntries(entries) as Record<string, [string, readonly number[], number[]]>;
}

const one = (view: Partial<WrittenView> = {}): Picklable =>
  new Map([['a', tensor({ key: '0', numel: 6, shape: [2, 3], ...view })]]);

describe('openTorchZip on files that PyTorch wrote', () => {
  it('reads every number type and every kind of view', async () => {
    assert.deepEqual(await contents(await openFixture('state-dict.pt')), {
      'linear.weight': ['F32', [2, 3], [1, 2, 3, 4, 5, 6]],
      'linear.bias': ['F32', [2], [0.5, -0.5]],
      transposed: ['F32', [4, 3], [1, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12]],
      'shared.row': ['F32', [4], [5, 6, 7, 8]],
      'shared.corner': ['F32', [2, 2], [7, 8, 11, 12]],
      half: ['F16', [3], [1.5, -2, 65504]],
      brain: ['BF16', [3], [1.5, -2, 3.140625]],
      double: ['F64', [1], [Math.fround(0.1)]],
      long: ['I64', [2], [-1, 2 ** 40]],
      bool: ['BOOL', [2], [1, 0]],
      byte: ['U8', [1], [200]],
      eight: ['F8_E4M3', [2], [1, -448]],
      word: ['U16', [1], [65535]],
      scalar: ['F32', [], [7]],
      empty: ['F32', [0, 5], []],
      expanded: ['F32', [2, 3], [1, 1, 1, 2, 2, 2]],
    });
  });

  it('names the model of a training checkpoint without its wrapper, and the rest by its path', async () => {
    const store = await openFixture('checkpoint.pt');
    assert.deepEqual(
      store.oddities.map(({ kind }) => kind),
      ['unwrapped-checkpoint'],
    );
    const read = await contents(store);
    assert.deepEqual(read.weight?.[2], [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(read.ema?.[2], [1, 2]);
    assert.deepEqual(read['optimizer.state.1.exp_avg']?.[1], [2]);
  });

  it('reads protocol 5', async () => {
    assert.deepEqual(Object.keys(await contents(await openFixture('protocol5.ckpt'))), ['weight', 'bias']);
  });

  it('refuses a pickled module, and tolerantly reads its tensors', async () => {
    await assert.rejects(openFixture('whole-module.pt'), {
      code: 'UNSAFE',
      message: /asks for "torch\.nn\.modules\.linear\.Linear"$/,
    });
    const store = await openFixture('whole-module.pt', true);
    assert.deepEqual(
      store.oddities.map(({ kind }) => kind),
      ['refused-pickle-global'],
    );
    assert.deepEqual((await contents(store)).weight, ['F32', [2, 3], [1, 2, 3, 4, 5, 6]]);
  });

  it('refuses the stream format of old and TorchScript, saying what to do', async () => {
    await assert.rejects(openFixture('legacy.pt'), { code: 'UNSUPPORTED', hint: /safetensors/ });
    await assert.rejects(openFixture('scripted.pt'), { code: 'UNSUPPORTED', message: /TorchScript/ });
  });
});

describe('openTorchZip', () => {
  const values = [1, 2, 3, 4, 5, 6];

  it('reads any part of a transposed tensor', async () => {
    const store = await open(writeTorch(one({ shape: [3, 2], stride: [1, 3] }), { 0: values }));
    const [held] = store.tensors;
    for (let start = 0; start <= 6; start++)
      for (let count = 0; start + count <= 6; count++)
        assert.deepEqual(
          [...(await store.elements(held!, start, count))],
          [1, 4, 2, 5, 3, 6].slice(start, start + count),
        );
    await assert.rejects(store.bytes(held!, 0, 4), { code: 'UNSUPPORTED' });
  });

  it('gives the bytes of a contiguous part of a storage', async () => {
    const store = await open(writeTorch(one({ shape: [2], offset: 2 }), { 0: values }));
    const bytes = await store.bytes(store.tensors[0]!, 4, 4);
    assert.deepEqual([...new Float32Array(bytes.buffer)], [4]);
  });

  it('reads big-endian storages', async () => {
    const storage = new Uint8Array(8);
    new DataView(storage.buffer).setFloat32(0, 1.5);
    new DataView(storage.buffer).setFloat32(4, -3);
    const byteorder = { name: 'model/byteorder', bytes: new TextEncoder().encode('big') };
    const store = await open(
      writeTorch(one({ numel: 2, shape: [2] }), { 0: storage }, { more: [byteorder] }),
    );
    const [held] = store.tensors;
    assert.deepEqual([...(await store.elements(held!, 0, 2))], [1.5, -3]);
    assert.deepEqual([...new Float32Array((await store.bytes(held!, 4, 4)).buffer)], [-3]);
  });

  it('reads a deflated pickle, as archives packed anew have it', async () => {
    const store = await open(writeTorch(one(), { 0: values }, { deflatePickle: true }));
    assert.equal(store.tensors.length, 1);
  });

  it('lets the last of equal keys win, as Python does', async () => {
    const pair = (value: Picklable): number[] => [...instructions('a'), ...instructions(value)];
    const twice = {
      raw: [0x7d, 0x28, ...pair(1), ...pair(tensor({ key: '0', numel: 6, shape: [6] })), 0x75],
    };
    assert.deepEqual((await open(writeTorch(twice, { 0: values }))).tensors[0]!.shape, [6]);
  });

  it('opens shards through pytorch_model.bin.index.json', async () => {
    const folder = await temporaryFolder({
      'pytorch_model.bin.index.json': '{"weight_map":{"a":"pytorch_model-00001-of-00001.bin"}}',
      'pytorch_model-00001-of-00001.bin': writeTorch(one(), { 0: values }),
    });
    const store = await openStore(folder.path);
    assert.deepEqual([store.format, store.oddities], ['pytorch', []]);
    assert.deepEqual((await contents(store)).a?.[2], values);
    await folder.remove();
  });
});

describe('openTorchZip on hostile pickles', () => {
  const asks: [string, Picklable, RegExp][] = [
    ['a command', { call: 'posix system', args: ['echo'] }, /asks for "posix\.system"/],
    ['a function that is never called', { global: 'os system' }, /"os\.system"/],
    [
      'evaluation in an allowed place',
      new Map([['a', { call: 'builtins eval', args: ['1'] }]]),
      /"builtins\.eval"/,
    ],
    [
      'an attribute behind a known name',
      {
        raw: [
          0x8c,
          12,
          ...ascii('torch._utils'),
          0x8c,
          22,
          ...ascii('_rebuild_tensor_v2.eval'.slice(0, 22)),
          0x93,
        ],
      },
      /"torch\._utils\._rebuild_tensor_v2\.eva"/,
    ],
    ['an instance by the old instruction', { raw: [0x28, 0x69, ...ascii('os\nsystem\n')] }, /"os\.system"/],
    [
      'an object by the old instruction',
      { raw: [0x28, 0x63, ...ascii('os\nsystem\n'), 0x6f] },
      /"os\.system"/,
    ],
    ['a registered extension', { raw: [0x82, 7] }, /"extension code 7"/],
    ['anything, before failing', { raw: [0x63, ...ascii('os\nsystem\n'), 0xff] }, /"os\.system"/],
  ];
  for (const [what, value, message] of asks)
    it(`reports a pickle that asks for ${what}`, async () => {
      await assert.rejects(open(writeTorch(value)), { code: 'UNSAFE', message });
    });

  it('lists every name that was asked for', async () => {
    const names = ['os system', 'subprocess Popen', 'os system'].map((name) => ({ global: name }));
    await assert.rejects(open(writeTorch(names)), {
      message: 'model.pt: the pickle asks for "os.system", "subprocess.Popen"',
    });
  });

  const values = [1, 2, 3, 4, 5, 6];
  const broken: [string, Uint8Array, { code: string; message: RegExp }][] = [
    [
      'a view past its storage',
      writeTorch(one({ offset: 1 }), { 0: values }),
      { code: 'MALFORMED', message: /does not fit/ },
    ],
    [
      'strides past its storage',
      writeTorch(one({ stride: [4, 1] }), { 0: values }),
      { code: 'MALFORMED', message: /does not fit/ },
    ],
    [
      'a negative stride',
      writeTorch(one({ stride: [3, -1] }), { 0: values }),
      { code: 'MALFORMED', message: /no type, shape, stride/ },
    ],
    [
      'too few strides',
      writeTorch(one({ stride: [] }), { 0: values }),
      { code: 'MALFORMED', message: /does not fit/ },
    ],
    [
      'a shape without end',
      writeTorch(one({ shape: [2 ** 40, 2 ** 40], stride: [0, 0] }), { 0: values }),
      { code: 'MALFORMED', message: /does not fit/ },
    ],
    [
      'a bomb of one element',
      writeTorch(one({ shape: [2 ** 30], stride: [0] }), { 0: values }),
      { code: 'LIMIT_EXCEEDED', message: /6 elements as 1073741824/ },
    ],
    [
      'a storage shorter than declared',
      writeTorch(one(), { 0: [1] }),
      { code: 'MALFORMED', message: /has 4 bytes but needs 24/ },
    ],
    ['a storage that is missing', writeTorch(one()), { code: 'MALFORMED', message: /"0" is missing/ }],
    [
      'a storage outside the archive',
      writeTorch(one({ key: '../../etc/passwd' })),
      { code: 'MALFORMED', message: /is missing/ },
    ],
    [
      'a storage of a quantised class',
      writeTorch(one({ storage: 'torch QInt8Storage' })),
      { code: 'UNSAFE', message: /QInt8Storage/ },
    ],
    [
      'a known class called as a function',
      writeTorch({ call: 'torch FloatStorage', args: [] }),
      { code: 'MALFORMED', message: /no function/ },
    ],
    [
      'a number called as a function',
      writeTorch({ raw: [0x4b, 1, 0x29, 0x52] }),
      { code: 'MALFORMED', message: /no class/ },
    ],
    [
      'an empty pickle',
      writeTorch(new Uint8Array(0)),
      { code: 'MALFORMED', message: /middle of an instruction/ },
    ],
    [
      'a text longer than the file',
      writeTorch({ raw: [0x8d, ...Array<number>(8).fill(255)] }),
      { code: 'MALFORMED', message: /middle/ },
    ],
    [
      'a number of a megabyte',
      writeTorch({ raw: [0x8b, 0, 0, 16, 0] }),
      { code: 'MALFORMED', message: /1048576 bytes/ },
    ],
    ['an unknown instruction', writeTorch({ raw: [0x97] }), { code: 'UNSUPPORTED', message: /0x97/ }],
    [
      'a protocol of the future',
      writeTorch(writePickle(null, 6)),
      { code: 'MALFORMED', message: /protocol/ },
    ],
    [
      'a value below the mark',
      writeTorch({ raw: [0x4e, 0x28, 0x85] }),
      { code: 'MALFORMED', message: /missing/ },
    ],
    [
      'a memory of nothing',
      writeTorch({ raw: [0x68, 3] }),
      { code: 'MALFORMED', message: /remembered as 3/ },
    ],
    ['nothing at the end', writeTorch({ raw: [] }), { code: 'MALFORMED', message: /missing/ }],
    [
      'an odd dictionary',
      writeTorch({ raw: [0x7d, 0x28, 0x4e, 0x75] }),
      { code: 'MALFORMED', message: /no value/ },
    ],
    [
      'a list that holds itself',
      writeTorch({ raw: [0x5d, 0x71, 0, 0x68, 0, 0x61] }),
      { code: 'LIMIT_EXCEEDED', message: /nested too far/ },
    ],
    [
      'lists that double thirty times',
      writeTorch({ raw: doubling(30) }),
      { code: 'LIMIT_EXCEEDED', message: /nested too far/ },
    ],
    [
      'millions of lists',
      writeTorch(Uint8Array.from([0x28, ...Array<number>(2_000_001).fill(0x5d)])),
      { code: 'LIMIT_EXCEEDED', message: /more than/ },
    ],
  ];
  for (const [what, bytes, error] of broken)
    it(`refuses ${what}`, async () => {
      await assert.rejects(open(bytes), error);
    });
});

function ascii(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

/** [x, x] of [x, x] of …, each pair made from one remembered list. */
function doubling(times: number): number[] {
  const pair = (i: number): number[] => [0x5d, 0x71, i + 1, 0x28, 0x68, i, 0x68, i, 0x65];
  return [0x5d, 0x71, 0, ...Array.from({ length: times }, (_, i) => pair(i)).flat()];
}
