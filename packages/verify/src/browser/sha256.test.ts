import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hexOf, utf8Bytes } from '../bytes.ts';
import { runningSha256, sha256 } from './sha256.ts';

describe('sha256', () => {
  it('gives the digests of the standard’s examples', () => {
    const examples = [
      ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
      [
        'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
        '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
      ],
      ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
    ] as const;
    for (const [text, digest] of examples) assert.equal(hexOf(sha256(utf8Bytes(text))), digest);
  });

  it('is what another implementation gives, at every length around a block', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = new Uint8Array(length).map((_, i) => i * 7 + length);
      assert.equal(hexOf(sha256(bytes)), createHash('sha256').update(bytes).digest('hex'), `${length} bytes`);
    }
  });

  it('does not depend on how the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 }), (pieces) => {
        const digest = runningSha256();
        const whole = createHash('sha256');
        for (const piece of pieces) {
          digest.update(piece);
          whole.update(piece);
        }
        assert.equal(hexOf(digest.digest()), whole.digest('hex'));
      }),
    );
  });
});
