import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { castTo } from './cast.ts';
import { decodeElements } from './dtype.ts';

function everyValue(dtype: string, bits: 8 | 16): number[] {
  const codes = Uint16Array.from({ length: 2 ** bits }, (_, code) => code);
  const bytes = bits === 16 ? new Uint8Array(codes.buffer) : Uint8Array.from(codes);
  return [...decodeElements(dtype, bytes)];
}

/** Finite values of a format, ascending, once each. The code's last bit is that of the mantissa. */
function ladder(dtype: string, bits: 8 | 16): { value: number; even: boolean }[] {
  return everyValue(dtype, bits)
    .slice(0, 2 ** (bits - 1))
    .map((value, code) => ({ value, even: code % 2 === 0 }))
    .filter(({ value }) => Number.isFinite(value));
}

const formats = [
  { dtype: 'F16', bits: 16, beyond: Infinity },
  { dtype: 'BF16', bits: 16, beyond: Infinity },
  { dtype: 'F8_E5M2', bits: 8, beyond: Infinity },
  { dtype: 'F8_E4M3', bits: 8, beyond: 448 },
  { dtype: 'F8_E5M2FNUZ', bits: 8, beyond: Number.NaN },
  { dtype: 'F8_E4M3FNUZ', bits: 8, beyond: Number.NaN },
] as const;

const float32Neighbour = (value: number, step: 1 | -1): number => {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0] = bits[0]! + step;
  return new Float32Array(bits.buffer)[0]!;
};

for (const { dtype, bits, beyond } of formats)
  describe(`castTo ${dtype}`, () => {
    const rungs = ladder(dtype, bits);

    it('leaves every value of the format as it is', () => {
      const values = Float32Array.from(everyValue(dtype, bits));
      assert.deepEqual(castTo(dtype, values), values);
    });

    it('takes every middle between neighbours to the even one, and anything nearer to the nearer', () => {
      const inputs: number[] = [];
      const expected: number[] = [];
      for (let i = 0; i + 1 < rungs.length; i++) {
        const [low, high] = [rungs[i]!, rungs[i + 1]!];
        const middle = (low.value + high.value) / 2;
        inputs.push(middle, float32Neighbour(middle, -1), float32Neighbour(middle, 1));
        expected.push(low.even ? low.value : high.value, low.value, high.value);
      }
      assert.deepEqual([...castTo(dtype, Float32Array.from(inputs))], expected);
      const mirrored = castTo(
        dtype,
        Float32Array.from(inputs, (value) => -value),
      );
      assert.deepEqual(
        [...mirrored].map((value) => Math.abs(value)),
        expected,
      );
    });

    it('says what lies beyond the largest finite value', () => {
      const top = rungs.at(-1)!;
      const middle = top.value + (top.value - rungs.at(-2)!.value) / 2;
      const [onTheEdge, past, far, infinite] = castTo(
        dtype,
        Float32Array.of(middle, float32Neighbour(middle, 1), 3.4e38, -Infinity),
      );
      assert.ok(Object.is(onTheEdge, top.even ? top.value : beyond), `${onTheEdge}`);
      assert.ok(Object.is(past, beyond), `${past}`);
      assert.ok(Object.is(far, beyond), `${far}`);
      assert.ok(Object.is(infinite, -beyond), `${infinite}`);
    });

    it('keeps NaN', () => {
      assert.ok(Number.isNaN(castTo(dtype, Float32Array.of(Number.NaN))[0]));
    });
  });

describe('castTo', () => {
  it('copies what float32 can hold already', () => {
    const values = Float32Array.of(0.1, -0, 3e38);
    assert.deepEqual(castTo('F32', values), values);
    assert.notEqual(castTo('F64', values), values);
  });

  it('keeps the sign of zero where the format has one', () => {
    assert.ok(Object.is(castTo('F16', Float32Array.of(-1e-30))[0], -0));
    assert.ok(Object.is(castTo('F8_E4M3FNUZ', Float32Array.of(-1e-30))[0], 0));
  });

  it('refuses types that are no cast', () => {
    for (const dtype of ['F4', 'I8', 'Q4_0', 'toString'])
      assert.throws(() => castTo(dtype, new Float32Array(1)), RangeError);
  });
});
