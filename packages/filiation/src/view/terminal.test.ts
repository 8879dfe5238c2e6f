import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { columns, painter, wrapped } from './terminal.ts';

describe('terminal text', () => {
  it('counts columns, not code units: wide characters take two, colour none', () => {
    assert.equal(columns('模型'), 4);
    assert.equal(columns(painter(true)('bold', 'ab')), 2);
    assert.equal(columns('e\u0301'), 1);
  });

  it('wraps at spaces and marks what it leaves out', () => {
    assert.deepEqual(wrapped('one two three four', 9, 5), ['one two', 'three', 'four']);
    assert.deepEqual(wrapped('one two three four', 9, 2), ['one two', 'three …']);
  });

  it('keeps the spacing of text that fits', () => {
    assert.deepEqual(wrapped('a   b', 20, 1), ['a   b']);
  });

  it('keeps to the width for any words', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 50 }), { maxLength: 12 }),
        fc.integer({ min: 10, max: 80 }),
        (words, width) => {
          for (const line of wrapped(words.join(' '), width, 100)) assert.ok(columns(line) <= width);
        },
      ),
    );
  });
});
