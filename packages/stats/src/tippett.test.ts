import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RELATED, tiedScores, UNRELATED } from './test-support/ratios.ts';
import { misleadingEvidence, tippett } from './tippett.ts';

describe('tippett', () => {
  it('counts the cases at or above each ratio', () => {
    fc.assert(
      fc.property(tiedScores, tiedScores, (related, unrelated) => {
        const points = tippett(related, unrelated);
        const share = (values: number[], x: number) => values.filter((v) => v >= x).length / values.length;
        for (const point of points) {
          assert.equal(point.related, share(related, point.log10LR));
          assert.equal(point.unrelated, share(unrelated, point.log10LR));
        }
        assert.deepEqual([points[0]!.related, points[0]!.unrelated], [1, 1]);
      }),
    );
  });

  it('keeps infinite ratios as points', () => {
    const infinite = tippett([Number.POSITIVE_INFINITY, 1], [Number.NEGATIVE_INFINITY]);
    assert.deepEqual(
      infinite.map(({ log10LR, related, unrelated }) => [log10LR, related, unrelated]),
      [
        [Number.NEGATIVE_INFINITY, 1, 1],
        [1, 1, 0],
        [Number.POSITIVE_INFINITY, 0.5, 0],
      ],
    );
  });
});

describe('misleadingEvidence', () => {
  it('gives rates with intervals, and the worst ratio each way; LR 1 misleads nobody', () => {
    const found = misleadingEvidence([...RELATED, 0], UNRELATED);
    assert.equal(found.related.rate, 1 / 8);
    assert.equal(found.unrelated.rate, 2 / 9);
    assert.deepEqual([found.lowestRelated, found.highestUnrelated], [-0.5, 1.2]);
    assert.ok(found.unrelated.low < 2 / 9 && found.unrelated.high > 0.5);
    assert.throws(() => misleadingEvidence([], [1]), RangeError);
  });
});
