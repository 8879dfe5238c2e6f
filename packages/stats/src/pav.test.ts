import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pavCalibration, pavLog10LR } from './pav.ts';
import { RELATED, tiedScores, UNRELATED } from './test-support/ratios.ts';

describe('pavCalibration', () => {
  it("pools as SciPy's isotonic regression does", () => {
    const { blocks } = pavCalibration(RELATED, UNRELATED);
    assert.deepEqual(
      blocks.map(({ low, high, related, unrelated }) => [low, high, related / (related + unrelated)]),
      [
        [-3.3, -0.7, 0],
        [-0.5, 1.2, 0.5],
        [1.8, 4.1, 1],
      ],
    );
    assert.deepEqual(
      blocks.map(({ log10LR }) => log10LR),
      [Number.NEGATIVE_INFINITY, Math.log10(9 / 7), Number.POSITIVE_INFINITY],
    );
  });

  it('keeps every case, rises strictly, and is the best monotone fit: min-max of shares', () => {
    fc.assert(
      fc.property(tiedScores, tiedScores, (related, unrelated) => {
        const calibration = pavCalibration(related, unrelated);
        const { blocks } = calibration;
        const sum = (kind: 'related' | 'unrelated') =>
          blocks.reduce((total, block) => total + block[kind], 0);
        assert.deepEqual([sum('related'), sum('unrelated')], [related.length, unrelated.length]);
        for (let i = 1; i < blocks.length; i++) {
          assert.ok(blocks[i]!.log10LR > blocks[i - 1]!.log10LR && blocks[i]!.low > blocks[i - 1]!.high);
        }
        // Isotonic regression at s is the max over lower ends of the min over upper ends of the share.
        const values = [...new Set([...related, ...unrelated])].sort((a, b) => a - b);
        const shareOf = (from: number, to: number) => {
          const inside = (list: number[]) => list.filter((s) => s >= from && s <= to).length;
          return inside(related) / (inside(related) + inside(unrelated));
        };
        for (const s of values) {
          const best = Math.max(
            ...values
              .filter((from) => from <= s)
              .map((from) => Math.min(...values.filter((to) => to >= s).map((to) => shareOf(from, to)))),
          );
          const odds = 10 ** pavLog10LR(calibration, s) * (related.length / unrelated.length);
          assert.ok(Math.abs((odds === Number.POSITIVE_INFINITY ? 1 : odds / (1 + odds)) - best) < 1e-12);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('answers between blocks with the ratio nearer to one, beyond the ends with the end', () => {
    const calibration = pavCalibration(RELATED, UNRELATED);
    const middle = Math.log10(9 / 7);
    assert.deepEqual(
      [-9, -0.6, 0, 1.5, 99].map((score) => pavLog10LR(calibration, score)),
      [Number.NEGATIVE_INFINITY, middle, middle, middle, Number.POSITIVE_INFINITY],
    );
    assert.throws(() => pavLog10LR(calibration, Number.NaN), RangeError);
    assert.throws(() => pavCalibration([], [1]), RangeError);
    assert.throws(() => pavCalibration([1], [Number.NaN]), RangeError);
  });
});
