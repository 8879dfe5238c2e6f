import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  bytesFromHex,
  compareBytes,
  compareText,
  concatBytes,
  equalBytes,
  hexOf,
  utf8Bytes,
  utf8Text,
} from './bytes.ts';

test('hex goes there and back, and only lower-case pairs are read', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.equal(hexOf(bytes), Buffer.from(bytes).toString('hex'));
      assert.deepEqual(bytesFromHex(hexOf(bytes)), bytes);
    }),
  );
  for (const text of ['0', 'AB', 'zz', ' 00', '0x00', '00\n'])
    assert.throws(() => bytesFromHex(text), { code: 'MALFORMED' }, text);
  assert.throws(() => bytesFromHex('0000', 1), { code: 'MALFORMED' });
});

test('bytes and texts are ordered as Buffer.compare orders their UTF-8', () => {
  const sign = Math.sign;
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (p, q) => {
      assert.equal(sign(compareBytes(p, q)), Buffer.compare(p, q));
      assert.equal(equalBytes(p, q), Buffer.compare(p, q) === 0);
      assert.deepEqual(concatBytes(p, q), new Uint8Array(Buffer.concat([p, q])));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (p, q) => {
      assert.equal(sign(compareText(p, q)), Buffer.compare(Buffer.from(p), Buffer.from(q)));
    }),
  );
  assert.ok(compareText('\u{1F600}', '\uFFFD') > 0, 'UTF-16 order would say otherwise');
});

test('UTF-8 is strict both ways', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(utf8Text(utf8Bytes(text)), text);
    }),
  );
  assert.equal(utf8Text(Uint8Array.of(0xef, 0xbb, 0xbf)), '\uFEFF', 'a byte order mark is not dropped');
  for (const text of ['\uD800', 'a\uDC00b', '\uDC00\uD800'])
    assert.throws(() => utf8Bytes(text), { code: 'MALFORMED' });
  // Overlong slash, surrogate, above U+10FFFF, cut sequence, lone continuation.
  for (const bytes of [[0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80]])
    assert.throws(() => utf8Text(Uint8Array.from(bytes)), { code: 'MALFORMED' });
});
