import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { decodeBlocks } from './block-format.ts';
import { BLOCK_FORMATS } from './ggml-types.ts';
import { SLOW, scrambledBytes } from './slow-blocks.test.support.ts';

/**
 * First 32 hex digits of SHA-256 over 200 blocks of scrambled bytes (seed = place in this list + 1),
 * decoded by `dequantize_row_*` of ggml itself (the library of llama.cpp release v0.5.0), NaN as 0.
 */
const DECODED_BY_GGML = [
  ['Q4_0', '4daaa8862530706f67b65bde18d253e7'],
  ['Q4_1', '0d7ebaae9bc216a1d5f49f1771965d91'],
  ['Q5_0', 'b0c82e3e38ee774d938bb3413b095145'],
  ['Q5_1', '12b9cd6ffb4f740ec3ecbb6537aa23aa'],
  ['Q8_0', '738c0e23e9edff6cea104e285a2c6ad5'],
  ['Q2_K', '06b3d00b82c1f9848b854b531ee93d93'],
  ['Q3_K', 'c8c6a6c4578553532ecb9ed1c361861b'],
  ['Q4_K', 'cea5e959e529bc719a454db6b7c09800'],
  ['Q5_K', 'd2a74d20de81da4e95e74e879555feb7'],
  ['Q6_K', 'f9f9b90abcdb227560bf7f39f1c31806'],
  ['Q8_K', '4b8c5a71fed906d633132325a436098e'],
  ['IQ4_NL', '329c039fb7aaf2afb70635f0b9e23a26'],
  ['IQ4_XS', '2c071a426d23836a8d2c2d3663e368df'],
  ['MXFP4', '41c67d7e3b10d2e9e689e1ba55f7b032'],
] as const;

/** The many bit patterns of NaN mean nothing. */
function withoutNaN(values: Float32Array): Float32Array {
  return values.map((value) => (Number.isNaN(value) ? 0 : value));
}

describe('block formats', () => {
  for (const format of BLOCK_FORMATS.values())
    it(`decode ${format.name} as its layout says, bit by bit`, () => {
      const bytes = scrambledBytes(format.bytes, 60 * format.bytes);
      const slow = Float32Array.from({ length: 60 * format.elements }, (_, i) => {
        const block = Math.floor(i / format.elements) * format.bytes;
        return SLOW[format.name]!(bytes.subarray(block, block + format.bytes), i % format.elements);
      });
      assert.deepEqual(withoutNaN(decodeBlocks(format, bytes)), withoutNaN(slow));
    });

  DECODED_BY_GGML.forEach(([name, digest], place) => {
    it(`decode ${name} to the very bits ggml decodes it to`, () => {
      const format = BLOCK_FORMATS.get(name)!;
      const values = decodeBlocks(format, scrambledBytes(place + 1, 200 * format.bytes));
      assert.equal(createHash('sha256').update(withoutNaN(values)).digest('hex').slice(0, 32), digest);
    });
  });

  it('refuse part of a block', () => {
    assert.throws(() => decodeBlocks(BLOCK_FORMATS.get('Q4_0')!, new Uint8Array(19)), RangeError);
  });

  it('keep every code within the declared bounds', () => {
    for (const format of BLOCK_FORMATS.values()) {
      const parts = {
        codes: new Int16Array(format.elements),
        steps: new Float64Array(16),
        offsets: new Float64Array(16),
      };
      for (let seed = 1; seed < 20; seed++) {
        format.unpack(scrambledBytes(seed, format.bytes), 0, parts);
        assert.ok(Math.min(...parts.codes) >= format.lowest, format.name);
        assert.ok(Math.max(...parts.codes) <= format.highest, format.name);
      }
    }
  });
});
