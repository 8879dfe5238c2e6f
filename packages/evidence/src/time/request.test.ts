import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/verify';
import fc from 'fast-check';
import { parseTimestampRequest, timestampRequest } from './request.ts';

const imprint = { hash: 'sha256', digest: new Uint8Array(32).fill(0xab) } as const;

describe('timestampRequest', () => {
  it('has the bytes that RFC 3161 asks for', () => {
    assert.equal(
      Buffer.from(timestampRequest(imprint, { nonce: 'd63a', policy: '1.3.6.1.4.1.32473.1' })).toString(
        'hex',
      ),
      [
        '3049020101', // TimeStampReq, version 1
        `3031300d060960864801650304020105000420${'ab'.repeat(32)}`, // imprint
        '06092b0601040181fd5901', // policy
        '020300d63a', // nonce
        '0101ff', // certificates, please
      ].join(''),
    );
  });

  it('comes back as it was written', () => {
    const hex = fc.stringMatching(/^[1-9a-f][0-9a-f]{0,31}$/);
    fc.assert(
      fc.property(
        hex,
        fc.constantFrom(...(['sha256', 'sha384', 'sha512'] as const)),
        fc.option(fc.constantFrom('1.2.3', '2.999.5', '0.0.4294967296'), { nil: undefined }),
        (nonce, hash, policy) => {
          const digest = new Uint8Array({ sha256: 32, sha384: 48, sha512: 64 }[hash]).fill(7);
          const options = policy === undefined ? { nonce } : { nonce, policy };
          assert.deepEqual(parseTimestampRequest(timestampRequest({ hash, digest }, options)), {
            imprint: { hash, digest },
            certificatesWanted: true,
            ...options,
          });
        },
      ),
    );
  });

  it('refuses a nonce or policy that is none', () => {
    const refused = (options: { nonce: string; policy?: string }): void =>
      assert.throws(() => timestampRequest(imprint, options), FiliationError);
    refused({ nonce: '' });
    refused({ nonce: 'xyz' });
    refused({ nonce: '0'.repeat(33) });
    refused({ nonce: '1', policy: 'any' });
    refused({ nonce: '1', policy: '1' });
    refused({ nonce: '1', policy: '1.02' });
  });

  it('reads nothing but a whole request', () => {
    const bytes = timestampRequest(imprint, { nonce: '1' });
    for (let length = 0; length < bytes.length; length++)
      assert.throws(() => parseTimestampRequest(bytes.subarray(0, length)), FiliationError);
    assert.throws(() => parseTimestampRequest(Uint8Array.of(...bytes, 0)), FiliationError);
  });
});
