import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError, readPemCertificates, type VerifiedTime, verifyTimestamp } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { type AuthoritySetup, type LocalAuthority, makeAuthority } from './test-support/authority.ts';
import { CODE_SIGNING, issueCertificate, TIME_STAMPING } from './test-support/certificates.ts';
import { type KeyKind, testKey } from './test-support/keys.ts';
import { digestOf, type TokenOptions } from './test-support/tokens.ts';

const message = new TextEncoder().encode('filiation.example/case\n3\nroot\n');
const imprint = { hash: 'sha256', digest: digestOf('sha256', message) } as const;
const shared = makeAuthority();

interface Trial {
  readonly authority?: LocalAuthority;
  readonly token?: Partial<TokenOptions>;
  readonly nonce?: string;
  readonly roots?: string;
}

/** Stamps the message as `trial` says and verifies the reply. */
function stampAndVerify(trial: Trial = {}): Promise<VerifiedTime> {
  const { authority = shared, token = {}, nonce, roots = authority.rootPem } = trial;
  return verifyTimestamp(nodePlatform, {
    bytes: authority.stamp(imprint, token),
    stamped: { message },
    roots: readPemCertificates(roots),
    ...(nonce === undefined ? {} : { nonce }),
  });
}

function rejects(trial: Trial, text: RegExp, code = 'UNVERIFIED'): Promise<void> {
  return assert.rejects(stampAndVerify(trial), (error) => {
    assert.ok(error instanceof FiliationError, String(error));
    assert.match(error.message, text);
    assert.equal(error.code, code);
    return true;
  });
}

const signedBy = (signer: AuthoritySetup['signer']): Trial => ({
  authority: makeAuthority({ signer: signer ?? {} }),
});

describe('tokens that are accepted', () => {
  const kinds: readonly KeyKind[] = ['rsa', 'rsa-pss', 'rsa-pss-only', 'p256', 'p384', 'p521', 'ed25519'];
  for (const keys of kinds)
    it(`from an authority with ${keys} keys`, async () => {
      const authority = makeAuthority({ keys });
      const at = new Date('2031-02-03T04:05:06Z');
      const { time, chain } = await stampAndVerify({ authority, token: { at } });
      assert.equal(time, '2031-02-03T04:05:06Z');
      assert.equal(chain.length, 3);
    });

  for (const hash of ['sha256', 'sha384', 'sha512'] as const)
    it(`over and with ${hash}`, async () => {
      for (const keys of ['rsa', 'p384'] as const) {
        const authority = makeAuthority({
          keys,
          root: { hash },
          intermediate: { hash },
          signer: { hash },
        });
        const bytes = authority.stamp(
          { hash, digest: digestOf(hash, message) },
          { hash, namedAlgorithm: true, at: new Date('2030-01-01T00:00:00Z') },
        );
        const roots = readPemCertificates(authority.rootPem);
        const time = await verifyTimestamp(nodePlatform, { bytes, stamped: { message }, roots });
        assert.equal(time.hash, hash);
      }
    });

  it('with fractions of a second, an accuracy and a policy, as the authority states them', async () => {
    const time = await stampAndVerify({
      token: {
        at: new Date('2030-01-01T00:00:00Z'),
        fraction: '987654',
        accuracy: [2, 500, 20],
        policy: '2.999.7',
      },
    });
    assert.equal(time.time, '2030-01-01T00:00:00.987654Z');
    assert.equal(time.milliseconds, Date.parse('2030-01-01T00:00:00.987Z'));
    assert.equal(time.accuracySeconds, 2.50002);
    assert.equal(time.policy, '2.999.7');
  });

  it('that name their certificate by SHA-1, by SHA-256, or both', async () => {
    for (const identities of [['v1'], ['v2'], ['v1', 'v2']] as const)
      await assert.doesNotReject(stampAndVerify({ token: { identities } }));
  });

  it('without certificates, where these are at hand', async () => {
    const bytes = shared.stamp(imprint, { includeSigner: false, chain: [] });
    const given = { bytes, stamped: { message }, roots: readPemCertificates(shared.rootPem) };
    const extra = readPemCertificates(shared.signer.pem + shared.intermediate.pem);
    await assert.doesNotReject(verifyTimestamp(nodePlatform, { ...given, extraCertificates: extra }));
    await assert.rejects(verifyTimestamp(nodePlatform, given), /neither in the token nor at hand/);
  });

  it('granted with modifications', () => assert.doesNotReject(stampAndVerify({ token: { status: 1 } })));

  it('whose authority names itself as its certificate does', () =>
    assert.doesNotReject(stampAndVerify({ token: { authorityName: 'TEST  time authority' } })));

  it('on the first and in the last second of the certificate', async () => {
    const [notBefore, notAfter] = [new Date('2030-01-01T00:00:00Z'), new Date('2030-12-31T23:59:59Z')];
    const trial = signedBy({ notBefore, notAfter });
    for (const at of [notBefore, notAfter])
      await assert.doesNotReject(stampAndVerify({ ...trial, token: { at } }));
  });
});

