import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import { FiliationError, type SketchDocument } from '@filiation/verify';
import fc from 'fast-check';
import { compareSketches } from './compare-sketches.ts';
import { leakOfValue } from './leak-budget.ts';
import { drawSketch, type SketchOptions, type SketchTensor } from './sketch.ts';

const SEED = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
const coded = (code: string) => (error: unknown) => error instanceof FiliationError && error.code === code;

function tensorOf(name: string, values: Float32Array, chunk = 1_000, bits = 32): SketchTensor {
  return {
    name,
    elements: values.length,
    bits,
    async *read() {
      for (let i = 0; i < values.length; i += chunk) yield values.subarray(i, i + chunk);
    },
  };
}

function normals(seed: string, count: number, scale = 1): Float32Array {
  const stream = randomStream(seed);
  return Float32Array.from({ length: count }, () => scale * stream.normal());
}

const draw = (tensors: SketchTensor[], changes: Partial<SketchOptions> = {}) =>
  drawSketch({ tensors, seed: SEED, rows: 64, digits: 4, budget: { previous: [] }, ...changes });

describe('a sketch', () => {
  const values = normals('values', 20_000);

  it('is the sum of values with the signs that the stream gives', async () => {
    const sketch = await draw([tensorOf('t', values)], { rows: 40, digits: 8 });
    const stream = randomStream(`${SEED}/sketch/t`);
    const sums = new Array<number>(40).fill(0);
    for (const value of values) {
      const words = [stream.integer(2 ** 32), stream.integer(2 ** 32)];
      for (let r = 0; r < 40; r++) sums[r]! += ((words[r >> 5]! >>> (r & 31)) & 1) === 1 ? value : -value;
    }
    assert.deepEqual(
      sketch.tensors[0]!.values,
      sums.map((sum) => String(Number(sum.toPrecision(8)))),
    );
  });

  it('is the same however the values come in pieces', async () => {
    const whole = await draw([tensorOf('t', values, 20_000)]);
    for (const chunk of [1, 7, 4_096]) assert.deepEqual(await draw([tensorOf('t', values, chunk)]), whole);
  });

  it('changes with the seed and with the name', async () => {
    const all = [
      await draw([tensorOf('t', values)]),
      await draw([tensorOf('t', values)], { seed: OTHER }),
      await draw([tensorOf('u', values)]),
    ];
    assert.equal(new Set(all.map(({ tensors }) => tensors[0]!.values.join())).size, 3);
  });

  it('rounds to the digits of the plan', async () => {
    for (const digits of [1, 3, 6])
      for (const value of (await draw([tensorOf('t', values)], { digits })).tensors[0]!.values)
        assert.ok(value.replace(/^-|\.|e.*$/g, '').replace(/^0+|0+$/g, '').length <= digits, value);
  });

  it('is linear up to rounding, so that sketches of a and b give that of a - b', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (seed) => {
        const [a, b] = [normals(`a${seed}`, 5_000), normals(`b${seed}`, 5_000)];
        const difference = a.map((value, i) => value - b[i]!);
        const [p, q, d] = await Promise.all(
          [a, b, difference].map(async (each) => {
            const { tensors } = await draw([tensorOf('t', each)], { rows: 8, digits: 8 });
            return tensors[0]!.values.map(Number);
          }),
        );
        for (let i = 0; i < 8; i++) assert.ok(Math.abs(p![i]! - q![i]! - d![i]!) < 1e-3);
      }),
      { numRuns: 10 },
    );
  });

  it('is refused for values that are not finite, a false length, or options outside the plan', async () => {
    const spoilt = values.slice();
    spoilt[17] = Number.NaN;
    await assert.rejects(draw([tensorOf('t', spoilt)]), coded('MALFORMED'));
    await assert.rejects(draw([{ ...tensorOf('t', values), elements: 30_000 }]), coded('MALFORMED'));
    await assert.rejects(draw([{ ...tensorOf('t', values), elements: 19_999 }]), coded('MALFORMED'));
    const bad: Partial<SketchOptions>[] = [
      { seed: 'guessable' },
      { rows: 0 },
      { rows: 2_000 },
      { digits: 0 },
      { digits: 17 },
      { tensors: [tensorOf('t', values), tensorOf('t', values)] },
    ];
    for (const change of bad) await assert.rejects(draw([tensorOf('t', values)], change), coded('USAGE'));
  });
});

