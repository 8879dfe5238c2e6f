import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import { ggmlTypeNamed } from './ggml-types.ts';
import { quantise, type WritableFormat } from './quantise.ts';
import { requantisationMatch } from './requantisation.ts';

function normals(seed: string, count: number): Float32Array {
  const random = randomStream(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

const FORMATS = ['Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0', 'Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K'] as const;
const original = normals('original', 16_384);
const other = normals('other', 16_384);

function share(format: WritableFormat, numbers: Float32Array): number {
  const found = requantisationMatch(format, numbers, quantise(format, original));
  assert.equal(found.codes, numbers.length);
  return found.equalCodes / found.codes;
}

describe('requantisationMatch', () => {
  for (const format of FORMATS)
    it(`finds the original of a ${format} tensor, and nothing in another`, () => {
      assert.ok(share(format, original) > 0.98, `${share(format, original)}`);
      const stranger = requantisationMatch(format, other, quantise(format, original));
      const excess = stranger.equalCodes / stranger.codes - stranger.equalByChance;
      assert.ok(Math.abs(excess) < 0.04, `${excess}`);
    });

  it('tells a lightly tuned original from the original', () => {
    const tuned = original.map((value, i) => value + 0.1 * other[i]!);
    for (const format of FORMATS) assert.ok(share(format, tuned) < share(format, original) - 0.03, format);
  });

  it('takes the stored values themselves for the original, whatever chose the scales', () => {
    for (const format of ['IQ4_NL', 'IQ4_XS', 'MXFP4', 'Q8_1', 'Q8_K', 'Q6_K']) {
      const { bytes, elements, decode } = ggmlTypeNamed(format)!;
      const stored = new Uint8Array(4 * bytes);
      // Scales of about one in every place a format keeps them, any codes.
      for (let i = 0; i < stored.length; i++) stored[i] = 33 + ((i * 29) % 23);
      const found = requantisationMatch(format, decode!(stored), stored);
      assert.equal(found.codes, 4 * elements, format);
      assert.equal(found.withinHalfStep, found.codes, format);
    }
  });

  it('leaves out groups without a step and numbers that are not finite', () => {
    const zeros = quantise('Q8_0', new Float32Array(64));
    assert.equal(requantisationMatch('Q8_0', original.subarray(0, 64), zeros).codes, 0);
    const holed = original.slice(0, 64);
    holed[3] = Number.NaN;
    holed[40] = Number.POSITIVE_INFINITY;
    const found = requantisationMatch('Q8_0', holed, quantise('Q8_0', original.slice(0, 64)));
    assert.equal(found.codes, 62);
  });

  it('refuses formats without blocks and lengths that disagree', () => {
    assert.throws(() => requantisationMatch('F16', original, new Uint8Array(32)), RangeError);
    assert.throws(() => requantisationMatch('Q8_0', original, new Uint8Array(34)), RangeError);
  });
});
