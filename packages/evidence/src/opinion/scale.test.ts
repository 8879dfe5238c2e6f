import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chanceWords, ENFSI_2015, ratioWords, readScale } from './scale.ts';

describe('the verbal scale', () => {
  it('is the ENFSI table of 2015', () => {
    const word = (ratio: number) => readScale(Math.log10(ratio)).word;
    assert.deepEqual([1, 1.9, 2, 9.9, 10, 99, 100, 999, 1000, 9999].map(word), [
      'no support either way',
      'no support either way',
      'weak support',
      'weak support',
      'moderate support',
      'moderate support',
      'moderately strong support',
      'moderately strong support',
      'strong support',
      'strong support',
    ]);
    assert.equal(word(10_000), 'very strong support');
    assert.equal(word(999_999), 'very strong support');
    assert.equal(word(1_000_000), 'extremely strong support');
    assert.match(ENFSI_2015.remark, /primary text/);
  });

  it('reads a ratio below 1 as its reciprocal, for the other proposition', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 400, noNaN: true }), (size) => {
        const more = readScale(size);
        const less = readScale(-size);
        assert.equal(less.word, more.word);
        assert.equal(less.favours, more.favours === 'h1' ? 'h2' : more.favours);
      }),
    );
  });

  it('writes ratios as people say them', () => {
    assert.equal(ratioWords(Math.log10(4000)), 'about 4,000');
    assert.equal(ratioWords(Math.log10(3.26)), 'about 3.3');
    assert.equal(ratioWords(12.9), 'about 10^12');
    assert.equal(ratioWords(Math.log10(1240)), 'about 1,200');
  });
});

describe('the words for a p-value', () => {
  it('never make it smaller than it is', () => {
    fc.assert(
      fc.property(fc.double({ min: -5000, max: -1, noNaN: true }), (log10P) => {
        const match = /1 in (?:10\^(\d+)|([\d,]+)) cases$/.exec(chanceWords(log10P))!;
        const size =
          match[1] === undefined ? Math.log10(Number(match[2]!.replaceAll(',', ''))) : Number(match[1]);
        assert.ok(size <= -log10P + 1e-9, chanceWords(log10P));
        assert.ok(size >= -log10P - 1.01);
      }),
    );
  });

  it('hold for common and for rare results, and name no degree of support', () => {
    assert.equal(chanceWords(0), 'in about 100 of 100 cases');
    assert.equal(chanceWords(Math.log10(0.37)), 'in about 37 of 100 cases');
    assert.equal(chanceWords(-3), 'in fewer than 1 in 1,000 cases');
    assert.equal(chanceWords(-12.7), 'in fewer than 1 in 10^12 cases');
    for (const log10P of [-0.2, -2, -7, -900]) assert.doesNotMatch(chanceWords(log10P), /support|strong/);
  });
});
