import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { base64Of, base64UrlOf, bytesFromAnyBase64, bytesFromBase64, bytesFromBase64Url } from './base64.ts';

test('both alphabets agree with Buffer, there and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const [standard, url] = [base64Of(bytes), base64UrlOf(bytes)];
      assert.equal(standard, Buffer.from(bytes).toString('base64'));
      assert.equal(url, Buffer.from(bytes).toString('base64url'));
      assert.deepEqual(bytesFromBase64(standard), bytes);
      assert.deepEqual(bytesFromBase64Url(url), bytes);
      for (const text of [standard, url]) assert.deepEqual(bytesFromAnyBase64(text), bytes);
    }),
  );
});

test('a byte string has one accepted text', () => {
  // Any text that is read is what the bytes are written as.
  const digits = fc.string({ unit: fc.constantFrom('A', 'Q', 'g', 'w', '+', '/', '-', '_', '=', ' ', '\n') });
  fc.assert(
    fc.property(digits, (text) => {
      for (const [read, write] of [
        [bytesFromBase64, base64Of],
        [bytesFromBase64Url, base64UrlOf],
      ] as const) {
        let bytes: Uint8Array;
        try {
          bytes = read(text);
        } catch {
          continue;
        }
        assert.equal(write(bytes), text);
      }
    }),
    { numRuns: 2000 },
  );
});

test('padding, unused bits, white space and foreign digits are refused', () => {
  for (const text of [
    'QQ',
    'QQ=',
    'QR==',
    'QUI',
    'QUJ=',
    'Q',
    'Q===',
    '====',
    '=',
    'QQ==\n',
    ' QQ==',
    'QQ-_',
    'QQ=A',
    'é===',
  ])
    assert.throws(() => bytesFromBase64(text), { code: 'MALFORMED' }, text);
  for (const text of ['QQ==', 'QR', 'QQ+/', 'QUI='])
    assert.throws(() => bytesFromBase64Url(text), { code: 'MALFORMED' }, text);
  for (const text of ['-+AA', '_/AA', 'QR', 'QQ='])
    assert.throws(() => bytesFromAnyBase64(text), { code: 'MALFORMED' }, text);
  assert.deepEqual(bytesFromAnyBase64('_w=='), Uint8Array.of(255), 'URL-safe with padding, as DSSE allows');
  assert.deepEqual(bytesFromAnyBase64('_w'), Uint8Array.of(255));
});
