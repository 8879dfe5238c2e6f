import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ErrorCode, FiliationError } from '@filiation/evidence';
import fc from 'fast-check';
import { GgufBytes, ggufTensor, writeGguf } from '../test-support/write-gguf.ts';
import { memorySource } from './byte-source.ts';
import { openGguf } from './gguf.ts';

function refuses(bytes: Uint8Array, code: ErrorCode, words: RegExp): Promise<void> {
  return assert.rejects(openGguf(memorySource('model.gguf', bytes)), (error) => {
    assert.ok(error instanceof FiliationError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    assert.ok(error.hint !== undefined && error.where === 'model.gguf');
    return true;
  });
}

function begin(tensors: number | bigint, keys: number | bigint, version = 3): GgufBytes {
  return new GgufBytes().raw(new TextEncoder().encode('GGUF')).u32(version).u64(tensors).u64(keys);
}

interface Entry {
  readonly name?: string;
  readonly dimensions?: readonly (number | bigint)[];
  readonly type?: number;
  readonly offset?: number | bigint;
}

/** A file of F32 tensors of 8 elements, unless the entries say otherwise, over `data` bytes. */
function described(entries: readonly Entry[], data: number): Uint8Array {
  const file = begin(entries.length, 0);
  entries.forEach(({ name, dimensions = [8], type = 0, offset = 0 }, i) => {
    file.string(name ?? `t${i}`).u32(dimensions.length);
    for (const length of dimensions) file.u64(length);
    file.u32(type).u64(offset);
  });
  return file.pad(32).raw(new Uint8Array(data)).done();
}

const honest = writeGguf({
  metadata: {
    'general.architecture': 'llama',
    'llama.block_count': 2,
    'tokenizer.ggml.tokens': ['a', 'b', 'ab'],
    'tokenizer.ggml.token_type': [1, 1, 3],
    'general.flag': true,
  },
  tensors: [
    ggufTensor('token_embd.weight', [3, 32], 'Q8_0', new Float32Array(96)),
    ggufTensor('output_norm.weight', [32], 'F32', new Float32Array(32)),
    ggufTensor('blk.0.ffn_up.weight', [2, 256], 'Q4_K', new Float32Array(512)),
  ],
});

describe('a hostile GGUF file', () => {
  it('of another format or version is refused by name', async () => {
    await refuses(new Uint8Array(64), 'MALFORMED', /no GGUF/);
    await refuses(new TextEncoder().encode('tjggxxxxxxxxxxxx'), 'UNSUPPORTED', /older than GGUF/);
    await refuses(begin(0, 0, 1).done(), 'UNSUPPORTED', /version 1/);
    await refuses(begin(0, 0, 4).done(), 'UNSUPPORTED', /version 4/);
    await refuses(begin(0, 0, 0).done(), 'UNSUPPORTED', /version 0/);
    await refuses(begin(0, 0, 0x03000000).done(), 'UNSUPPORTED', /big-endian/);
  });

  it('may not declare more than it could hold', async () => {
    await refuses(begin(2n ** 64n - 1n, 0).done(), 'LIMIT_EXCEEDED', /18446744073709551615 tensors/);
    await refuses(begin(100_000, 0).done(), 'TRUNCATED', /100000 tensors/);
    await refuses(begin(0, 2n ** 40n).done(), 'LIMIT_EXCEEDED', /metadata keys/);
    await refuses(begin(0, 1000).done(), 'TRUNCATED', /1000 metadata keys/);
    const key = (length: number | bigint) => begin(0, 1).u64(length).raw(new Uint8Array(40)).done();
    await refuses(key(2n ** 63n), 'LIMIT_EXCEEDED', /metadata key/);
    await refuses(key(60_000), 'TRUNCATED', /metadata key/);
    const text = (length: number | bigint) => begin(0, 1).string('k').u32(8).u64(length).u64(0).done();
    await refuses(text(2n ** 60n), 'LIMIT_EXCEEDED', /string/);
    await refuses(text(1_000_000), 'TRUNCATED', /string/);
  });

  it('may not declare arrays that outgrow it', async () => {
    const array = (type: number, count: number | bigint) =>
      begin(0, 1).string('k').u32(9).u32(type).u64(count).u64(0).done();
    await refuses(array(0, 2n ** 50n), 'LIMIT_EXCEEDED', /elements of "k"/);
    await refuses(array(0, 2_000_000), 'TRUNCATED', /2000000 elements/);
    await refuses(array(8, 2), 'TRUNCATED', /2 elements/);
    await refuses(array(9, 1), 'TRUNCATED', /1 elements/);
  });

  it('that ends early is refused wherever it ends', async () => {
    for (let length = 0; length < honest.length; length += 7) {
      const source = memorySource('model.gguf', honest.subarray(0, length));
      await assert.rejects(openGguf(source), { code: 'TRUNCATED' }, `${length} of ${honest.length} bytes`);
    }
  });

  it('may not ask for a senseless alignment', async () => {
    for (const alignment of [0, 3, 48, 2 ** 20, 1.5])
      await refuses(writeGguf({ metadata: { 'general.alignment': alignment } }), 'MALFORMED', /alignment/);
    await refuses(writeGguf({ metadata: { 'general.alignment': 'x' } }), 'MALFORMED', /alignment/);
  });

  it('may not place tensors askew, outside or over one another', async () => {
    await refuses(described([{ offset: 4 }], 64), 'MALFORMED', /multiple of 32/);
    await refuses(described([{ offset: 64 }], 64), 'TRUNCATED', /tensor "t0"/);
    await refuses(described([{ offset: 2n ** 64n - 32n }], 64), 'TRUNCATED', /tensor "t0"/);
    await refuses(described([{}, {}], 64), 'MALFORMED', /overlap/);
    await refuses(described([{ dimensions: [16] }, { offset: 32 }], 96), 'MALFORMED', /overlap/);
    await refuses(described([{ type: 77 }, { type: 77 }, { offset: 0 }], 96), 'MALFORMED', /leaves no bytes/);
  });

  it('may not describe impossible tensors', async () => {
    await refuses(described([{ name: 'a' }, { name: 'a', offset: 32 }], 96), 'MALFORMED', /twice/);
    await refuses(described([{ dimensions: [1, 1, 1, 1, 1] }], 64), 'LIMIT_EXCEEDED', /5 dimensions/);
    await refuses(described([{ dimensions: [2n ** 63n] }], 64), 'MALFORMED', /more elements/);
    await refuses(described([{ dimensions: [2n ** 32n, 2n ** 32n] }], 64), 'MALFORMED', /more elements/);
    await refuses(described([{ dimensions: [0, 2n ** 60n] }], 64), 'MALFORMED', /more elements/);
    await refuses(described([{ dimensions: [2n ** 40n] }], 64), 'TRUNCATED', /tensor "t0"/);
    await refuses(described([{ dimensions: [16], type: 8 }], 64), 'MALFORMED', /no whole Q8_0 blocks/);
    await refuses(described([{ name: 'n'.repeat(2000) }], 64), 'LIMIT_EXCEEDED', /tensor name/);
  });

  it('cannot write over the screen with its names', async () => {
    const file = described([{ name: '\u001b[2J\u202egpj', offset: 4 }], 64);
    await assert.rejects(openGguf(memorySource('model.gguf', file)), (error) => {
      assert.ok(error instanceof FiliationError);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
      return !/[\u0000-\u001f\u202e]/.test(error.message);
    });
  });

  it('with any bytes changed opens and reads, or is refused in words', async () => {
    const change = fc.record({ at: fc.nat(honest.length - 1), byte: fc.nat(255) });
    const cut = fc.option(fc.nat(honest.length), { nil: honest.length });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), cut, async (changes, length) => {
        const bytes = honest.slice(0, length);
        for (const { at, byte } of changes) if (at < length) bytes[at] = byte;
        await opensOrRefuses(bytes);
      }),
      { numRuns: 1500 },
    );
  });

  it('with any 64-bit field changed opens and reads, or is refused in words', async () => {
    const large = fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 64n), fc.constant(2n ** 53n));
    await fc.assert(
      fc.asyncProperty(fc.nat(honest.length - 8), large, async (at, value) => {
        const bytes = honest.slice();
        new DataView(bytes.buffer).setBigUint64(at, value, true);
        await opensOrRefuses(bytes);
      }),
      { numRuns: 1500 },
    );
  });
});

async function opensOrRefuses(bytes: Uint8Array): Promise<void> {
  try {
    const store = await openGguf(memorySource('model.gguf', bytes));
    for (const tensor of store.tensors) {
      const count = Math.min(tensor.elementCount, 300);
      const values = await store.elements(tensor, tensor.elementCount - count, count);
      assert.equal(values.length, count);
    }
  } catch (error) {
    assert.ok(error instanceof FiliationError, String(error));
    assert.notEqual(error.code, 'INTERNAL');
  }
}
