import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { utf8Bytes } from '../bytes.ts';
import type { JsonValue } from '../json.ts';
import { canonicalBytes, isCanonical } from './canonical.ts';
import { parseJson } from './parse.ts';
import { parseCanonicalJson } from './parse-canonical.ts';

const limits = { limit: 10_000 };

/** What the strict parser makes of it: a value, or the reason for refusing it. */
function strictly(text: string): unknown {
  const bytes = utf8Bytes(text);
  try {
    return { value: parseJson(bytes, limits), canonical: isCanonical(bytes) };
  } catch (error) {
    return (error as Error).message;
  }
}

function quickly(text: string): unknown {
  try {
    return parseCanonicalJson(utf8Bytes(text), limits);
  } catch (error) {
    return (error as Error).message;
  }
}

const HARD = [
  '{"a":1,"b":[true,null,"x"]}',
  '{"b":1,"a":2}',
  '{"a":1,"a":1}',
  '{"__proto__":1}',
  '{"10":1,"2":2}',
  '{"2":1,"10":2}',
  '{"a":"\\ud800"}',
  '{"a":"\\ud83d\\ude00"}',
  '{"a":"\u{1f600}"}',
  '{"a":"\\\\ud800"}',
  '{"a":"\\u0041"}',
  '{"toJSON":"x"}',
  '{"\u{1f600}":1,"\ufb33":2}',
  '[9007199254740993]',
  '[1e400]',
  '[1E2]',
  '[-0]',
  '[1e+21]',
  '[100000000000000000000]',
  '[0.1,1e-7]',
  ' [1]',
  '[1]\n',
  '\ufeff[1]',
  '[1],',
  '',
  `${'['.repeat(64)}${']'.repeat(64)}`,
  `${'['.repeat(65)}${']'.repeat(65)}`,
  `"${'x'.repeat(10_000)}"`,
];

describe('parseCanonicalJson', () => {
  for (const text of HARD)
    it(`reads ${JSON.stringify(text).slice(0, 40)} as the strict parser does`, () => {
      assert.deepEqual(quickly(text), strictly(text));
    });

  it('gives back every value from its canonical bytes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        fc.pre(JSON.stringify(value) === JSON.stringify(JSON.parse(JSON.stringify(value))));
        const bytes = canonicalBytes(value as JsonValue);
        assert.deepEqual(parseCanonicalJson(bytes, limits), {
          value: parseJson(bytes, limits),
          canonical: true,
        });
      }),
    );
  });

  it('agrees with the strict parser on texts that differ in one character from canonical ones', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.string({ maxLength: 2 }), (value, at, inserted) => {
        const text = JSON.stringify(value);
        const place = at % (text.length + 1);
        const changed = text.slice(0, place) + inserted + text.slice(place + 1);
        assert.deepEqual(quickly(changed), strictly(changed));
      }),
      { numRuns: 1000 },
    );
  });
});
