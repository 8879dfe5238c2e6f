import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GgufBytes } from '../test-support/write-gguf.ts';
import { GgufCursor } from './gguf-cursor.ts';
import { type GgufMetadata, readMetadata } from './gguf-metadata.ts';

function parse(count: number, bytes: GgufBytes): GgufMetadata {
  const file = bytes.done();
  return readMetadata(new GgufCursor('model.gguf', file, file.length), count);
}

function pair(key: string, type: number, payload: (bytes: GgufBytes) => GgufBytes): GgufMetadata {
  return parse(1, payload(new GgufBytes().string(key).u32(type)));
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer);
}

describe('readMetadata', () => {
  it('reads every value type', () => {
    const cases: readonly (readonly [number, Uint8Array, unknown])[] = [
      [0, Uint8Array.of(200), 200],
      [1, Uint8Array.of(200), -56],
      [2, bytesOf(Uint16Array.of(65_535)), 65_535],
      [3, bytesOf(Int16Array.of(-2)), -2],
      [4, bytesOf(Uint32Array.of(4_294_967_295)), 4_294_967_295],
      [5, bytesOf(Int32Array.of(-7)), -7],
      [6, bytesOf(Float32Array.of(1.5)), 1.5],
      [7, Uint8Array.of(1), true],
      [7, Uint8Array.of(0), false],
      [10, bytesOf(BigUint64Array.of(2n ** 53n - 1n)), 2 ** 53 - 1],
      [11, bytesOf(BigInt64Array.of(-12n)), -12],
      [12, bytesOf(Float64Array.of(0.1)), 0.1],
    ];
    for (const [type, raw, expected] of cases)
      assert.equal(pair('k', type, (bytes) => bytes.raw(raw)).k, expected, `type ${type}`);
    assert.equal(pair('k', 8, (bytes) => bytes.string('Grüße 😀')).k, 'Grüße 😀');
  });

  it('keeps integers beyond 2^53 exact, as text', () => {
    const value = 2n ** 64n - 1n;
    assert.equal(pair('k', 10, (bytes) => bytes.u64(value)).k, '18446744073709551615');
  });

  it('keeps a token that is a byte order mark, and replaces what is no UTF-8', () => {
    assert.equal(pair('k', 8, (bytes) => bytes.string('\ufeff')).k, '\ufeff');
    const broken = pair('k', 8, (bytes) => bytes.u64(2).raw(Uint8Array.of(0xff, 0x41)));
    assert.equal(broken.k, '\ufffdA');
  });

  it('reads arrays of arrays, four deep and no deeper', () => {
    const nested = (depth: number) => (bytes: GgufBytes) => {
      for (let i = 0; i < depth - 1; i++) bytes.u32(9).u64(1);
      return bytes.u32(0).u64(2).raw(Uint8Array.of(1, 2));
    };
    assert.deepEqual(pair('k', 9, nested(1)).k, [1, 2]);
    assert.deepEqual(pair('k', 9, nested(4)).k, [[[[1, 2]]]]);
    assert.throws(() => pair('k', 9, nested(5)), { code: 'LIMIT_EXCEEDED' });
    assert.throws(() => pair('k', 9, nested(5000)), { code: 'LIMIT_EXCEEDED' });
  });

  it('treats names of object members as any other key', () => {
    const metadata = pair('__proto__', 0, (bytes) => bytes.raw(Uint8Array.of(3)));
    assert.deepEqual(Object.entries(metadata), [['__proto__', 3]]);
    assert.equal(({} as Record<string, unknown>).k, undefined);
    assert.equal(metadata.toString, undefined);
  });

  it('refuses unknown types and keys that come twice', () => {
    assert.throws(() => pair('k', 13, (bytes) => bytes.u32(0)), { code: 'MALFORMED' });
    assert.throws(() => pair('k', 9, (bytes) => bytes.u32(99).u64(0)), { code: 'MALFORMED' });
    const twice = new GgufBytes().string('k').u32(0).raw(Uint8Array.of(1));
    twice.string('k').u32(0).raw(Uint8Array.of(2));
    assert.throws(() => parse(2, twice), { code: 'MALFORMED' });
  });
});
