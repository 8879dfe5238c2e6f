import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import { randomStream } from '@filiation/stats';
import fc from 'fast-check';
import type { TensorStore } from '../store.ts';
import { GgufBytes, ggufTensor, type WrittenGguf, writeGguf } from '../test-support/write-gguf.ts';
import { memorySource } from './byte-source.ts';
import { openGguf } from './gguf.ts';
import { WRITABLE, type WritableFormat } from './quant/quantise.ts';

function open(file: WrittenGguf): Promise<TensorStore> {
  return openGguf(memorySource('model.gguf', writeGguf(file)));
}

function numbers(count: number): Float32Array {
  const random = randomStream('gguf');
  return Float32Array.from({ length: count }, () => random.normal());
}

function withTypes(...dtypes: readonly string[]): WrittenGguf {
  // All types used here have blocks of 256 elements; their bytes are never decoded.
  const sizes: Record<string, number> = { IQ3_S: 110, IQ2_XXS: 66, Q6_K: 210 };
  return {
    tensors: dtypes.map((dtype, i) => ({
      name: `t${i}`,
      shape: [256],
      dtype,
      bytes: new Uint8Array(sizes[dtype]!),
    })),
  };
}

describe('openGguf', () => {
  it('lists tensors with dimensions outermost first, and reads them row by row', async () => {
    const values = numbers(6);
    const store = await open({ tensors: [ggufTensor('a.weight', [2, 3], 'F32', values)] });
    const [tensor] = store.tensors;
    const { offset, ...rest } = tensor!;
    assert.ok(offset !== undefined && offset % 32 === 0, 'payloads stand at multiples of 32 bytes');
    assert.deepEqual(rest, {
      name: 'a.weight',
      dtype: 'F32',
      shape: [2, 3],
      elementCount: 6,
      byteLength: 24,
      file: 'model.gguf',
    });
    assert.deepEqual(await store.elements(tensor!, 3, 3), values.slice(3));
    assert.equal(store.format, 'gguf');
    assert.deepEqual(store.oddities, []);
  });

  it('reads any range of any format, aligned to blocks or not', async () => {
    const tensors = WRITABLE.map((dtype) => ggufTensor(dtype, [4, 256], dtype, numbers(1024)));
    const store = await open({ tensors });
    const wholes = new Map<string, Float32Array>();
    for (const tensor of store.tensors)
      wholes.set(tensor.name, await store.elements(tensor, 0, tensor.elementCount));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...store.tensors),
        fc.nat(1024),
        fc.nat(1024),
        async (tensor, one, other) => {
          const [from, to] = [Math.min(one, other), Math.max(one, other)];
          assert.deepEqual(
            await store.elements(tensor, from, to - from),
            wholes.get(tensor.name)!.slice(from, to),
          );
        },
      ),
    );
  });

  it('gives stored bytes as they lie in the file', async () => {
    const written = ggufTensor('q', [64], 'Q8_0' satisfies WritableFormat, numbers(64));
    const store = await open({ tensors: [ggufTensor('first', [3], 'F32', numbers(3)), written] });
    const bytes = await store.bytes(store.tensors[1]!, 34, 34);
    assert.deepEqual(bytes, written.bytes.slice(34));
  });

  it('refuses ranges outside a tensor and tensors of another store, as mistakes of the caller', async () => {
    const store = await open({ tensors: [ggufTensor('a', [3], 'F32', numbers(3))] });
    const [tensor] = store.tensors;
    for (const [start, count] of [
      [-1, 1],
      [0, 4],
      [3, 1],
      [0.5, 1],
    ] as const)
      await assert.rejects(store.elements(tensor!, start, count), RangeError);
    await assert.rejects(store.elements({ ...tensor! }, 0, 1), RangeError);
  });

  it('opens version 2, other alignments, scalars, empty tensors and files without tensors', async () => {
    const tensors = [
      ggufTensor('scalar', [], 'F32', Float32Array.of(7)),
      ggufTensor('empty', [0, 4], 'F16', new Float32Array(0)),
      ggufTensor('after', [2], 'F16', Float32Array.of(1, 2)),
    ];
    for (const [version, alignment] of [
      [2, 32],
      [3, 8],
      [3, 4096],
    ] as const) {
      const store = await open({ version, alignment, tensors });
      const read = async (i: number) => {
        const tensor = store.tensors[i]!;
        return [...(await store.elements(tensor, 0, tensor.elementCount))];
      };
      assert.deepEqual([await read(0), await read(1), await read(2)], [[7], [], [1, 2]]);
      assert.deepEqual(store.oddities, []);
    }
    assert.deepEqual((await open({ metadata: { 'general.name': 'vocabulary only' } })).tensors, []);
  });

  it('reads headers longer than its first read', async () => {
    const tokens = Array.from({ length: 150_000 }, (_, id) => `token number ${id}`);
    const store = await open({
      metadata: { 'tokenizer.ggml.tokens': tokens },
      tensors: [ggufTensor('a', [3], 'F32', Float32Array.of(1, 2, 3))],
    });
    assert.deepEqual(store.metadata['tokenizer.ggml.tokens'], tokens);
    assert.deepEqual([...(await store.elements(store.tensors[0]!, 1, 2))], [2, 3]);
  });

  it('lists tensors of types it cannot decode, and says so when they are read', async () => {
    const store = await open(withTypes('IQ3_S', 'Q6_K', 'IQ3_S', 'IQ2_XXS'));
    assert.deepEqual(
      store.tensors.map((tensor) => tensor.dtype),
      ['IQ3_S', 'Q6_K', 'IQ3_S', 'IQ2_XXS'],
    );
    assert.deepEqual(
      store.oddities.map(({ kind, text }) => [kind, text.includes('IQ3_S') && text.includes('1 more')]),
      [
        ['undecodable-type', true],
        ['undecodable-type', false],
      ],
    );
    assert.equal((await store.elements(store.tensors[1]!, 0, 256)).length, 256);
    assert.equal((await store.bytes(store.tensors[0]!, 0, 110)).length, 110);
    await assert.rejects(store.elements(store.tensors[0]!, 0, 1), (error) => {
      assert.ok(error instanceof FiliationError && error.code === 'UNSUPPORTED');
      return error.message.includes('"t0"') && error.message.includes('IQ3_S');
    });
  });

  it('takes a tensor of a type from the future to reach to the next tensor', async () => {
    const file = new GgufBytes().raw(new TextEncoder().encode('GGUF')).u32(3).u64(2).u64(0);
    file.string('new').u32(1).u64(1000).u32(77).u64(0);
    file.string('old').u32(1).u64(2).u32(0).u64(64).pad(32).raw(new Uint8Array(64));
    file.raw(new Uint8Array(Float32Array.of(5, 6).buffer));
    const store = await openGguf(memorySource('model.gguf', file.done()));
    const [unknown, known] = store.tensors;
    assert.deepEqual([unknown!.dtype, unknown!.byteLength], ['GGML_TYPE_77', 64]);
    assert.deepEqual([...(await store.elements(known!, 0, 2))], [5, 6]);
    await assert.rejects(store.elements(unknown!, 0, 1), { code: 'UNSUPPORTED' });
  });

  it('notes bytes that belong to no tensor', async () => {
    const file = writeGguf({ tensors: [ggufTensor('a', [8], 'F32', numbers(8))] });
    const longer = new Uint8Array(file.length + 100);
    longer.set(file);
    const store = await openGguf(memorySource('model.gguf', longer));
    assert.deepEqual(
      store.oddities.map((oddity) => oddity.kind),
      ['unused-bytes'],
    );
    assert.match(store.oddities[0]!.text, /^100 bytes/);
  });
});
