import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MAX_JSON_DEPTH, parseExactJson, parseJson } from './parse.ts';

const read = (text: string) => parseJson(Buffer.from(text), { limit: 1e6 });

test('agrees with JSON.parse on whatever JSON.stringify writes', () => {
  // Lone surrogates, unsafe integers and __proto__ are refused by design: see below.
  const value = fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 });
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, null, space);
      if (text.includes('"__proto__"')) return;
      assert.deepEqual(read(text), JSON.parse(text));
    }),
  );
});

test('whatever it accepts, JSON.parse reads alike', () => {
  const token = fc.constantFrom(
    ...['{', '}', '[', ']', ',', ':', '"a"', '"b"', '"\\u0041"', '"', '\\', '1', '-', '0', '.', 'e', '+'],
    ...['true', 'null', 'fals', ' ', '\n', '\u00a0', '\u0000', '1e2', '-0', '"\\ud83d\\ude00"', '//', 'NaN'],
  );
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(token, { maxLength: 7 }), (tokens) => {
      const text = tokens.join('');
      let value: unknown;
      try {
        value = read(text);
      } catch {
        return;
      }
      accepted++;
      assert.deepEqual(value, JSON.parse(text));
    }),
    { numRuns: 5000, seed: 7 },
  );
  assert.ok(accepted > 100, `${accepted} texts were accepted`);
});

test('refuses what JSON.parse would silently change', () => {
  const refused = {
    'a key twice': '{"a":1,"a":1}',
    'a key twice, once escaped': '{"a":1,"\\u0061":1}',
    'the prototype as a key': '{"__proto__":{"admin":true}}',
    'the prototype as an escaped key': '{"\\u005f_proto__":1}',
    'a lone high surrogate': '"\\ud800"',
    'a lone low surrogate in a key': '{"\\udc00":1}',
    'surrogates in the wrong order': '"\\udc00\\ud800"',
    'an integer that a double rounds': '9007199254740993',
    'a negative one': '-9007199254740993',
    'a number beyond a double': '1e999',
    'a byte order mark': '\ufeff1',
  };
  for (const [what, text] of Object.entries(refused))
    assert.throws(() => read(text), { code: 'MALFORMED' }, what);
});

test('refuses what is not JSON', () => {
  for (const text of [
    ...['', ' ', '01', '1.', '.5', '+1', '-', '1e', '0x1', 'NaN', 'Infinity', 'nul', 'True', "'a'"],
    ...['"', '"\\', '"\\x41"', '"\\u00g0"', '"\\u00', '"a\nb"', '"\u0000"', '[1,]', '[,1]', '[1 2]', '['],
    ...['{', '{"a"}', '{"a":}', '{"a":1,}', '{a:1}', '{"a":1]', '[1}', '1 1', '{} {}', '/**/1', '\u00a01'],
  ])
    assert.throws(() => read(text), { code: 'MALFORMED' }, JSON.stringify(text));
  assert.throws(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22), { limit: 9 }), { code: 'MALFORMED' });
});

test('limits bytes and depth, and says where', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  assert.deepEqual(JSON.stringify(read(nested(MAX_JSON_DEPTH))), nested(MAX_JSON_DEPTH));
  assert.throws(() => read(nested(MAX_JSON_DEPTH + 1)), { code: 'LIMIT_EXCEEDED' });
  assert.throws(() => read('{"a":'.repeat(100_000)), { code: 'LIMIT_EXCEEDED' });
  assert.throws(() => parseJson(Buffer.from('[1]'), { limit: 2, where: 'plan.json' }), {
    code: 'LIMIT_EXCEEDED',
    where: 'plan.json',
    message: /plan\.json/,
  });
  assert.throws(() => parseJson(Buffer.from('[1, x]'), { limit: 9, where: 'plan.json' }), {
    message: /plan\.json.*character 5/,
  });
});

test('keeps exact integers as bigint where asked, and those a double prints as they stand', () => {
  assert.equal(read('9007199254740991'), 9007199254740991);
  assert.equal(read('1000000000000000000'), 1e18);
  const exact = (text: string) => parseExactJson(Buffer.from(text), { limit: 1e6 });
  assert.deepEqual(exact('[18446744073709551615, -9007199254740992, 7, 1.5, 1e20]'), [
    18446744073709551615n,
    -9007199254740992n,
    7,
    1.5,
    1e20,
  ]);
  assert.throws(() => exact('9'.repeat(400)), { code: 'MALFORMED' }, 'as far as a double reaches');
});
