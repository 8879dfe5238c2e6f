import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  contextTag,
  FiliationError,
  readPemCertificates,
  readRevocationList,
  readRevocationListFile,
  type VerifiedTime,
  verifyTimestamp,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { booleanValue, encode, objectIdentifier, octetString, sequence } from './der-write.ts';
import { makeAuthority } from './test-support/authority.ts';
import {
  issueRevocationList,
  pemOf,
  pointName,
  type RevocationListOptions,
} from './test-support/certificates.ts';
import { openssl, withoutOpenssl } from './test-support/openssl.ts';
import { digestOf } from './test-support/tokens.ts';

const message = Uint8Array.of(1, 2, 3);
const imprint = { hash: 'sha256', digest: digestOf('sha256', message) } as const;
const authority = makeAuthority();
const { root, intermediate, signer } = authority;
const stampedAt = new Date('2030-01-01T00:00:00Z');
const later = new Date('2031-01-01T00:00:00Z');
const earlier = new Date('2029-01-01T00:00:00Z');

const bytes = authority.stamp(imprint, { at: stampedAt });

function verifyWith(...lists: readonly RevocationListOptions[]): Promise<VerifiedTime> {
  return verifyTimestamp(nodePlatform, {
    bytes,
    stamped: { message },
    roots: readPemCertificates(authority.rootPem),
    revocationLists: lists.map((list) => readRevocationList(issueRevocationList(list))),
  });
}

const clean = [
  { issuer: root, at: later },
  { issuer: intermediate, at: new Date('2031-02-01T00:00:00Z') },
];

function refused(work: Promise<unknown>, text: RegExp): Promise<void> {
  return assert.rejects(
    work,
    (error) => error instanceof FiliationError && error.code === 'UNVERIFIED' && text.test(error.message),
  );
}

