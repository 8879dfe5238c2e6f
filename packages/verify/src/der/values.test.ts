import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '../error.ts';
import { DER, type DerValue } from './reader.ts';
import { readText, shown } from './text.ts';
import {
  readBoolean,
  readGeneralizedTime,
  readHexInteger,
  readInteger,
  readNamedBits,
  readOid,
  readUtcTime,
} from './values.ts';

function value(content: string | readonly number[], identifier: number = DER.octetString): DerValue {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content);
  return { identifier, content: bytes, whole: bytes, offset: 0, depth: 0, subject: 'test' };
}

const malformed = (work: () => unknown): void =>
  assert.throws(work, (error) => error instanceof FiliationError && error.code === 'MALFORMED');

describe('values in DER', () => {
  it('reads integers of either sign and refuses padded ones', () => {
    assert.equal(readInteger(value([0x00])), 0n);
    assert.equal(readInteger(value([0x7f])), 127n);
    assert.equal(readInteger(value([0x00, 0x80])), 128n);
    assert.equal(readInteger(value([0xff])), -1n);
    assert.equal(readHexInteger(value([0x00, 0xd6, 0x3a])), 'd63a');
    assert.equal(readHexInteger(value([0xff])), '-1');
    for (const bytes of [[], [0x00, 0x7f], [0xff, 0x80], new Array(65).fill(1)])
      malformed(() => readInteger(value(bytes)));
  });

  it('reads object identifiers and refuses padded or unfinished ones', () => {
    assert.equal(readOid(value([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d])), '1.2.840.113549');
    assert.equal(readOid(value([0x27])), '0.39');
    assert.equal(readOid(value([0x88, 0x37, 0x03])), '2.999.3');
    for (const bytes of [[], [0x2a, 0x80, 0x01], [0x2a, 0x86], new Array(65).fill(1)])
      malformed(() => readOid(value(bytes)));
  });

  it('reads booleans in their one form', () => {
    assert.deepEqual([readBoolean(value([0xff])), readBoolean(value([0]))], [true, false]);
    for (const bytes of [[], [1], [0, 0]]) malformed(() => readBoolean(value(bytes)));
  });

  it('reads named bits and refuses bits beyond the end', () => {
    assert.deepEqual([...readNamedBits(value([1, 0x86]))], [0, 5, 6]);
    assert.deepEqual([...readNamedBits(value([7, 0x80, 0x80]))], [0, 8]);
    for (const bytes of [[], [8, 0], [1], [1, 0x01]]) malformed(() => readNamedBits(value(bytes)));
  });

  it('keeps every digit of a time', () => {
    assert.deepEqual(readGeneralizedTime(value('20240229123059.123456Z')), {
      milliseconds: Date.UTC(2024, 1, 29, 12, 30, 59, 123),
      text: '2024-02-29T12:30:59.123456Z',
    });
    assert.equal(readGeneralizedTime(value('20240229123059.58Z')).milliseconds % 1000, 580);
    assert.equal(readUtcTime(value('491231235959Z')).text, '2049-12-31T23:59:59Z');
    assert.equal(readUtcTime(value('500101000000Z')).text, '1950-01-01T00:00:00Z');
  });

  const badTimes = [
    '20230229000000Z',
    '20231301000000Z',
    '20230101240000Z',
    '20230101000060Z',
    '202301010000Z',
    '20230101000000',
    '20230101000000+0100',
    '20230101000000.Z',
    '20230101000000.10Z',
    '20230101000000.0000000001Z',
    ' 20230101000000Z',
  ];
  for (const text of badTimes)
    it(`refuses the time ${text}`, () => malformed(() => readGeneralizedTime(value(text))));

  it('reads text in its several encodings and escapes what would mislead a reader', () => {
    assert.equal(readText(value('é', DER.utf8String)), 'é');
    assert.equal(readText(value([0x00, 0x41, 0x20, 0xac], DER.bmpString)), 'A€');
    assert.equal(readText(value([0xe9], DER.teletexString)), 'é');
    assert.equal(readText(value([1], DER.integer)), undefined);
    malformed(() => readText(value([0xff], DER.utf8String)));
    malformed(() => readText(value([0x80], DER.printableString)));
    assert.equal(shown('a\nb\u202ec'), 'a\\u{000a}b\\u{202e}c');
    assert.ok(shown('x'.repeat(10_000)).length < 300);
  });
});
