import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { widenHalves } from './half.ts';

/** The number a binary16 code stands for, from the definition in IEEE 754. */
function float16(code: number): number {
  const sign = code & 0x8000 ? -1 : 1;
  const exponent = (code >> 10) & 31;
  const fraction = code & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function bfloat16(code: number): number {
  return new Float32Array(Uint32Array.of(code << 16).buffer)[0]!;
}

describe('widening 16-bit numbers', () => {
  const codes = Uint16Array.from({ length: 65536 }, (_, code) => code);
  const bytes = new Uint8Array(codes.buffer);

  it('gives every binary16 code the value IEEE 754 gives it', () => {
    assert.deepEqual([...(widenHalves('F16', bytes) ?? [])], Array.from(codes, float16));
  });

  it('gives every bfloat16 code the float32 whose upper half it is', () => {
    assert.deepEqual([...(widenHalves('BF16', bytes) ?? [])], Array.from(codes, bfloat16));
  });

  it('reads any number of codes, at any address', () => {
    for (const length of [0, 1, 7, 9, 1001, 40000]) {
      const shifted = new Uint8Array(1 + 2 * length);
      shifted.set(bytes.subarray(30000, 30000 + 2 * length), 1);
      const expected = Array.from(codes.subarray(15000, 15000 + length), float16);
      assert.deepEqual([...(widenHalves('F16', shifted.subarray(1)) ?? [])], expected);
    }
  });
});
