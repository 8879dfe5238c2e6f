import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { base64Of } from '../base64.ts';
import { FiliationError } from '../error.ts';
import { goldenRoot } from '../test-support/golden-token.ts';
import { readCertificate } from './certificate.ts';
import { readCertificateFile, readPemCertificates } from './pem.ts';

const body = base64Of(goldenRoot()).replace(/.{64}/g, '$&\n');
const pem = `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;

function refused(text: string, message: RegExp): void {
  assert.throws(
    () => readPemCertificates(text, 'roots.pem'),
    (error) =>
      error instanceof FiliationError && message.test(error.message) && error.message.includes('roots.pem'),
  );
}

describe('readPemCertificates', () => {
  it('reads every certificate, whatever text stands around them', () => {
    const text = `# our roots\r\n${pem.replaceAll('\n', '\r\n')}subject=CN = Test root\n${pem}`;
    const found = readPemCertificates(text);
    assert.deepEqual(
      found.map(({ subject }) => subject.text),
      ['O=Filiation tests, CN=Test root', 'O=Filiation tests, CN=Test root'],
    );
    assert.deepEqual(found[0]!.der, goldenRoot());
  });

  it('passes over blocks of another kind', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
    assert.equal(readPemCertificates(key + pem).length, 1);
    refused(key, /no CERTIFICATE block/);
  });

  it('takes a file in either form', () => {
    assert.deepEqual(readCertificateFile(goldenRoot(), 'root.der'), readPemCertificates(pem));
    const bytes = new TextEncoder().encode(pem + pem);
    assert.equal(readCertificateFile(bytes, 'roots.pem').length, 2);
    assert.throws(() => readCertificateFile(Uint8Array.of(0xff), 'x'), FiliationError);
  });

  it('refuses damaged, unended and overlong files', () => {
    refused('', /no CERTIFICATE block/);
    refused(pem.replace('-----END', '----END'), /damaged/);
    refused(pem.replace(body.slice(0, 1), '*'), /damaged/);
    refused(pem.replace(body, `${body}=`), /not base64/);
    refused(pem.replace(body, body.slice(0, 64)), /too soon/);
    refused(pem + ' '.repeat(32 * 2 ** 20), /characters/);
    refused(pem.repeat(1025), /blocks/);
  });
});

describe('readCertificate', () => {
  it('reads what a certificate says', () => {
    const root = readCertificate(goldenRoot());
    assert.deepEqual(
      {
        version: root.version,
        serial: root.serial,
        from: root.notBefore.text,
        until: root.notAfter.text,
        key: root.publicKey.kind,
        algorithm: root.signatureAlgorithm,
        constraints: root.extensions.basicConstraints,
        usage: [...(root.extensions.keyUsage ?? [])],
      },
      {
        version: 3,
        serial: '669eab9c2260b7c4af88b0f910631260d38a8410',
        from: '2026-11-23T17:54:12Z',
        until: '2126-10-30T17:54:12Z',
        key: { type: 'ec', curve: 'P-256' },
        algorithm: { kind: 'ecdsa', hash: 'sha256' },
        constraints: { authority: true },
        usage: ['keyCertSign', 'cRLSign'],
      },
    );
    assert.equal(root.issuer.key, root.subject.key);
  });

  it('refuses or reads any altered certificate, and fails in no other way', () => {
    const der = goldenRoot();
    for (let at = 0; at < der.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const bytes = der.slice();
        bytes[at]! ^= 1 << bit;
        try {
          readCertificate(bytes);
        } catch (error) {
          assert.ok(error instanceof FiliationError, `byte ${at}, bit ${bit}: ${error}`);
        }
      }
  });
});
