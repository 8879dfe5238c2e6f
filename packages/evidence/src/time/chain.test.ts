import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type ErrorCode,
  FiliationError,
  type Purpose,
  readCertificate,
  verifyChain,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import {
  CODE_SIGNING,
  ISSUING,
  issueCertificate,
  SIGNING,
  type TestCertificate,
} from './test-support/certificates.ts';
import { testKey } from './test-support/keys.ts';

const at = new Date('2030-06-01T00:00:00Z');

/** An authority of this name with a fresh key. */
function authority(name: string, issuer?: TestCertificate): TestCertificate {
  const under = issuer === undefined ? {} : { issuer };
  return issueCertificate({ name, key: testKey('p256'), authority: true, keyUsage: ISSUING, ...under });
}

function verify(
  leaf: TestCertificate,
  between: readonly TestCertificate[],
  roots: readonly TestCertificate[],
  purpose: Purpose = 'any',
): Promise<string[]> {
  const read = ({ der }: TestCertificate) => readCertificate(der);
  return verifyChain(nodePlatform, read(leaf), between.map(read), roots.map(read), { at, purpose }).then(
    (chain) => chain.map(({ subject }) => subject.shortText),
  );
}

function rejects(work: Promise<unknown>, text: RegExp, code: ErrorCode = 'UNVERIFIED'): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof FiliationError, String(error));
    assert.match(error.message, text);
    assert.equal(error.code, code);
    return true;
  });
}

const root = authority('root');
const middle = authority('middle', root);
const leaf = issueCertificate({ name: 'leaf', key: testKey('p256'), issuer: middle, keyUsage: SIGNING });

describe('verifyChain', () => {
  it('finds the chain among certificates in any order', async () => {
    const others = [authority('a'), authority('middle'), authority('b', root)];
    assert.deepEqual(await verify(leaf, [...others, middle, leaf, root], [authority('c'), root]), [
      'leaf',
      'middle',
      'root',
    ]);
  });

  it('ends at the first trusted certificate, root or not', async () => {
    assert.deepEqual(await verify(leaf, [], [middle]), ['leaf', 'middle']);
    assert.deepEqual(await verify(leaf, [], [leaf]), ['leaf']);
  });

  it('takes the way that holds where an authority has two certificates', async () => {
    const other = authority('other');
    const key = middle.key;
    const cross = issueCertificate({
      name: 'middle',
      key,
      issuer: other,
      authority: true,
      keyUsage: ISSUING,
    });
    const ended = issueCertificate({
      name: 'middle',
      key,
      issuer: root,
      authority: true,
      notAfter: new Date('2020-01-01T00:00:00Z'),
    });
    assert.deepEqual(await verify(leaf, [ended, cross], [root, other]), ['leaf', 'middle', 'other']);
    await rejects(verify(leaf, [ended], [root]), /middle: valid only until 2020-01-01T00:00:00Z/);
  });

  it('is not led in circles', async () => {
    const [a, b] = [authority('a'), authority('b')];
    const aByB = issueCertificate({ name: 'a', key: a.key, issuer: b, authority: true });
    const bByA = issueCertificate({ name: 'b', key: b.key, issuer: a, authority: true });
    const under = issueCertificate({ name: 'x', key: testKey('p256'), issuer: a });
    await rejects(verify(under, [aByB, bByA], [root]), /no certificate at hand|trusted root/);
  });

  it('tries a bounded number of signatures', async () => {
    const key = testKey('p256');
    const crowd = Array.from({ length: 80 }, () =>
      issueCertificate({ name: 'middle', key, issuer: root, authority: true, bare: true }),
    );
    await rejects(verify(leaf, crowd, [root]), /more than 64 signatures/, 'LIMIT_EXCEEDED');
    await rejects(
      verify(
        leaf,
        Array.from({ length: 300 }, () => root),
        [root],
      ),
      /more than 256/,
      'LIMIT_EXCEEDED',
    );
  });

  it('goes eight certificates deep and no deeper', async () => {
    const line = [root];
    for (let depth = 1; depth <= 8; depth++) line.unshift(authority(`level ${depth}`, line[0]!));
    const [tooDeep, ...others] = line;
    assert.equal((await verify(others[0]!, others, [root])).length, 8);
    await rejects(verify(tooDeep!, others, [root]), /longer than 8 certificates/);
  });

  it('refuses a certificate that was changed', async () => {
    const der = middle.der.slice();
    der[der.length - 1]! ^= 1;
    await rejects(
      verify(leaf, [{ ...middle, der }], [root]),
      /middle: not signed by the key of certificate of CN=root/,
    );
  });

  it('refuses a leaf that issued another leaf', async () => {
    const forged = issueCertificate({ name: 'forged', key: testKey('p256'), issuer: leaf });
    await rejects(verify(forged, [leaf, middle], [root]), /leaf: not an authority/);
  });

  it('asks for the purpose of code signing where that is wanted', async () => {
    const signer = (purposes: readonly string[]): TestCertificate =>
      issueCertificate({
        name: 'signer',
        key: testKey('p256'),
        issuer: middle,
        purposes,
        purposesCritical: false,
      });
    const both = signer([CODE_SIGNING, '1.3.6.1.5.5.7.3.3.1']);
    assert.equal((await verify(both, [middle], [root], 'code-signing')).length, 3);
    await rejects(
      verify(signer(['1.3.6.1.5.5.7.3.1']), [middle], [root], 'code-signing'),
      /not made for code-signing/,
    );
    await rejects(verify(leaf, [middle], [root], 'code-signing'), /no extended key usage/);
  });

  it('does not count authorities that issued to themselves', async () => {
    const short = issueCertificate({ name: 'short', key: testKey('p256'), authority: true, pathLength: 0 });
    const renewed = issueCertificate({ name: 'short', key: testKey('p256'), issuer: short, authority: true });
    const under = issueCertificate({ name: 'x', key: testKey('p256'), issuer: renewed });
    assert.equal((await verify(under, [renewed], [short])).length, 3);
  });

  it('relies on no weak signature and no weak key', async () => {
    const weak = issueCertificate({ name: 'weak', key: testKey('rsa-small'), authority: true });
    const under = issueCertificate({ name: 'x', key: testKey('p256'), issuer: weak });
    await rejects(verify(under, [], [weak]), /RSA key of only 1024 bits/, 'UNSUPPORTED');
  });
});
