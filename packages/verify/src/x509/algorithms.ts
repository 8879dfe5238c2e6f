import { contextGroup, DER, DerCursor, type DerValue, inner, malformed } from '../der/reader.ts';
import { readCount, readOid } from '../der/values.ts';
import type { DigestName } from '../platform.ts';

/** Largest salt of RSA-PSS, bytes: that of SHA-512 in practice. */
const MAX_SALT = 512;

const DIGESTS: Readonly<Record<string, DigestName>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Names for what is met and refused. */
const REFUSED: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'SHA-1',
  '1.2.840.113549.2.5': 'MD5',
  '2.16.840.1.101.3.4.2.4': 'SHA-224',
  '1.2.840.113549.1.1.4': 'RSA with MD5',
  '1.2.840.113549.1.1.5': 'RSA with SHA-1',
  '1.2.840.10045.4.1': 'ECDSA with SHA-1',
  '1.3.101.113': 'Ed448',
};

/** What an AlgorithmIdentifier of a digest says. */
export type DigestAlgorithm = DigestName | { readonly unsupported: string };

/** @throws FiliationError MALFORMED */
export function readDigestAlgorithm(value: DerValue): DigestAlgorithm {
  const { oid, parameters } = algorithm(value);
  noParameters(value, parameters);
  return DIGESTS[oid] ?? { unsupported: REFUSED[oid] ?? `digest ${oid}` };
}

export type SignatureAlgorithm =
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'ecdsa' | 'rsa-pkcs1'; readonly hash: DigestName }
  | { readonly kind: 'rsa-pss'; readonly hash: DigestName; readonly saltLength: number }
  /** rsaEncryption, as CMS writes it: the digest is named elsewhere. */
  | { readonly kind: 'rsa' }
  | { readonly kind: 'unsupported'; readonly name: string };

const SIGNATURES: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.1': { kind: 'rsa' },
  '1.2.840.113549.1.1.11': { kind: 'rsa-pkcs1', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { kind: 'rsa-pkcs1', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { kind: 'rsa-pkcs1', hash: 'sha512' },
  '1.2.840.10045.4.3.2': { kind: 'ecdsa', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { kind: 'ecdsa', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { kind: 'ecdsa', hash: 'sha512' },
  '1.3.101.112': { kind: 'ed25519' },
};

/** AlgorithmIdentifier of a signature (RFC 4055, 5758, 8410). @throws FiliationError MALFORMED */
export function readSignatureAlgorithm(value: DerValue): SignatureAlgorithm {
  const { oid, parameters } = algorithm(value);
  if (oid === '1.2.840.113549.1.1.10') {
    if (parameters === undefined) throw malformed(value, 'RSA-PSS without parameters');
    return readPssParameters(parameters);
  }
  const known = SIGNATURES[oid];
  if (known === undefined) return { kind: 'unsupported', name: REFUSED[oid] ?? `signature algorithm ${oid}` };
  if (known.kind === 'ecdsa' || known.kind === 'ed25519') {
    if (parameters !== undefined) throw malformed(value, 'parameters where none belong');
  } else noParameters(value, parameters);
  return known;
}

/** RSASSA-PSS-params (RFC 4055 3.1); the mask must use the same digest. */
export function readPssParameters(value: DerValue): SignatureAlgorithm {
  const cursor = new DerCursor(value);
  const hashField = cursor.optional(contextGroup(0));
  const maskField = cursor.optional(contextGroup(1));
  const saltField = cursor.optional(contextGroup(2));
  const trailerField = cursor.optional(contextGroup(3));
  cursor.end('RSA-PSS parameters');
  if (trailerField !== undefined) {
    const trailer = readCount(inner(trailerField, DER.integer, 'trailer'), 'trailer', 255);
    if (trailer !== 1) throw malformed(trailerField, 'an unknown trailer');
  }
  // The defaults of both fields are SHA-1.
  if (hashField === undefined || maskField === undefined)
    return { kind: 'unsupported', name: 'RSA-PSS with SHA-1' };
  const hash = readDigestAlgorithm(inner(hashField, DER.sequence, 'digest'));
  const mask = algorithm(inner(maskField, DER.sequence, 'mask function'));
  if (mask.oid !== '1.2.840.113549.1.1.8' || mask.parameters === undefined)
    return { kind: 'unsupported', name: `RSA-PSS with mask function ${mask.oid}` };
  const maskHash = readDigestAlgorithm(mask.parameters);
  if (typeof hash !== 'string') return { kind: 'unsupported', name: `RSA-PSS with ${hash.unsupported}` };
  if (maskHash !== hash) return { kind: 'unsupported', name: 'RSA-PSS with two different digests' };
  const saltLength =
    saltField === undefined
      ? 20
      : readCount(inner(saltField, DER.integer, 'salt length'), 'salt length', MAX_SALT);
  return { kind: 'rsa-pss', hash, saltLength };
}

function algorithm(value: DerValue): { oid: string; parameters: DerValue | undefined } {
  const cursor = new DerCursor(value);
  const oid = readOid(cursor.next(DER.oid, 'algorithm'));
  const parameters = cursor.more ? cursor.any('algorithm parameters') : undefined;
  cursor.end('algorithm');
  return { oid, parameters };
}

function noParameters(value: DerValue, parameters: DerValue | undefined): void {
  if (parameters === undefined) return;
  if (parameters.identifier !== DER.null || parameters.content.length !== 0)
    throw malformed(value, 'parameters where none belong');
}
