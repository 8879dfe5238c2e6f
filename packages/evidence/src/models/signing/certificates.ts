import { type KeyObject, X509Certificate } from 'node:crypto';
import { FiliationError } from '@filiation/verify';

/** Certificates on the way from the signer to a root. */
const MAX_DEPTH = 8;

export interface CertifiedSigner {
  readonly key: KeyObject;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly alternativeNames?: string;
  /** Hex SHA-256 of the signer's certificate and of the root it leads to. */
  readonly certificate: string;
  readonly root: string;
}

/**
 * Follows a signer's certificate to one of the roots: every signature on the way, names, CA flags, and
 * validity of all of them at `at`.
 *
 * @param chain DER, the signer's first; the others may stand in any order
 * @throws FiliationError MALFORMED, UNVERIFIED
 */
export function certifiedSigner(
  chain: readonly Uint8Array[],
  roots: readonly Uint8Array[],
  at: Date,
  where: string,
): CertifiedSigner {
  const [leaf, ...between] = chain.map((der) => readCertificate(der, where));
  const anchors = roots.map((der) => readCertificate(der, 'the trusted roots'));
  if (leaf === undefined) throw new FiliationError('MALFORMED', `${where} holds no certificate`, { where });
  if (leaf.keyUsage !== undefined && !leaf.keyUsage.includes(CODE_SIGNING))
    throw unverified(where, `the certificate of ${oneLine(leaf.subject)} is not for signing code`);
  const root = findRoot(leaf, between, anchors, at, where);
  return {
    key: leaf.publicKey,
    subject: oneLine(leaf.subject),
    issuer: oneLine(leaf.issuer),
    serial: leaf.serialNumber,
    ...(leaf.subjectAltName === undefined ? {} : { alternativeNames: leaf.subjectAltName }),
    certificate: fingerprint(leaf),
    root: fingerprint(root),
  };
}

/** Node calls the extended key usage `keyUsage`. */
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

function findRoot(
  leaf: X509Certificate,
  between: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  at: Date,
  where: string,
): X509Certificate {
  let certificate = leaf;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    checkValidity(certificate, at, where);
    const anchor = roots.find((root) => root.raw.equals(certificate.raw));
    if (anchor !== undefined) return anchor;
    const root = roots.find((candidate) => issued(candidate, certificate));
    if (root !== undefined) {
      checkValidity(root, at, where);
      return root;
    }
    const next = between.find((candidate) => candidate !== certificate && issued(candidate, certificate));
    if (next === undefined) break;
    certificate = next;
  }
  throw unverified(where, `the certificate of ${oneLine(leaf.subject)} leads to none of the trusted roots`);
}

function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  if (!issuer.ca || issuer.subject !== certificate.issuer) return false;
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function checkValidity(certificate: X509Certificate, at: Date, where: string): void {
  const valid = new Date(certificate.validFrom) <= at && at <= new Date(certificate.validTo);
  if (!valid)
    throw unverified(
      where,
      `the certificate of ${oneLine(certificate.subject)} is not valid at ${at.toISOString()}` +
        ` (valid from ${certificate.validFrom} to ${certificate.validTo})`,
    );
}

function readCertificate(der: Uint8Array, where: string): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${where} holds a certificate that cannot be read`, {
      where,
      cause,
    });
  }
}

function fingerprint(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}

/** Node separates the parts of a name by line ends. */
function oneLine(name: string): string {
  return name.split('\n').join(', ');
}

function unverified(where: string, what: string): FiliationError {
  return new FiliationError('UNVERIFIED', `${where}: ${what}`, {
    where,
    hint: 'give the root certificates that you trust, and the time of signing where it is known',
  });
}
