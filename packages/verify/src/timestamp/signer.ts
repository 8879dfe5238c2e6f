import { equalBytes } from '../bytes.ts';
import { DER, DerCursor, type DerValue, malformed } from '../der/reader.ts';
import { readHexInteger, readOid } from '../der/values.ts';
import { FiliationError } from '../error.ts';
import type { DigestName, Platform } from '../platform.ts';
import { readDigestAlgorithm, type SignatureAlgorithm } from '../x509/algorithms.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/chain-rules.ts';
import { type GeneralName, readGeneralName } from '../x509/name.ts';
import { signatureFits } from '../x509/signature.ts';
import type { SignedData, SignerInfo } from './cms.ts';
import { sha1 } from './sha1.ts';

const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';

/**
 * The certificate whose key signed `data`, after checking that the signed attributes hold the digest and
 * type of the content (RFC 5652 5.4, 11), that they name that very certificate (RFC 2634 and RFC 5035
 * signing certificate), and the signature itself. The chain above the certificate is not looked at.
 *
 * @param offered certificates beside those in `data`.
 * @throws FiliationError UNVERIFIED, MALFORMED, UNSUPPORTED
 */
export async function verifySigner(
  platform: Platform,
  data: SignedData,
  offered: readonly Certificate[],
): Promise<Certificate> {
  const { signer, content } = data;
  const { subject } = content;
  const digest = digestName(signer, subject);
  const type = requiredAttribute(signer, CONTENT_TYPE, 'content type', subject);
  if (type.identifier !== DER.oid || readOid(type) !== data.contentType)
    throw unverified(subject, 'the signature is over another type of content');
  const stated = requiredAttribute(signer, MESSAGE_DIGEST, 'digest of the content', subject);
  const found = await platform.digest(digest, content.content);
  if (stated.identifier !== DER.octetString || !equalBytes(stated.content, found))
    throw unverified(subject, 'the content was changed after it was signed: its digest is another');

  const candidates = [...data.certificates, ...offered].filter((one) => isIdentified(signer, one));
  if (candidates.length === 0)
    throw unverified(
      subject,
      `the certificate of the signer (${signerText(signer)}) is neither in the token nor at hand`,
      'ask the authority for its certificate and give it together with the token',
    );
  for (const candidate of candidates) {
    if (!(await isNamed(platform, signer, candidate, subject))) continue;
    const fits = await signatureFits(platform, {
      key: candidate.publicKey,
      algorithm: cmsAlgorithm(signer, digest, subject),
      message: signer.signedBytes,
      signature: signer.signature,
      subject,
    });
    if (!fits)
      throw unverified(subject, `the signature does not fit the key of the ${certificateTitle(candidate)}`);
    return candidate;
  }
  throw unverified(
    subject,
    `the token names another signing certificate than that of ${signerText(signer)} at hand`,
  );
}

function digestName(signer: SignerInfo, subject: string): DigestName {
  if (typeof signer.digest === 'string') return signer.digest;
  throw new FiliationError(
    'UNSUPPORTED',
    `${subject}: signed over a digest by ${signer.digest.unsupported}, which is not relied on`,
    { where: subject, hint: 'ask the authority for a token with SHA-256, SHA-384 or SHA-512' },
  );
}

/** CMS names the digest apart from the signature algorithm; both must say the same (RFC 8933 4). */
function cmsAlgorithm(signer: SignerInfo, digest: DigestName, subject: string): SignatureAlgorithm {
  const { algorithm } = signer;
  if (algorithm.kind === 'rsa') return { kind: 'rsa-pkcs1', hash: digest };
  // RFC 8419 3: Ed25519 in CMS goes with SHA-512.
  const expected = algorithm.kind === 'ed25519' ? 'sha512' : 'hash' in algorithm ? algorithm.hash : digest;
  if (expected !== digest)
    throw unverified(subject, `${digest} for the content, ${expected} for the signature`);
  return algorithm;
}

