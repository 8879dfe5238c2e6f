import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { printable, shorten } from './printable.ts';

describe('printable text', () => {
  it('shows terminal control by its code point instead of letting it act', () => {
    assert.equal(printable('A\u001b[2JB\u0007'), 'A‹U+001B›[2JB‹U+0007›');
  });

  it('shows text-direction overrides and invisible characters', () => {
    assert.equal(printable('\u202egnp.live'), '‹U+202E›gnp.live');
    assert.equal(printable('ba\u200bse'), 'ba‹U+200B›se');
    assert.equal(printable('\ud800'), '‹U+D800›');
  });

  it('keeps a name on one line, so that it cannot fake another', () => {
    assert.equal(printable('A\r\nOpinion: none\tB'), 'A Opinion: none B');
  });

  it('leaves every script and emoji as it is', () => {
    const text = 'Модель مدل 模型 क्‍ष 👩‍🔬 naïve';
    assert.equal(printable(text), text);
  });

  it('lets no control, override or unpaired surrogate through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        assert.doesNotMatch(printable(text), /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe('shortening', () => {
  it('keeps both ends, because names differ at either', () => {
    assert.equal(shorten('organisation/model-7b-instruct-v2', 16), 'organisati…ct-v2');
  });

  it('never exceeds the width and never cuts a character in two', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 3, max: 40 }),
        (text, width) => {
          const short = shorten(text, width);
          assert.ok([...short].length <= width);
          assert.doesNotMatch(short, /\p{Cs}/u);
        },
      ),
    );
  });
});
