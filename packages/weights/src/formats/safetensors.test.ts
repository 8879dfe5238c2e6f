import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TensorStore } from '../store.ts';
import { type ByteSource, memorySource } from './byte-source.ts';
import { openSafetensors } from './safetensors.ts';
import { floats, withHeader, writeSafetensors } from './safetensors-writer.test.support.ts';

const open = (bytes: Uint8Array): Promise<TensorStore> =>
  openSafetensors(memorySource('model.safetensors', bytes));

/** A one-tensor header with one thing changed, over `size` bytes of data. */
const altered = (entry: string, size = 8): Promise<TensorStore> =>
  open(withHeader(`{"a":${entry}}`, new Uint8Array(size)));

describe('openSafetensors', () => {
  it('reads names, shapes, metadata and any range of elements', async () => {
    const file = writeSafetensors(
      [
        floats('matrix', [2, 3], [1, 2, 3, 4, 5, 6]),
        { name: 'half', dtype: 'F16', shape: [2], bytes: Uint8Array.of(0, 0x3c, 0, 0xc0) },
        floats('none', [0, 7], []),
        floats('scalar', [], [9]),
      ],
      { format: 'pt', note: 'naïve "quotes"' },
    );
    const store = await open(file);
    const [matrix, half, none, scalar] = ['matrix', 'half', 'none', 'scalar'].map(
      (name) => store.tensors.find((tensor) => tensor.name === name)!,
    );
    assert.deepEqual(store.metadata, { format: 'pt', note: 'naïve "quotes"' });
    assert.deepEqual(matrix, {
      name: 'matrix',
      dtype: 'F32',
      shape: [2, 3],
      elementCount: 6,
      byteLength: 24,
      file: 'model.safetensors',
      // The four payloads of 24, 4, 0 and 4 bytes end the file.
      offset: file.length - 32,
    });
    assert.deepEqual([...(await store.elements(matrix!, 1, 4))], [2, 3, 4, 5]);
    assert.deepEqual([...(await store.elements(half!, 0, 2))], [1, -2]);
    assert.deepEqual([...(await store.elements(none!, 0, 0))], []);
    assert.deepEqual([...(await store.elements(scalar!, 0, 1))], [9]);
    assert.deepEqual([...(await store.bytes(half!, 2, 2))], [0, 0xc0]);
    await store.close();
  });

  it('reads from the middle of a byte where two elements share it', async () => {
    const store = await open(
      writeSafetensors([{ name: 'a', dtype: 'F4', shape: [6], bytes: Uint8Array.of(0x21, 0x43, 0x65) }]),
    );
    const [tensor] = store.tensors;
    assert.deepEqual([...(await store.elements(tensor!, 1, 3))], [1, 1.5, 2]);
    assert.deepEqual([...(await store.elements(tensor!, 2, 1))], [1.5]);
    assert.deepEqual([...(await store.elements(tensor!, 0, 6))], [0.5, 1, 1.5, 2, 3, 4]);
  });

  it('passes NaN and infinity on for the tests to count', async () => {
    const store = await open(writeSafetensors([floats('a', [3], [Number.NaN, Infinity, -Infinity])]));
    assert.deepEqual([...(await store.elements(store.tensors[0]!, 0, 3))], [Number.NaN, Infinity, -Infinity]);
  });

  it('holds complex tensors but does not read them as real numbers', async () => {
    const store = await open(
      writeSafetensors([{ name: 'freqs', dtype: 'C64', shape: [1], bytes: new Uint8Array(8) }]),
    );
    const [tensor] = store.tensors;
    await assert.rejects(store.elements(tensor!, 0, 1), { code: 'UNSUPPORTED', message: /"freqs".*C64/ });
    assert.equal((await store.bytes(tensor!, 0, 8)).length, 8);
  });

  it('ignores unknown members of an entry, as the reference reader does', async () => {
    const store = await altered(
      '{"x":[{"y":"}]"},-1.5e3,null],"dtype":"U8","shape":[8],"data_offsets":[0,8]}',
    );
    assert.equal(store.tensors[0]!.elementCount, 8);
  });

  it('refuses ranges outside a tensor and tensors of another store', async () => {
    const store = await open(writeSafetensors([floats('a', [2], [1, 2])]));
    const other = await open(writeSafetensors([floats('a', [2], [1, 2])]));
    await assert.rejects(store.elements(store.tensors[0]!, 1, 2), RangeError);
    await assert.rejects(store.elements(store.tensors[0]!, -1, 1), RangeError);
    await assert.rejects(store.bytes(store.tensors[0]!, 0, 9), RangeError);
    await assert.rejects(store.elements(other.tensors[0]!, 0, 1), RangeError);
  });
});