describe('revocation lists beside a token', () => {
  it('show that nothing was revoked up to the earliest of them', async () => {
    const { revocation } = await verifyWith(...clean);
    assert.deepEqual(revocation, { checked: true, asOf: '2031-01-01T00:00:00Z' });
  });

  it('show nothing where one is missing or older than the token', async () => {
    assert.deepEqual((await verifyWith()).revocation, { checked: false });
    assert.deepEqual((await verifyWith(clean[0]!)).revocation, { checked: false });
    const old = { issuer: intermediate, at: earlier };
    assert.deepEqual((await verifyWith(clean[0]!, old)).revocation, { checked: false });
    assert.deepEqual((await verifyWith(clean[0]!, old, clean[1]!)).revocation.checked, true);
  });

  it('are passed over where they come from somebody else', async () => {
    const other = makeAuthority({ name: 'other' });
    const list = { issuer: other.intermediate, at: later, revoked: [[signer.serial, earlier]] } as const;
    assert.equal((await verifyWith(...clean, list)).revocation.checked, true);
  });

  it('are refused where the issuer did not sign them', async () => {
    const forger = makeAuthority({ root: { bare: true }, intermediate: { bare: true } });
    await refused(
      verifyWith(...clean, { issuer: forger.intermediate, at: later }),
      /revocation list of CN=test intermediate: not signed by the key/,
    );
  });

  const on = (reason: number | undefined, time: Date): RevocationListOptions => ({
    issuer: intermediate,
    at: later,
    revoked: [[1, earlier, 1], reason === undefined ? [signer.serial, time] : [signer.serial, time, reason]],
  });

  it('end a token whose certificate was revoked before it, whatever the reason', async () => {
    for (const reason of [undefined, 0, 1, 3, 4, 5, 6, 9])
      await refused(
        verifyWith(on(reason, earlier)),
        /test time authority: revoked by its issuer on 2029-01-01/,
      );
  });

  it('end a token made before the revocation only where the key is in doubt', async () => {
    for (const reason of [undefined, 1, 2, 6, 9])
      await refused(verifyWith(on(reason, later)), /revoked by its issuer on 2031-01-01/);
    for (const reason of [0, 3, 4, 5, 8]) await assert.doesNotReject(verifyWith(on(reason, later)));
  });

  it('end a token whose intermediate was revoked', async () => {
    const list = { issuer: root, at: later, revoked: [[intermediate.serial, later, 2]] } as const;
    await refused(verifyWith(list), /test intermediate: revoked .* \(authority compromised\)/);
  });

  it('count only for the certificates that they are about', async () => {
    const about = (...parts: Uint8Array[]): Uint8Array =>
      sequence(objectIdentifier('2.5.29.28'), booleanValue(true), octetString(sequence(...parts)));
    const flag = (tag: number): Uint8Array => encode(contextTag(tag), Uint8Array.of(0xff));
    const [ofRoot, ofIntermediate] = clean;
    const checked = async (...extra: Uint8Array[]): Promise<boolean> =>
      (await verifyWith(ofRoot!, { ...ofIntermediate!, extra })).revocation.checked;
    assert.equal(await checked(about(flag(1))), true, 'leaves only, and the signer is one');
    assert.equal(await checked(about(flag(2))), false, 'authorities only');
    assert.equal(
      await checked(about(pointName('http://list.example/1'))),
      false,
      'the signer points nowhere',
    );
    await assert.rejects(checked(about(flag(4))), /list of another kind/);
  });

  it('are refused in forms that are not complete lists', () => {
    const delta = sequence(
      objectIdentifier('2.5.29.27'),
      booleanValue(true),
      octetString(Uint8Array.of(2, 1, 1)),
    );
    const list = issueRevocationList({ issuer: root, at: later, extra: [delta] });
    assert.throws(() => readRevocationList(list), /extension 2\.5\.29\.27 makes it a list of another kind/);
    const twice = issueRevocationList({
      issuer: root,
      at: later,
      revoked: [
        [1, later],
        [1, earlier],
      ],
    });
    assert.throws(() => readRevocationList(twice), /certificate 1 twice/);
  });

  it('never verify with a byte changed', async () => {
    const der = issueRevocationList(on(4, later));
    for (let at = 0; at < der.length; at++) {
      const changed = der.slice();
      changed[at]! ^= 1 << (at % 8);
      let state: boolean | undefined;
      try {
        const time = await verifyTimestamp(nodePlatform, {
          bytes,
          stamped: { message },
          roots: readPemCertificates(authority.rootPem),
          revocationLists: [readRevocationList(issueRevocationList(clean[0]!)), readRevocationList(changed)],
        });
        state = time.revocation.checked;
      } catch (error) {
        assert.ok(error instanceof FiliationError, `byte ${at}: ${error}`);
      }
      // A list that names another issuer is somebody else's, and then nothing is checked by it.
      assert.notEqual(state, true, `byte ${at}`);
    }
  });

  it('are read from files in either form', () => {
    const der = issueRevocationList(clean[0]!);
    const text = pemOf('X509 CRL', der) + pemOf('X509 CRL', issueRevocationList(clean[1]!));
    assert.equal(readRevocationListFile(der, 'a.crl').length, 1);
    assert.equal(readRevocationListFile(new TextEncoder().encode(text), 'a.pem').length, 2);
  });

  it('are lists for openssl too', { skip: withoutOpenssl }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'filiation-crl-'));
    const at = (name: string): string => join(folder, name);
    const list = issueRevocationList(on(1, later));
    await writeFile(at('list.pem'), pemOf('X509 CRL', list));
    await writeFile(at('chain.pem'), authority.rootPem + intermediate.pem);
    const seen = openssl('crl', '-in', at('list.pem'), '-noout', '-text', '-CAfile', at('chain.pem'));
    await rm(folder, { recursive: true });
    assert.match(seen.output, /verify OK/);
    assert.match(seen.output, /Key Compromise/);
  });
});
