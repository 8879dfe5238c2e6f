import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import {
  type Certificate,
  FiliationError,
  type GeneralName,
  readCertificate,
  readPemCertificates,
  verifyChain,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';

export interface CertifiedSigner {
  readonly key: KeyObject;
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hex. */
  readonly serial: string;
  /** E-mail addresses, hosts and URIs that the certificate is for. */
  readonly alternativeNames: readonly string[];
  /** Whether the certificate says that its key signs code. */
  readonly forCode: boolean;
  /** Hex SHA-256 of the signer's certificate and of the root it leads to. */
  readonly certificate: string;
  readonly root: string;
}

/**
 * Follows a signer's certificate to one of the roots: signatures, names, authority, path lengths, key
 * usage, and validity of every certificate at `at`.
 *
 * @param chain DER, the signer's first; the others may stand in any order
 * @param roots PEM
 * @throws FiliationError MALFORMED, UNVERIFIED, UNSUPPORTED
 */
export async function certifiedSigner(
  chain: readonly Uint8Array[],
  roots: string,
  at: Date,
  where: string,
): Promise<CertifiedSigner> {
  const [leaf, ...between] = chain.map((der, i) => readCertificate(der, `${where}, certificate ${i + 1}`));
  if (leaf === undefined) throw new FiliationError('MALFORMED', `${where} holds no certificate`, { where });
  const { extendedKeyUsage, keyUsage, subjectAlternativeNames } = leaf.extensions;
  if (keyUsage !== undefined && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation'))
    throw new FiliationError('UNVERIFIED', `${where}: the certificate of ${leaf.subject.text} may not sign`, {
      where,
    });
  // A certificate that names no purpose is for all; one that names some must name this one.
  const purpose = extendedKeyUsage === undefined ? 'any' : 'code-signing';
  const anchors = readPemCertificates(roots, 'the trusted roots');
  const found = await verifyChain(nodePlatform, leaf, between, anchors, { at, purpose });
  return {
    key: createPublicKey({ key: Buffer.from(leaf.publicKey.spki), format: 'der', type: 'spki' }),
    subject: leaf.subject.text,
    issuer: leaf.issuer.text,
    serial: leaf.serial,
    alternativeNames: (subjectAlternativeNames ?? []).map(nameText),
    forCode: purpose === 'code-signing',
    certificate: fingerprint(leaf),
    root: fingerprint(found[found.length - 1]!),
  };
}

function nameText(name: GeneralName): string {
  return name.kind === 'directory' ? name.name.text : name.value;
}

function fingerprint(certificate: Certificate): string {
  return createHash('sha256').update(certificate.der).digest('hex');
}