describe('openSafetensors on hostile files', () => {
  const cases: [string, Uint8Array, { code: string; message: RegExp }][] = [
    ['an empty file', new Uint8Array(0), { code: 'TRUNCATED', message: /ends at byte 0/ }],
    [
      'a header bomb',
      withHeader('{}', [], 2n ** 63n),
      { code: 'LIMIT_EXCEEDED', message: /9223372036854775808 bytes/ },
    ],
    [
      'a header longer than the file',
      withHeader('{}', [], 99n),
      { code: 'TRUNCATED', message: /bytes 8 to 107/ },
    ],
    ['a header that is no object', withHeader('[]', []), { code: 'MALFORMED', message: /begin with \{/ }],
    ['an empty header', withHeader('', []), { code: 'MALFORMED', message: /begin with \{/ }],
    ['a header that stops', withHeader('{"a":', []), { code: 'MALFORMED', message: /character 5/ }],
    [
      'a header with more behind it',
      withHeader('{}{}', []),
      { code: 'MALFORMED', message: /follows the end/ },
    ],
    [
      'a deeply nested header',
      withHeader(`{"a":{"x":${'['.repeat(1e5)}`, []),
      { code: 'MALFORMED', message: /nested more than 64/ },
    ],
    [
      'a string that never ends',
      withHeader(`{"${'a'.repeat(1e6)}`, []),
      { code: 'MALFORMED', message: /does not end/ },
    ],
    [
      'a tensor name used twice',
      withHeader(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
        [0, 0],
      ),
      { code: 'MALFORMED', message: /"a" appears twice/ },
    ],
    [
      'metadata that are no strings',
      withHeader('{"__metadata__":{"a":1}}', []),
      { code: 'MALFORMED', message: /expected a string/ },
    ],
    [
      'two tensors over the same bytes',
      withHeader(
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
        [0, 0, 0],
      ),
      { code: 'MALFORMED', message: /"b" overlaps/ },
    ],
    [
      'a hole between tensors',
      withHeader(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}',
        [0, 0, 0],
      ),
      { code: 'MALFORMED', message: /bytes 1 to 2 .* belong to no tensor/ },
    ],
    [
      'bytes behind the last tensor',
      withHeader('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [0, 0]),
      { code: 'MALFORMED', message: /last 1 bytes/ },
    ],
    [
      'a file cut short',
      withHeader('{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}', [0, 0]),
      { code: 'TRUNCATED', message: /lacks the last 7 bytes/ },
    ],
  ];
  for (const [what, bytes, error] of cases)
    it(`refuses ${what}`, async () => {
      await assert.rejects(open(bytes), error);
    });

  const entries: [string, string, { code: string; message: RegExp }][] = [
    [
      'an unknown type',
      '{"dtype":"Q9","shape":[8],"data_offsets":[0,8]}',
      { code: 'UNSUPPORTED', message: /unknown type "Q9"/ },
    ],
    [
      'a shape that needs other bytes than declared',
      '{"dtype":"F32","shape":[3],"data_offsets":[0,8]}',
      { code: 'MALFORMED', message: /needs 12 bytes/ },
    ],
    [
      'a shape whose product overflows',
      '{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,8]}',
      { code: 'MALFORMED', message: /impossible shape/ },
    ],
    [
      'a byte count that is no whole number',
      '{"dtype":"F4","shape":[15],"data_offsets":[0,8]}',
      { code: 'MALFORMED', message: /needs 7.5 bytes/ },
    ],
    [
      'offsets in reverse',
      '{"dtype":"U8","shape":[8],"data_offsets":[8,0]}',
      { code: 'MALFORMED', message: /offsets are 8 to 0/ },
    ],
    [
      'a negative dimension',
      '{"dtype":"U8","shape":[-8],"data_offsets":[0,8]}',
      { code: 'MALFORMED', message: /-8 is not a whole number/ },
    ],
    [
      'a fractional dimension',
      '{"dtype":"U8","shape":[8.0],"data_offsets":[0,8]}',
      { code: 'MALFORMED', message: /8\.0 is not a whole number/ },
    ],
    [
      'a dimension beyond 2^53',
      '{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,8]}',
      { code: 'MALFORMED', message: /too large/ },
    ],
    [
      'a third offset',
      '{"dtype":"U8","shape":[8],"data_offsets":[0,8,9]}',
      { code: 'LIMIT_EXCEEDED', message: /more than 2 offsets/ },
    ],
    [
      'too many dimensions',
      `{"dtype":"U8","shape":[${'1,'.repeat(64)}8],"data_offsets":[0,8]}`,
      { code: 'LIMIT_EXCEEDED', message: /more than 64 dimensions/ },
    ],
    ['an entry without offsets', '{"dtype":"U8","shape":[8]}', { code: 'MALFORMED', message: /lacks/ }],
    ['an entry that is null', 'null', { code: 'MALFORMED', message: /expected \{/ }],
  ];
  for (const [what, entry, error] of entries)
    it(`refuses ${what}`, async () => {
      await assert.rejects(altered(entry), error);
    });

  it('refuses a name of thousands of characters, and never prints it whole', async () => {
    const header = `{"${'n'.repeat(5000)}":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}`;
    await assert.rejects(open(withHeader(header, [0])), { code: 'LIMIT_EXCEEDED', message: /^.{1,200}$/ });
  });

  it('closes the file it could not open', async () => {
    let closed = false;
    const source: ByteSource = {
      ...memorySource('x', withHeader('{', [])),
      close: () => {
        closed = true;
        return Promise.resolve();
      },
    };
    await assert.rejects(openSafetensors(source));
    assert.ok(closed);
  });
});
