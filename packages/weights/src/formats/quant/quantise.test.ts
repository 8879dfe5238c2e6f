import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import fc from 'fast-check';
import { valuesOf } from '../minifloat.ts';
import { ggmlTypeNamed } from './ggml-types.ts';
import { halfCode } from './half.ts';
import { quantise, type WritableFormat } from './quantise.ts';
import { scrambledBytes } from './slow-blocks.test.support.ts';

/** 10,240 numbers in [-8, 8), exact in float32, from scrambled bytes. */
function sampleNumbers(): Float32Array {
  const words = new Uint32Array(scrambledBytes(99, 4 * 10_240).buffer);
  return Float32Array.from(words, (word) => ((word >>> 8) - 2 ** 23) * 2 ** -20);
}

function normals(seed: string, count: number): Float32Array {
  const random = randomStream(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

function roundTrip(format: WritableFormat, values: Float32Array): Float32Array {
  return ggmlTypeNamed(format)!.decode!(quantise(format, values));
}

/** Digests of what `quantize_row_*_ref` of ggml (llama.cpp release v0.5.0) makes of `sampleNumbers`. */
const QUANTISED_BY_GGML = [
  ['Q4_0', '39d217342538c3c358837c42a15ce07e'],
  ['Q4_1', 'd36d811a903f2b9dc8913779d46a4022'],
  ['Q5_0', '73768ec544c8da5a4c705def724465bc'],
  ['Q5_1', '22d78e3f8206692bbc692d93cc7d3c89'],
  ['Q8_0', '0565b4b9e11d93c7ddf5dd893e1dac6c'],
] as const;

/** Root-mean-square error, in standard deviations of normal numbers, a little above what was measured. */
const NORMAL_ERROR = [
  ['BF16', 0.002],
  ['F16', 0.0003],
  ['Q8_0', 0.01],
  ['Q6_K', 0.03],
  ['Q5_1', 0.06],
  ['Q5_K', 0.06],
  ['Q5_0', 0.07],
  ['Q4_1', 0.11],
  ['Q4_K', 0.11],
  ['Q4_0', 0.12],
  ['Q3_K', 0.2],
  ['Q2_K', 0.4],
] as const;

describe('quantise', () => {
  for (const [format, digest] of QUANTISED_BY_GGML)
    it(`writes ${format} byte for byte as ggml's reference does`, () => {
      const bytes = quantise(format, sampleNumbers());
      assert.equal(createHash('sha256').update(bytes).digest('hex').slice(0, 32), digest);
    });

  for (const [format, bound] of NORMAL_ERROR)
    it(`keeps normal numbers within ${bound} standard deviations in ${format}`, () => {
      const values = normals(format, 8192);
      const back = roundTrip(format, values);
      const squares = values.reduce((sum, value, i) => sum + (value - back[i]!) ** 2, 0);
      assert.ok(Math.sqrt(squares / values.length) < bound, `${Math.sqrt(squares / values.length)}`);
    });

  it('returns what it wrote in F32, and zeros from every format', () => {
    const values = normals('exact', 512);
    assert.deepEqual(roundTrip('F32', values), values);
    for (const format of ['Q4_0', 'Q4_1', 'Q8_0', 'Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K'] as const)
      assert.ok(roundTrip(format, new Float32Array(256)).every((value) => value === 0));
  });

  it('refuses part of a block and numbers that are not finite', () => {
    assert.throws(() => quantise('Q8_0', new Float32Array(33)), RangeError);
    assert.throws(() => quantise('Q4_K', new Float32Array(128)), RangeError);
    assert.throws(() => quantise('F32', Float32Array.of(Number.NaN)), RangeError);
  });
});

describe('halfCode', () => {
  it('returns every half-precision number to its code', () => {
    valuesOf('F16').forEach((value, code) => {
      if (Number.isNaN(value)) assert.equal(halfCode(value) & 0x7fff, 0x7e00);
      else assert.equal(halfCode(value), code);
    });
  });

  it('rounds between two neighbours to the nearer, to the even one at half-way', () => {
    const halves = valuesOf('F16');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0x7bfe }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (code, t) => {
          const low = halves[code]!;
          const high = halves[code + 1]!;
          const value = Math.fround(low + t * (high - low));
          const middle = (low + high) / 2;
          const nearer = value === middle ? code + (code & 1) : value < middle ? code : code + 1;
          assert.equal(halfCode(value), nearer);
          assert.equal(halfCode(-value), nearer | 0x8000);
        },
      ),
    );
    assert.equal(halfCode(65_519.996), 0x7bff);
    assert.equal(halfCode(65_520), 0x7c00);
  });
});