describe('the leak budget', () => {
  const large = () => tensorOf('large', normals('l', 40_000));

  it('counts one unknown a value, and more where weights have few bits', () => {
    assert.equal(leakOfValue(4, 32), 1);
    assert.equal(leakOfValue(4, 16), 2);
    assert.equal(leakOfValue(4, 4), 6);
    assert.equal(leakOfValue(1, 64), 1);
  });

  it('leaves small tensors out, and says so', async () => {
    const sketch = await draw([large(), tensorOf('norm', normals('n', 64))]);
    assert.deepEqual(
      sketch.tensors.map(({ name }) => name),
      ['large'],
    );
    assert.match(sketch.skipped[0]!.reason, /64 values allow 0 unknowns/);
    assert.deepEqual(sketch.leak, { released: 64, total: 64, cap: 400, tensors: { large: 64 } });
  });

  it('adds up over sketches and refuses what goes beyond', async () => {
    const previous: SketchDocument[] = [];
    for (let i = 0; i < 6; i++) {
      const seed = `${i}`.repeat(64);
      const sketch = await draw([large()], { seed, budget: { previous: previous.toReversed() } });
      previous.push(sketch);
      assert.equal(sketch.leak.total, 64 * (i + 1));
      assert.ok(sketch.leak.total <= sketch.leak.cap);
    }
    await assert.rejects(draw([large()], { budget: { previous } }), coded('DENIED'));
    await draw([large()], { rows: 16, budget: { previous } });
    await assert.rejects(draw([large()], { rows: 17, budget: { previous } }), coded('DENIED'));
  });

  it('refuses a second sketch with one seed, small models and shares above one half', async () => {
    const first = await draw([large()]);
    await assert.rejects(draw([large()], { budget: { previous: [first] } }), coded('CONFLICT'));
    await assert.rejects(draw([tensorOf('norm', normals('n', 64))]), coded('DENIED'));
    for (const fraction of [0, -1, 0.6, Number.NaN])
      await assert.rejects(draw([large()], { budget: { previous: [], fraction } }), coded('USAGE'));
  });
});

describe('compared sketches', () => {
  const base = normals('base', 40_000);
  const changed = (share: number) => {
    const noise = normals('noise', 40_000, share);
    return base.map((value, i) => value + noise[i]!);
  };
  const compared = async (a: Float32Array, b: Float32Array) =>
    compareSketches(
      await draw([tensorOf('t', a)], { rows: 256 }),
      await draw([tensorOf('t', b)], { rows: 256 }),
    );

  it('give distance and cosine within a few standard errors of the truth', async () => {
    for (const share of [0.01, 0.1, 0.5]) {
      const { tensors } = await compared(changed(share), base);
      const { distance, distanceError, cosine, cosineError } = tensors[0]!;
      assert.ok(Math.abs(distance / share - 1) < 4 * distanceError, `${distance} for ${share}`);
      assert.ok(Math.abs(cosine - 1 / Math.sqrt(1 + share * share)) < 4 * cosineError + 1e-4);
    }
    const same = await compared(base, base);
    assert.equal(same.medianDistance, 0);
    assert.ok(same.medianCosine > 1 - 1e-12);
  });

  it('find strangers unrelated, and say that a disguise looks like one', async () => {
    const stranger = await compared(normals('stranger', 40_000), base);
    assert.ok(Math.abs(stranger.medianCosine) < 4 / 16);
    assert.ok(Math.abs(stranger.medianDistance - Math.SQRT2) < 0.5);
    assert.match(stranger.meaning, /permuted or rotated weights looks like a stranger/);
    assert.equal(stranger.exactness, 'descriptive');
  });

  it('need the same seed, rows, digits and a common tensor', async () => {
    const one = await draw([tensorOf('t', base)]);
    for (const other of [
      await draw([tensorOf('t', base)], { seed: OTHER }),
      await draw([tensorOf('t', base)], { rows: 32 }),
      await draw([tensorOf('t', base)], { digits: 3 }),
    ])
      assert.throws(() => compareSketches(one, other), coded('CONFLICT'));
    const elsewhere = await draw([tensorOf('u', base)]);
    assert.throws(() => compareSketches(one, elsewhere), coded('USAGE'));
    const both = await draw([tensorOf('t', base), tensorOf('u', base)]);
    assert.deepEqual(compareSketches(one, both).notCompared, ['u']);
  });

  it('refuse values that are no numbers, or of another count', async () => {
    const one = await draw([tensorOf('t', base)]);
    const spoil = (values: readonly string[]) => ({ ...one, tensors: [{ ...one.tensors[0]!, values }] });
    for (const values of [
      ['x'],
      [],
      one.tensors[0]!.values.slice(1),
      one.tensors[0]!.values.map(() => 'Infinity'),
    ])
      assert.throws(() => compareSketches(one, spoil(values)), coded('MALFORMED'));
  });
});