function requiredAttribute(signer: SignerInfo, oid: string, what: string, subject: string): DerValue {
  const value = signer.attributes.get(oid);
  if (value === undefined) throw unverified(subject, `the signature does not cover the ${what}`);
  return value;
}

function isIdentified({ identifier }: SignerInfo, certificate: Certificate): boolean {
  if ('keyIdentifier' in identifier)
    return certificate.extensions.subjectKeyIdentifier === identifier.keyIdentifier;
  // Byte for byte: signers copy the name from the certificate, and nothing signs this copy of it.
  return (
    certificate.serial === identifier.serial && equalBytes(certificate.issuer.der, identifier.issuer.der)
  );
}

function signerText({ identifier }: SignerInfo): string {
  if ('keyIdentifier' in identifier) return `key ${identifier.keyIdentifier}`;
  return `serial ${identifier.serial} of ${identifier.issuer.text}`;
}

/** Whether the signed attributes name `certificate`; where both versions are present, both must. */
async function isNamed(
  platform: Platform,
  signer: SignerInfo,
  certificate: Certificate,
  subject: string,
): Promise<boolean> {
  const first = signer.attributes.get(SIGNING_CERTIFICATE);
  const second = signer.attributes.get(SIGNING_CERTIFICATE_V2);
  if (first === undefined && second === undefined)
    throw unverified(subject, 'the signature does not cover the identity of the signing certificate');
  if (first !== undefined) {
    const named = readCertificateIdentity(first, false);
    if (!equalBytes(named.digest, sha1(certificate.der)) || !isIssued(named, certificate)) return false;
  }
  if (second === undefined) return true;
  const named = readCertificateIdentity(second, true);
  const found = await platform.digest(named.hash, certificate.der);
  return equalBytes(named.digest, found) && isIssued(named, certificate);
}

interface CertificateIdentity {
  readonly hash: DigestName;
  readonly digest: Uint8Array;
  readonly issuer?: readonly GeneralName[];
  readonly serial?: string;
}

/** First ESSCertID or ESSCertIDv2 of a SigningCertificate: the signer's (RFC 5035 5). */
function readCertificateIdentity(value: DerValue, second: boolean): CertificateIdentity {
  if (value.identifier !== DER.sequence) throw malformed(value, 'a damaged signing certificate attribute');
  const attribute = new DerCursor(value);
  const list = new DerCursor(attribute.next(DER.sequence, 'certificate identities'));
  const identity = new DerCursor(list.next(DER.sequence, 'certificate identity'));
  const algorithm = second ? identity.optional(DER.sequence) : undefined;
  const hash = algorithm === undefined ? 'sha256' : readDigestAlgorithm(algorithm);
  if (typeof hash !== 'string')
    throw new FiliationError(
      'UNSUPPORTED',
      `${value.subject}: names its certificate by ${hash.unsupported}`,
      {
        where: value.subject,
      },
    );
  const digest = identity.next(DER.octetString, 'certificate digest').content;
  const issued = identity.optional(DER.sequence);
  identity.end('certificate identity');
  if (issued === undefined) return { hash, digest };
  const cursor = new DerCursor(issued);
  const names = new DerCursor(cursor.next(DER.sequence, 'issuer names'));
  const serial = readHexInteger(cursor.next(DER.integer, 'serial number'));
  cursor.end('issuer and serial number');
  const issuer: GeneralName[] = [];
  while (names.more && issuer.length < 16) issuer.push(readGeneralName(names.any('issuer name')));
  return { hash, digest, issuer, serial };
}

function isIssued({ issuer, serial }: CertificateIdentity, certificate: Certificate): boolean {
  if (serial !== undefined && serial !== certificate.serial) return false;
  return (
    issuer === undefined ||
    issuer.some((name) => name.kind === 'directory' && name.name.key === certificate.issuer.key)
  );
}

function unverified(subject: string, what: string, hint?: string): FiliationError {
  return new FiliationError('UNVERIFIED', `${subject}: ${what}`, {
    where: subject,
    hint: hint ?? 'the token was changed, or was not made by the authority it names',
  });
}
