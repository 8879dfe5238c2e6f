import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  amount,
  byteCount,
  chance,
  chanceParts,
  chanceRaised,
  countInWords,
  duration,
  grouped,
  shortDigest,
  superscript,
  titleOfTest,
  when,
} from './format.ts';

describe('chances', () => {
  it('writes small chances as powers of ten, however small', () => {
    assert.equal(chance(-3214.718), 'below 1 in 10^3214');
    assert.equal(chance(-6), '1 in 10^6');
    assert.equal(chance(-123456.5), 'below 1 in 10^123456');
    assert.equal(chanceRaised(-3214.718), 'below 1 in 10³²¹⁴');
  });

  it('writes ordinary chances in ordinary numbers', () => {
    assert.equal(chance(-5.52), 'about 1 in 330,000');
    assert.equal(chance(-2), 'about 1 in 100');
    assert.equal(chance(-1.3010299956639813), 'about 1 in 20');
    assert.equal(chance(-0.116), 'about 77 in 100');
    assert.equal(chance(0), '100 in 100');
  });

  it('never states a chance smaller than the p-value', () => {
    fc.assert(
      fc.property(fc.double({ min: -400, max: 0, noNaN: true }), (log10P) => {
        const { odds, exponent } = chanceParts(log10P);
        const [count = 0, of = 1] = odds.replaceAll(',', '').split(' in ').map(Number);
        const stated = Math.log10(count) - (exponent ?? Math.log10(of));
        assert.ok(stated >= log10P - 1e-6, `${odds} for ${log10P}`);
      }),
    );
  });

  it('survives numbers that should not occur', () => {
    assert.equal(chance(Number.NaN), 'not known');
    assert.equal(chance(0.5), '100 in 100');
  });
});

describe('amounts', () => {
  it('keeps significant digits and groups thousands', () => {
    assert.equal(amount(1408), '1,408');
    assert.equal(amount(-3214.718, 6), '−3,214.72');
    assert.equal(amount(0.0812345), '0.0812');
    assert.equal(amount(1e-7), '1×10⁻⁷');
    assert.equal(amount(12_345_678), '1.23×10⁷');
    assert.equal(amount(999_999.9), '1×10⁶');
    assert.equal(amount(0), '0');
    assert.equal(amount(Number.NaN), 'not a number');
    assert.equal(amount(Number.NEGATIVE_INFINITY), '−∞');
  });

  it('raises integers of either sign', () => {
    assert.equal(superscript(-120), '⁻¹²⁰');
  });

  it('says large counts in words', () => {
    assert.equal(countInWords(1_261_056), '1.26 million');
    assert.equal(countInWords(7_241_732_096), '7.24 billion');
    assert.equal(countInWords(999_999_999), '1 billion');
    assert.equal(countInWords(352), '352');
    assert.equal(grouped(1234567), '1,234,567');
  });
});

describe('sizes, times and names', () => {
  it('states bytes in decimal units', () => {
    assert.deepEqual([0, 999, 1000, 1_536_000, 999_999].map(byteCount), [
      '0 B',
      '999 B',
      '1 kB',
      '1.54 MB',
      '1 MB',
    ]);
  });

  it('states durations in two units at most', () => {
    assert.deepEqual([340, 4200, 59_990, 60_000, 200_000, 7_500_000].map(duration), [
      '340 ms',
      '4.2 s',
      '1 min',
      '1 min',
      '3 min 20 s',
      '2 h 5 min',
    ]);
  });

  it('writes times in words, and anything else as it came', () => {
    assert.equal(when('2026-11-23T14:48:09.123Z'), '23 November 2026, 14:48 UTC');
    assert.equal(when('yesterday'), 'yesterday');
    assert.equal(when('2026-13-01T00:00:00Z'), '2026-13-01T00:00:00Z');
  });

  it('shortens digests and nothing else', () => {
    assert.equal(shortDigest(`sha256:${'1f0c93a2d4e5b687'.repeat(4)}`), 'sha256:1f0c93a2d4e5…');
    assert.equal(shortDigest('memory:planted'), 'memory:planted');
  });

  it('makes a title of a test whose card is missing', () => {
    assert.equal(titleOfTest('weights.neuron-order'), 'Neuron order');
  });
});
