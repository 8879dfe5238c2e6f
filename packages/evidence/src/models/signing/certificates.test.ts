import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readSigningKey } from './keys.ts';
import { signModel } from './sign-model.ts';
import { verifyModelSignature } from './verify-model.ts';

const skip = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not here';

describe('signing with a certificate of an authority of our own', { skip }, () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

  /** Root → intermediate → signers with different extensions. */
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-certified-'));
    await writeFile(at('model'), 'weights');
    for (const name of ['root', 'between', 'signer', 'other'])
      openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384', '-out', `${name}.key`);
    const authority = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n';
    openssl(
      'req',
      '-x509',
      '-new',
      '-key',
      'root.key',
      '-subj',
      '/CN=Root',
      '-days',
      '30',
      '-out',
      'root.pem',
    );
    openssl(
      'req',
      '-x509',
      '-new',
      '-key',
      'other.key',
      '-subj',
      '/CN=Root',
      '-days',
      '30',
      '-out',
      'other.pem',
    );
    await issue('between', 'root', authority);
    const extensions: Readonly<Record<string, string>> = {
      good: 'keyUsage=digitalSignature\nextendedKeyUsage=codeSigning\nsubjectAltName=email:a@example.org\n',
      web: 'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n',
      any: 'keyUsage=digitalSignature\n',
      mute: 'keyUsage=keyAgreement\n',
    };
    for (const [name, text] of Object.entries(extensions)) {
      await issue('signer', 'between', text, name);
      const chain = (await readFile(at(`${name}.pem`), 'utf8')) + (await readFile(at('between.pem'), 'utf8'));
      await writeFile(at(`${name}.chain`), chain);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function issue(key: string, by: string, extensions: string, out = key): Promise<void> {
    await writeFile(at('extensions'), extensions);
    openssl('req', '-new', '-key', `${key}.key`, '-subj', `/CN=${out}`, '-out', 'request');
    openssl(
      ...['x509', '-req', '-in', 'request', '-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial'],
      ...['-days', '20', '-extfile', 'extensions', '-out', `${out}.pem`],
    );
  }

  async function signAndCheck(name: string, options: { root?: string; time?: Date; chain?: string } = {}) {
    const { path } = await signModel({
      modelPath: at('model'),
      key: readSigningKey(await readFile(at('signer.key'))),
      certificates: await readFile(at(options.chain ?? `${name}.chain`), 'utf8'),
      overwrite: true,
    });
    return verifyModelSignature({
      modelPath: at('model'),
      signaturePath: path,
      bundle: await readFile(path),
      trust: {
        method: 'certificate',
        roots: await readFile(at(`${options.root ?? 'root'}.pem`), 'utf8'),
        at: options.time ?? new Date(),
      },
    });
  }

  test('verifies, and names signer, issuer and root', async () => {
    const report = await signAndCheck('good');
    assert.equal(report.verdict, 'verified');
    assert.ok(report.signer.kind === 'certificate');
    assert.equal(report.signer.subject, 'CN=good');
    assert.equal(report.signer.issuer, 'CN=between');
    assert.deepEqual(report.signer.alternativeNames, ['a@example.org']);
    assert.match(report.signer.root, /^[0-9a-f]{64}$/);
  });

  test('a certificate without a purpose is accepted with a remark', async () => {
    const report = await signAndCheck('any');
    assert.match(report.remarks.join(' '), /does not say that its key signs code/);
  });

  test('one for other purposes, one that may not sign, another root of the same name, another time', async () => {
    const later = new Date(Date.now() + 25 * 86_400_000);
    await assert.rejects(signAndCheck('web'), { code: 'UNVERIFIED' });
    await assert.rejects(signAndCheck('mute'), { code: 'UNVERIFIED' });
    await assert.rejects(signAndCheck('good', { root: 'other' }), { code: 'UNVERIFIED' });
    await assert.rejects(signAndCheck('good', { time: later }), { code: 'UNVERIFIED' });
    // The chain stops short of the root.
    await assert.rejects(signAndCheck('good', { chain: 'good.pem' }), { code: 'UNVERIFIED' });
  });

  test('a certificate of another key is refused before anything is signed', async () => {
    await assert.rejects(signAndCheck('good', { chain: 'other.pem' }), { code: 'USAGE' });
  });
});
