import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { jsonScanner } from './json-scanner.ts';

describe('jsonScanner', () => {
  it('steps over any JSON value and returns its text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const scanner = jsonScanner(` ${text}\n`, 'x');
        assert.equal(scanner.skip(), text);
        scanner.end();
      }),
      { seed: 1 },
    );
  });

  it('reads the strings that JSON.parse reads, and no others', () => {
    const piece = fc.constantFrom(
      '"',
      '\\',
      'u',
      '0041',
      'n',
      'é',
      '\n',
      ' ',
      '\\"',
      '\\u00e9',
      '\ud800',
      '/',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = `"${pieces.join('')}"`;
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expected = undefined;
        }
        const read = (): string => {
          const scanner = jsonScanner(text, 'x');
          const value = scanner.string();
          scanner.end();
          return value;
        };
        if (expected === undefined) assert.throws(read, { code: 'MALFORMED' });
        else assert.equal(read(), expected);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  it('reads whole numbers as JSON writes them, exactly', () => {
    const read = (text: string): number => jsonScanner(text, 'x').wholeNumber();
    fc.assert(fc.property(fc.maxSafeNat(), (value) => assert.equal(read(` ${value},`), value)));
    for (const text of ['01', '-0', '1.0', '1e3', '+1', '', '9007199254740992', 'NaN'])
      assert.throws(() => read(text), { code: 'MALFORMED' }, text);
  });

  it('sees a repeated key, however it is written', () => {
    const scanner = jsonScanner('{"k":1,"\\u006b":2}', 'x');
    assert.throws(() => scanner.object(() => void scanner.skip()), { message: /"k" appears twice/ });
  });
});
