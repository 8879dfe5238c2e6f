import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeElements, dtypeBits, swapBytes } from './dtype.ts';

/** Bytes of little-endian words, written by a DataView so that decoder and test share nothing. */
function words(width: 1 | 2, codes: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(width * codes.length));
  for (const [i, code] of codes.entries())
    if (width === 1) view.setUint8(i, code);
    else view.setUint16(2 * i, code, true);
  return new Uint8Array(view.buffer);
}

const allCodes = (bits: number): number[] => Array.from({ length: 2 ** bits }, (_, code) => code);

/** The textbook reading of sign, exponent and mantissa fields; special codes are the caller's. */
function textbook(code: number, exponentBits: number, mantissaBits: number, bias: number): number {
  const fields = code.toString(2).padStart(1 + exponentBits + mantissaBits, '0');
  const sign = fields[0] === '1' ? -1 : 1;
  const exponent = Number.parseInt(fields.slice(1, 1 + exponentBits), 2);
  const fraction = Number.parseInt(fields.slice(1 + exponentBits), 2) / 2 ** mantissaBits;
  return exponent === 0 ? sign * 2 ** (1 - bias) * fraction : sign * 2 ** (exponent - bias) * (1 + fraction);
}

function assertDecodes(dtype: string, width: 1 | 2, expected: (code: number) => number): void {
  const codes = allCodes(8 * width);
  const got = decodeElements(dtype, words(width, codes));
  assert.equal(got.length, codes.length);
  for (const code of codes)
    assert.ok(
      Object.is(got[code], expected(code)),
      `${dtype} ${code}: ${got[code]} is not ${expected(code)}`,
    );
}

describe('decodeElements', () => {
  it('reads all 65,536 half-precision codes', () => {
    assertDecodes('F16', 2, (code) => {
      const magnitude = code & 0x7fff;
      if (magnitude > 0x7c00) return Number.NaN;
      if (magnitude === 0x7c00) return code > 0x7fff ? -Infinity : Infinity;
      return textbook(code, 5, 10, 15);
    });
  });

  it('reads all 65,536 bfloat16 codes', () => {
    assertDecodes('BF16', 2, (code) => {
      const magnitude = code & 0x7fff;
      if (magnitude > 0x7f80) return Number.NaN;
      if (magnitude === 0x7f80) return code > 0x7fff ? -Infinity : Infinity;
      return textbook(code, 8, 7, 127);
    });
  });

  it('reads all 256 codes of each 8-bit float', () => {
    assertDecodes('F8_E4M3', 1, (code) => ((code & 127) === 127 ? Number.NaN : textbook(code, 4, 3, 7)));
    assertDecodes('F8_E5M2', 1, (code) => {
      if ((code & 127) > 124) return Number.NaN;
      if ((code & 127) === 124) return code > 127 ? -Infinity : Infinity;
      return textbook(code, 5, 2, 15);
    });
    assertDecodes('F8_E4M3FNUZ', 1, (code) => (code === 128 ? Number.NaN : textbook(code, 4, 3, 8)));
    assertDecodes('F8_E5M2FNUZ', 1, (code) => (code === 128 ? Number.NaN : textbook(code, 5, 2, 16)));
    assertDecodes('F8_E8M0', 1, (code) => (code === 255 ? Number.NaN : 2 ** (code - 127)));
  });

  it('reads two 4-bit floats a byte, the low half first', () => {
    const magnitudes = [0, 0.5, 1, 1.5, 2, 3, 4, 6];
    const expected = [...magnitudes, ...magnitudes.map((value) => -value)];
    const bytes = Uint8Array.from({ length: 8 }, (_, i) => 2 * i + 16 * (2 * i + 1));
    assert.deepEqual([...decodeElements('F4', bytes)], expected);
  });

  it('reads whole numbers, wide ones rounded to float32', () => {
    const view = new DataView(new ArrayBuffer(32));
    view.setBigInt64(0, -1n, true);
    view.setBigInt64(8, -(2n ** 40n), true);
    view.setBigUint64(16, 2n ** 64n - 1n, true);
    view.setBigUint64(24, 5n, true);
    const bytes = new Uint8Array(view.buffer);
    assert.deepEqual([...decodeElements('I64', bytes)], [-1, -(2 ** 40), -1, 5]);
    assert.deepEqual([...decodeElements('U64', bytes).subarray(2)], [2 ** 64, 5]);
    assert.deepEqual([...decodeElements('I32', bytes).subarray(0, 2)], [-1, -1]);
    assert.deepEqual([...decodeElements('U32', bytes).subarray(0, 1)], [2 ** 32]);
    assert.deepEqual([...decodeElements('I16', bytes).subarray(0, 1)], [-1]);
    assert.deepEqual([...decodeElements('U16', bytes).subarray(0, 1)], [65535]);
    assert.deepEqual([...decodeElements('I8', bytes).subarray(0, 1)], [-1]);
    assert.deepEqual([...decodeElements('U8', bytes).subarray(0, 1)], [255]);
    assert.deepEqual([...decodeElements('BOOL', Uint8Array.of(0, 1, 2))], [0, 1, 1]);
  });

  it('rounds double precision to single and keeps single as it is', () => {
    const doubles = Float64Array.of(0.1, -Infinity, 1e300, 2 ** -150);
    assert.deepEqual(
      [...decodeElements('F64', new Uint8Array(doubles.buffer))],
      [Math.fround(0.1), -Infinity, Infinity, 0],
    );
    const singles = Float32Array.of(0.1, Number.NaN, -0, 1e-45);
    assert.deepEqual(decodeElements('F32', new Uint8Array(singles.buffer)), singles);
  });

  it('reads payloads that start at an odd address', () => {
    const bytes = Uint8Array.of(99, 0x00, 0x3c, 0x00, 0x40).subarray(1);
    assert.deepEqual([...decodeElements('F16', bytes)], [1, 2]);
  });

  it('names the types it cannot read as real numbers', () => {
    for (const dtype of ['C64', 'F6_E2M3', 'F6_E3M2', 'constructor'])
      assert.throws(() => decodeElements(dtype, new Uint8Array(24)), { code: 'UNSUPPORTED' });
  });

  it('refuses half an element', () => {
    assert.throws(() => decodeElements('F32', new Uint8Array(6)), RangeError);
  });
});

describe('dtypeBits', () => {
  it('knows the names of safetensors and no others', () => {
    assert.equal(dtypeBits('BF16'), 16);
    assert.equal(dtypeBits('F4'), 4);
    assert.equal(dtypeBits('C64'), 64);
    for (const name of ['', 'f32', 'toString', '__proto__']) assert.equal(dtypeBits(name), undefined);
  });
});

describe('swapBytes', () => {
  it('reverses each value and leaves single bytes alone', () => {
    assert.deepEqual([...swapBytes(Uint8Array.of(1, 2, 3, 4), 2)], [2, 1, 4, 3]);
    assert.deepEqual([...swapBytes(Uint8Array.of(1, 2, 3, 4), 4)], [4, 3, 2, 1]);
    assert.deepEqual([...swapBytes(Uint8Array.of(1, 2, 3, 4), 1)], [1, 2, 3, 4]);
  });
});
