import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { FiliationError } from '../error.ts';
import { nodePlatform } from '../node/platform.ts';
import { GOLDEN_MESSAGE, GOLDEN_NONCE, goldenReply, goldenRoot } from '../test-support/golden-token.ts';
import { readCertificate } from '../x509/certificate.ts';
import { parseTimestampReply } from './reply.ts';
import { sha1 } from './sha1.ts';
import { type TimestampRequirements, type VerifiedTime, verifyTimestamp } from './verify.ts';

const message = new TextEncoder().encode(GOLDEN_MESSAGE);
const roots = [readCertificate(goldenRoot())];

function verify(changed: Partial<TimestampRequirements> = {}): Promise<VerifiedTime> {
  return verifyTimestamp(nodePlatform, {
    bytes: goldenReply(),
    stamped: { message },
    roots,
    nonce: GOLDEN_NONCE,
    name: 'golden.tsr',
    ...changed,
  });
}

function rejects(work: Promise<unknown>, code: string, text: RegExp): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof FiliationError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, text);
    return true;
  });
}

describe('verifyTimestamp on a reply of another implementation', () => {
  it('tells the time, who gave it, and until when the chain can be checked', async () => {
    const { chain, ...time } = await verify();
    assert.deepEqual(time, {
      time: '2026-11-23T17:55:27Z',
      milliseconds: Date.parse('2026-11-23T17:55:27Z'),
      accuracySeconds: 1.5,
      policy: '1.3.6.1.4.1.32473.1',
      serial: '3',
      authority: 'Test time authority',
      root: 'Test root',
      hash: 'sha256',
      imprint: createHash('sha256').update(message).digest('hex'),
      certificateEnds: '2126-10-30T17:54:12Z',
      chainEnds: '2126-10-30T17:54:12Z',
      revocation: { checked: false },
    });
    assert.deepEqual(
      chain.map(({ subject }) => subject.shortText),
      ['Test time authority', 'Test intermediate', 'Test root'],
    );
  });

  it('takes the bare token and the digest alone as well', async () => {
    const { token } = parseTimestampReply(goldenReply());
    const digest = await nodePlatform.digest('sha256', message);
    const time = await verify({ bytes: token, stamped: { imprint: { hash: 'sha256', digest } } });
    assert.deepEqual(time, await verify());
  });

  it('refuses other bytes', () =>
    rejects(
      verify({ stamped: { message: Uint8Array.of(1) } }),
      'UNVERIFIED',
      /golden\.tsr: stamps other bytes/,
    ));

  it('refuses a digest of another kind', async () => {
    const digest = await nodePlatform.digest('sha512', message);
    await rejects(
      verify({ stamped: { imprint: { hash: 'sha512', digest } } }),
      'UNVERIFIED',
      /sha512 is expected/,
    );
  });

  it('refuses another nonce', () => rejects(verify({ nonce: '1' }), 'UNVERIFIED', /another nonce/));

  it('refuses a chain that ends in no configured root', async () => {
    await rejects(verify({ roots: [] }), 'UNVERIFIED', /no trusted root/);
    const [signer] = (await verify()).chain;
    await assert.doesNotReject(verify({ roots: [signer!] }), 'a pinned signer is its own chain');
  });

  it('refuses a time that lies in the future', () =>
    rejects(verify({ now: new Date('2020-01-01T00:00:00Z') }), 'UNVERIFIED', /in the future/));

  it('refuses the reply cut short anywhere', async () => {
    const reply = goldenReply();
    for (let length = 0; length < reply.length; length++)
      await rejects(verify({ bytes: reply.subarray(0, length) }), 'TRUNCATED', /golden\.tsr/);
  });

  it('refuses bytes after the end', () =>
    rejects(verify({ bytes: Uint8Array.of(...goldenReply(), 0) }), 'MALFORMED', /follow the end/));

  it('refuses the reply with any byte changed, but for the status word', async () => {
    const reply = goldenReply();
    const accepted: number[] = [];
    for (let at = 0; at < reply.length; at++)
      for (const mask of [0x01, 0x80, 0xff]) {
        const bytes = reply.slice();
        bytes[at]! ^= mask;
        try {
          await verify({ bytes });
          accepted.push(at);
        } catch (error) {
          assert.ok(error instanceof FiliationError, `byte ${at}: ${error}`);
          assert.notEqual(error.code, 'INTERNAL');
        }
      }
    // Byte 8 says `granted`; changed by one it says `granted with modifications`.
    assert.deepEqual(accepted, [8]);
  });
});

describe('sha1', () => {
  it('agrees with another implementation at every length around the block size', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length) & 255);
      assert.equal(Buffer.from(sha1(bytes)).toString('hex'), createHash('sha1').update(bytes).digest('hex'));
    }
  });
});
