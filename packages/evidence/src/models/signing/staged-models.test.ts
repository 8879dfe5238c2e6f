import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { FiliationError } from '@filiation/verify';
import { sharedEvidence } from '../test-support/shared-data.ts';
import { type ModelSignatureReport, type SignatureTrust, verifyModelSignature } from './verify-model.ts';

const oms = sharedEvidence('oms');
const skip = oms === undefined ? 'the vectors are not here' : false;
/** Inside the validity of the test certificates. */
const SIGNED = new Date('2025-10-10T00:00:00Z');

async function check(
  model: string,
  trust: SignatureTrust,
  options: { ignorePaths?: string[]; legacy?: boolean; folder?: string } = {},
): Promise<ModelSignatureReport> {
  const signaturePath = join(oms!, model, 'model.sig');
  return verifyModelSignature({
    modelPath: options.folder ?? join(oms!, model),
    bundle: await readFile(signaturePath),
    signaturePath,
    trust,
    ...options,
  });
}

async function pem(...path: string[]): Promise<string> {
  return readFile(join(oms!, 'keys', 'certificate', ...path), 'utf8');
}

describe('models signed by the reference implementation', { skip }, () => {
  for (const version of ['v0.3.1', 'v1.0.0', 'v1.0.1', 'v1.1.0'])
    test(`${version} with a certificate`, async () => {
      const trust = { method: 'certificate', roots: await pem('ca-cert.pem'), at: SIGNED } as const;
      const report = await check(`${version}-certificate`, trust, { ignorePaths: ['ignore-me'] });
      assert.equal(report.verdict, 'verified');
      assert.equal(report.files.unchanged, 2);
      assert.equal(report.strength, 'standard');
      assert.ok(report.signer.kind === 'certificate' && report.signer.subject === 'CN=intermediate-ca');
    });

  for (const version of ['v0.3.1', 'v1.0.0', 'v1.0.1', 'v1.1.0'])
    test(`${version} with a key`, async () => {
      const publicKey = await pem('signing-key-pub.pem');
      // The earliest two signed the file itself, not its folder.
      const single = version === 'v0.3.1' || version === 'v1.0.0';
      const folder = join(oms!, `${version}-elliptic-key`, ...(single ? ['signme-1'] : []));
      const report = await check(
        `${version}-elliptic-key`,
        { method: 'key', publicKey },
        { ignorePaths: ['ignore-me'], folder },
      );
      assert.equal(report.verdict, 'verified');
      assert.equal(report.files.unchanged, single ? 1 : 2);
      assert.deepEqual(report.times, []);
    });

  test('release 0.2.0 only on request, and reported as weaker', async () => {
    const trust = { method: 'certificate', roots: await pem('ca-cert.pem'), at: SIGNED } as const;
    await assert.rejects(check('v0.2.0-certificate', trust), { code: 'UNSUPPORTED' });
    const report = await check('v0.2.0-certificate', trust, { legacy: true });
    assert.equal(report.verdict, 'verified');
    assert.equal(report.strength, 'legacy-weaker');
    assert.match(report.remarks[0]!, /weaker/);
  });

  for (const version of ['v0.3.1', 'v1.0.0', 'v1.0.1'])
    test(`${version} keyless, with the archived root`, async () => {
      const report = await check(`${version}-sigstore`, await keyless(version), {
        ignorePaths: ['ignore-me'],
      });
      assert.equal(report.verdict, 'verified');
      assert.deepEqual(
        report.times.map((time) => time.kind),
        ['transparency-log'],
      );
      assert.match(report.times[0]!.at, /^2025-/);
    });

  test('v1.1.0 keyless fails: its time authority is in no archived root', async () => {
    await assert.rejects(check('v1.1.0-sigstore', await keyless('v1.1.0')), (error: unknown) => {
      assert.ok(error instanceof FiliationError);
      assert.equal(error.code, 'UNVERIFIED');
      assert.match(error.message, /TIMESTAMP_ERROR/);
      return true;
    });
  });

  test('a keyless signature by somebody whose name merely contains the expected one is refused', async () => {
    const trust = await keyless('v1.0.1');
    const part = trust.identity.slice(1, -1);
    await assert.rejects(check('v1.0.1-sigstore', { ...trust, identity: part }), { code: 'UNVERIFIED' });
  });

  test('another root, a time outside the validity, another key: not verified', async () => {
    const roots = await pem('ca-cert.pem');
    for (const trust of [
      { method: 'certificate', roots: await strangeRoot(), at: SIGNED },
      { method: 'certificate', roots, at: new Date('2024-01-01T00:00:00Z') },
      { method: 'certificate', roots, at: new Date('2036-01-01T00:00:00Z') },
    ] as const)
      await assert.rejects(check('v1.1.0-certificate', trust), { code: 'UNVERIFIED' });
  });

  test('a changed, an added and a missing file are named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'filiation-signed-'));
    try {
      await cp(join(oms!, 'v1.1.0-elliptic-key'), folder, { recursive: true });
      await writeFile(join(folder, 'added'), 'x');
      await rm(join(folder, 'signme-2'));
      await rm(join(folder, 'signme-1'));
      await writeFile(join(folder, 'signme-1'), 'other bytes');
      const signaturePath = join(folder, 'model.sig');
      const report = await verifyModelSignature({
        modelPath: folder,
        bundle: await readFile(signaturePath),
        signaturePath,
        trust: { method: 'key', publicKey: await pem('signing-key-pub.pem') },
      });
      assert.equal(report.verdict, 'differs');
      assert.deepEqual(report.files.differences, [
        { path: 'added', problem: 'unsigned' },
        { path: 'signme-1', problem: 'changed' },
        { path: 'signme-2', problem: 'missing' },
      ]);
      assert.deepEqual(report.files.notCovered, ['ignore-me']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** The identity and issuer that the signature's own certificate names. */
async function keyless(version: string) {
  const { verificationMaterial } = JSON.parse(
    await readFile(join(oms!, `${version}-sigstore`, 'model.sig'), 'utf8'),
  );
  const { raw, subjectAltName } = new X509Certificate(
    Buffer.from(verificationMaterial.certificate.rawBytes, 'base64'),
  );
  return {
    method: 'keyless',
    trustedRoot: await readFile(join(oms!, 'custom_trust_config.json')),
    identity: subjectAltName!.replace(/^email:/, ''),
    issuer: /https:[\w./-]+oauth2/.exec(raw.toString('latin1'))![0],
  } as const;
}

/** A certificate authority that has nothing to do with the signer. */
async function strangeRoot(): Promise<string> {
  const config = JSON.parse(await readFile(join(oms!, 'custom_trust_config.json'), 'utf8'));
  const der: string = config.trustedRoot.certificateAuthorities[0].certChain.certificates[0].rawBytes;
  return `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`;
}
