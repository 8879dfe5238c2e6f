import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import type { JsonValue } from '../json.ts';
import { sharedEvidence } from '../test-support/shared-data.ts';
import { canonicalBytes, canonicalJson, isCanonical } from './canonical.ts';
import { parseJson } from './parse.ts';

const read = (text: string) => parseJson(Buffer.from(text), { limit: 1e6 });

test('orders keys by UTF-16 units and escapes as RFC 8785 section 3.2.3 shows', () => {
  const sorted = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
  assert.deepEqual(
    Object.values(JSON.parse(canonicalJson(sorted).replace('"1"', '"one"'))),
    [2, 4, 6, 7, 1, 5, 3],
  );
  assert.equal(
    canonicalJson('\u20ac$\u000f\nA\'B"\\"/\u007f\b\t\f\r'),
    '"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/\u007f\\b\\t\\f\\r"',
  );
  assert.equal(
    canonicalJson({ b: [56, { d: true, '10': null, '9': 'x' }], a: {} }),
    '{"a":{},"b":[56,{"10":null,"9":"x","d":true}]}',
  );
});

test('prints numbers as the samples of RFC 8785 appendix B', () => {
  const samples: Readonly<Record<string, string>> = {
    '0000000000000000': '0',
    '8000000000000000': '0',
    '0000000000000001': '5e-324',
    '8000000000000001': '-5e-324',
    '7fefffffffffffff': '1.7976931348623157e+308',
    ffefffffffffffff: '-1.7976931348623157e+308',
    '4340000000000000': '9007199254740992',
    c340000000000000: '-9007199254740992',
    '4430000000000000': '295147905179352830000',
    '44b52d02c7e14af5': '9.999999999999997e+22',
    '44b52d02c7e14af6': '1e+23',
    '44b52d02c7e14af7': '1.0000000000000001e+23',
    '444b1ae4d6e2ef4e': '999999999999999700000',
    '444b1ae4d6e2ef4f': '999999999999999900000',
    '444b1ae4d6e2ef50': '1e+21',
    '3eb0c6f7a0b5ed8c': '9.999999999999997e-7',
    '3eb0c6f7a0b5ed8d': '0.000001',
    '41b3de4355555553': '333333333.3333332',
    '41b3de4355555554': '333333333.33333325',
    '41b3de4355555555': '333333333.3333333',
    '41b3de4355555556': '333333333.3333334',
    '41b3de4355555557': '333333333.33333343',
    becbf647612f3696: '-0.0000033333333333333333',
    '43143ff3c1cb0959': '1424953923781206.2',
  };
  for (const [bits, text] of Object.entries(samples)) {
    const value = Buffer.from(bits, 'hex').readDoubleBE();
    assert.equal(canonicalJson(value), text);
    assert.equal(read(text), value === 0 ? 0 : value, `${text} is read back`);
  }
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    assert.throws(() => canonicalJson(value), { code: 'MALFORMED' });
});

test('what it writes is read back to the same bytes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 }), (value) => {
      if (JSON.stringify(value).includes('"__proto__"')) return;
      const bytes = canonicalBytes(value as JsonValue);
      assert.deepEqual(canonicalBytes(parseJson(bytes, { limit: bytes.length })), bytes);
      assert.ok(isCanonical(bytes));
    }),
  );
});

test('isCanonical accepts exactly one writing of a value', () => {
  for (const text of ['{"a":1,"b":[]}', '"\u00e9"', '-1.5', 'null'])
    assert.ok(isCanonical(Buffer.from(text)), text);
  for (const text of [
    '{"b":1,"a":1}',
    '{ }',
    '[1, 2]',
    '1.0',
    '-0',
    '1E3',
    '"\\u00e9"',
    '"\\/"',
    '1\n',
    '',
    '{"a":1,"a":1}',
  ])
    assert.ok(!isCanonical(Buffer.from(text)), JSON.stringify(text));
});

test('refuses what JSON cannot say', () => {
  const refused: unknown[] = [
    '\ud800',
    { '\udc00': 1 },
    undefined,
    { a: undefined },
    [undefined],
    Array(1),
    1n,
    () => 1,
  ];
  for (const value of refused) assert.throws(() => canonicalJson(value as JsonValue), { code: 'MALFORMED' });
  let deep: JsonValue = [];
  for (let i = 0; i < 64; i++) deep = [deep];
  assert.throws(() => canonicalJson(deep), { code: 'LIMIT_EXCEEDED' });
});

const vectors = sharedEvidence('jcs');
test('writes the published pairs', { skip: vectors === undefined && 'no jcs vectors here' }, () => {
  const names = readdirSync(`${vectors}/input`);
  assert.ok(names.length >= 6);
  for (const name of names) {
    const [input, output] = [
      readFileSync(`${vectors}/input/${name}`),
      readFileSync(`${vectors}/output/${name}`),
    ];
    const written = canonicalBytes(parseJson(input, { limit: 1e6, where: name }));
    assert.equal(Buffer.from(written).toString(), output.toString().trimEnd(), name);
  }
});
