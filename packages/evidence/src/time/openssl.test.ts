import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readPemCertificates, verifyTimestamp } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { writeTimestampRequest } from './exchange.ts';
import { type AuthoritySetup, makeAuthority } from './test-support/authority.ts';
import { CODE_SIGNING, TIME_STAMPING } from './test-support/certificates.ts';
import type { KeyKind } from './test-support/keys.ts';
import { openssl, withoutOpenssl } from './test-support/openssl.ts';
import { digestOf, type TokenOptions } from './test-support/tokens.ts';

const message = new TextEncoder().encode('what is stamped');
const imprint = { hash: 'sha256', digest: digestOf('sha256', message) } as const;

let folder: string;
const at = (name: string): string => join(folder, name);
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filiation-openssl-'));
  await writeFile(at('message'), message);
});
after(() => rm(folder, { recursive: true }));

/** Both verdicts on one reply. */
async function verdicts(
  setup: AuthoritySetup,
  token: Partial<TokenOptions> = {},
): Promise<{ ours: boolean; theirs: boolean; said: string }> {
  const authority = makeAuthority(setup);
  const reply = authority.stamp(imprint, token);
  await writeFile(at('reply.tsr'), reply);
  await writeFile(at('root.pem'), authority.rootPem);
  const words = ['ts', '-verify', '-in', at('reply.tsr'), '-data', at('message'), '-CAfile', at('root.pem')];
  // At the token's own time, as ours: theirs would otherwise use the machine's clock.
  const moment = Math.floor((token.at ?? new Date()).getTime() / 1000);
  const theirs = openssl(...words, '-attime', String(moment));
  let said = '';
  const ours = await verifyTimestamp(nodePlatform, {
    bytes: reply,
    stamped: { message },
    roots: readPemCertificates(authority.rootPem),
  }).then(
    () => true,
    (error: Error) => {
      said = error.message;
      return false;
    },
  );
  return { ours, theirs: theirs.ok, said: `${said} | ${theirs.output}` };
}

describe('our verdicts and those of openssl ts', { skip: withoutOpenssl }, () => {
  const kinds: readonly KeyKind[] = ['rsa', 'p256', 'p384', 'p521'];
  for (const keys of kinds)
    for (const hash of ['sha256', 'sha384', 'sha512'] as const)
      it(`agree that a token of ${keys} with ${hash} verifies`, async () => {
        const result = await verdicts({ keys, signer: { hash } }, { hash, identities: ['v1', 'v2'] });
        assert.deepEqual([result.ours, result.theirs], [true, true], result.said);
      });

  const past = new Date('2020-01-01T00:00:00Z');
  const bad: readonly [string, AuthoritySetup, Partial<TokenOptions>][] = [
    ['other bytes', {}, { imprint: { hash: 'sha256', digest: new Uint8Array(32) } }],
    ['an expired certificate', { signer: { notAfter: past } }, {}],
    ['an expired intermediate', { intermediate: { notAfter: past } }, {}],
    ['no purpose', { signer: { purposes: [CODE_SIGNING] } }, {}],
    ['a purpose that is not critical', { signer: { purposesCritical: false } }, {}],
    ['a second purpose', { signer: { purposes: [TIME_STAMPING, CODE_SIGNING] } }, {}],
    ['a key usage without signing', { signer: { keyUsage: [5, 0x20] } }, {}],
    ['an intermediate that may not issue', { intermediate: { keyUsage: [7, 0x80] } }, {}],
    ['an intermediate that is no authority', { intermediate: { authority: false } }, {}],
    ['a chain longer than allowed', { root: { pathLength: 0 } }, {}],
    ['an unknown critical extension', { signer: { extra: [['1.2.3.4', true, Uint8Array.of(5, 0)]] } }, {}],
    ['another digest in the attributes', {}, { messageDigest: new Uint8Array(32) }],
    ['no signing certificate attribute', {}, { identities: [] }],
    ['another name of the authority', {}, { authorityName: 'somebody else' }],
    ['content that is no time', {}, { contentType: '1.2.840.113549.1.7.1' }],
    ['a refusal', {}, { status: 2 }],
    ['an incomplete chain', {}, { chain: [] }],
  ];
  for (const [name, setup, token] of bad)
    it(`agree in refusing ${name}`, async () => {
      const result = await verdicts(setup, token);
      assert.deepEqual([result.ours, result.theirs], [false, false], result.said);
    });
});

describe('requests and replies exchanged with openssl ts', { skip: withoutOpenssl }, () => {
  for (const [keys, hash] of [
    ['rsa', 'sha512'],
    ['p256', 'sha256'],
    ['p384', 'sha384'],
  ] as const)
    it(`verify in full: ${keys}, ${hash}`, async () => {
      const authority = makeAuthority({ keys });
      const digest = digestOf(hash, message);
      await writeTimestampRequest(at('request.tsq'), { hash, digest }, { nonce: '8000000000000001' });
      await writeFile(at('signer.pem'), authority.signer.pem);
      await writeFile(at('chain.pem'), authority.intermediate.pem);
      const key = authority.signer.key.privateKey.export({ type: 'pkcs8', format: 'pem' });
      await writeFile(at('signer.key'), key);
      await writeFile(at('serial'), '01\n');
      await writeFile(
        at('authority.cnf'),
        `[tsa]\ndefault_tsa = own\n[own]\nserial = ${at('serial')}\nsigner_digest = ${hash}\n` +
          'default_policy = 1.3.6.1.4.1.32473.1\ndigests = sha256, sha384, sha512\n' +
          'accuracy = secs:1, millisecs:500, microsecs:100\nordering = yes\ntsa_name = yes\n' +
          'ess_cert_id_chain = yes\ness_cert_id_alg = sha256\n',
      );
      const made = openssl(
        ...['ts', '-reply', '-queryfile', at('request.tsq'), '-config', at('authority.cnf')],
        ...['-signer', at('signer.pem'), '-inkey', at('signer.key'), '-chain', at('chain.pem')],
        ...['-out', at('made.tsr')],
      );
      assert.ok(made.ok, made.output);
      const time = await verifyTimestamp(nodePlatform, {
        bytes: await readFile(at('made.tsr')),
        stamped: { message },
        roots: readPemCertificates(authority.rootPem),
        nonce: '8000000000000001',
      });
      assert.equal(time.accuracySeconds, 1.5001);
      assert.equal(time.hash, hash);
      assert.equal(time.authority, 'test time authority');
    });
});