describe('tokens that are refused', () => {
  const other = { hash: 'sha256', digest: digestOf('sha256', Uint8Array.of(1)) } as const;

  it('over other bytes', () => rejects({ token: { imprint: other } }, /stamps other bytes: digest 4bf5122f/));

  it('with another nonce, or none, where one was asked for', async () => {
    await rejects({ token: { nonce: 'abc1' }, nonce: 'abc2' }, /another nonce/);
    await rejects({ nonce: 'abc2' }, /lacks the nonce/);
    await assert.doesNotReject(stampAndVerify({ token: { nonce: 'abc1' }, nonce: '00ABC1' }));
  });

  it('whose certificate ended before, or began after, the time', async () => {
    const before = signedBy({ notAfter: new Date('2020-01-01T00:00:00Z') });
    await rejects(before, /test time authority: valid only until 2020-01-01T00:00:00Z/);
    const after = signedBy({ notBefore: new Date('2090-01-01T00:00:00Z') });
    await rejects(after, /test time authority: valid only from 2090-01-01T00:00:00Z/);
  });

  it('whose intermediate or root was not valid at the time', async () => {
    const notAfter = new Date('2020-01-01T00:00:00Z');
    await rejects(
      { authority: makeAuthority({ intermediate: { notAfter } }) },
      /test intermediate: valid only until/,
    );
    await rejects({ authority: makeAuthority({ root: { notAfter } }) }, /test root: valid only until/);
  });

  it('whose certificate is not made for time-stamping, alone and critically', async () => {
    const bare = issueCertificate({ name: 'bare', key: testKey('p256'), issuer: shared.intermediate });
    await rejects({ token: { signer: bare } }, /no extended key usage/);
    await rejects(signedBy({ purposes: [CODE_SIGNING] }), /not made for time-stamping/);
    await rejects(signedBy({ purposesCritical: false }), /not critical/);
    await rejects(signedBy({ purposes: [TIME_STAMPING, CODE_SIGNING] }), /other purposes beside/);
    await rejects(signedBy({ keyUsage: [5, 0x20] }), /does not allow signing/);
  });

  it('whose intermediate is no authority, may not issue, or issues for other purposes', async () => {
    const by = (intermediate: AuthoritySetup['intermediate']): Trial => ({
      authority: makeAuthority({ intermediate: intermediate ?? {} }),
    });
    await rejects(by({ authority: false, keyUsage: [7, 0x80] }), /not an authority/);
    await rejects(by({ keyUsage: [7, 0x80] }), /does not allow issuing/);
    await rejects(by({ purposes: [CODE_SIGNING] }), /its certificates are not made for time-stamping/);
    await assert.doesNotReject(stampAndVerify(by({ purposes: [TIME_STAMPING] })));
  });

  it('that lead to another root, even one of the same name', async () => {
    await rejects({ roots: makeAuthority({ name: 'other' }).rootPem }, /it is no trusted root/);
    const twin = makeAuthority({ root: { bare: true }, intermediate: { bare: true } });
    const same = makeAuthority({ root: { bare: true }, intermediate: { bare: true } });
    await rejects(
      { authority: twin, roots: same.rootPem },
      /not signed by the key of certificate of CN=test root/,
    );
  });

  it('whose chain is longer than its root allows', async () => {
    const authority = makeAuthority({ root: { pathLength: 0 } });
    await rejects({ authority }, /allows 0 issuers below it, not 1/);
  });

  it('with a certificate that is restricted in a way not understood here', async () => {
    const strange = ['1.3.6.1.4.1.32473.5', true, Uint8Array.of(5, 0)] as const;
    await rejects(signedBy({ extra: [strange] }), /extension 1\.3\.6\.1\.4\.1\.32473\.5 restricts it/);
    const names = ['2.5.29.30', false, Uint8Array.of(0x30, 0)] as const;
    await rejects(
      { authority: makeAuthority({ intermediate: { extra: [names] } }) },
      /extension 2\.5\.29\.30/,
    );
  });

  it('with weak keys', async () => {
    await rejects(
      { authority: makeAuthority({ keys: 'rsa-small' }) },
      /RSA key of only 1024 bits/,
      'UNSUPPORTED',
    );
  });

  it('whose signed attributes hold another digest, another type, or no identity', async () => {
    await rejects({ token: { messageDigest: new Uint8Array(32) } }, /the content was changed/);
    await rejects({ token: { attributeContentType: '1.2.840.113549.1.7.1' } }, /another type of content/);
    await rejects({ token: { identities: [] } }, /does not cover the identity/);
  });

  it('whose signed attributes name another certificate of the same key', async () => {
    // Same name, serial number and key: only the digest in the attributes tells them apart.
    const { key, serial } = shared.signer;
    const twin = issueCertificate({
      name: 'test time authority',
      key,
      serial,
      issuer: shared.intermediate,
      purposes: [TIME_STAMPING],
      notAfter: new Date('2098-01-01T00:00:00Z'),
    });
    for (const identities of [['v1'], ['v2'], ['v1', 'v2']] as const)
      await rejects(
        { token: { signer: twin, identified: shared.signer, identities } },
        /names another signing certificate/,
      );
  });

  it('that sign something else than a time', () =>
    rejects({ token: { contentType: '1.2.840.113549.1.7.1' } }, /not a time/, 'UNSUPPORTED'));

  it('whose authority gives itself another name than its certificate', () =>
    rejects({ token: { authorityName: 'somebody else' } }, /names another authority/));

  it('with an extension that must be understood and is not', () =>
    rejects(
      { token: { criticalExtension: true } },
      /critical extension 1\.3\.6\.1\.4\.1\.32473\.9/,
      'MALFORMED',
    ));

  it('that the authority did not grant, with what it said', () =>
    rejects(
      { token: { status: 2, statusText: 'come\u0007 back' } },
      /gave no time \(rejection; come\\u\{0007\} back\)/,
    ));
});

describe('a token with one byte changed', () => {
  for (const keys of ['rsa', 'ed25519'] as const)
    it(`never verifies with other content (${keys})`, async () => {
      const authority = makeAuthority({ keys });
      const reply = authority.stamp(imprint, { nonce: 'abc1' });
      const roots = readPemCertificates(authority.rootPem);
      const accepted: number[] = [];
      for (let at = 0; at < reply.length; at++) {
        const bytes = reply.slice();
        bytes[at]! ^= 1 << (at % 8);
        try {
          await verifyTimestamp(nodePlatform, { bytes, stamped: { message }, roots, nonce: 'abc1' });
          accepted.push(at);
        } catch (error) {
          assert.ok(error instanceof FiliationError && error.code !== 'INTERNAL', `byte ${at}: ${error}`);
        }
      }
      // The word `granted` alone is not signed: changed by one it says `granted with modifications`.
      assert.deepEqual(accepted, [8]);
    });
});
