import { hexOf } from '../bytes.ts';
import { contextGroup, contextTag, DER, DerCursor, type DerValue, inner, malformed } from '../der/reader.ts';
import { readCount, readHexInteger, readOid } from '../der/values.ts';
import { FiliationError } from '../error.ts';
import {
  type DigestAlgorithm,
  readDigestAlgorithm,
  readSignatureAlgorithm,
  type SignatureAlgorithm,
} from '../x509/algorithms.ts';
import { type Certificate, readCertificate } from '../x509/certificate.ts';
import { type DistinguishedName, readName } from '../x509/name.ts';

/** Certificates carried in one token. */
const MAX_CERTIFICATES = 32;
/** Signed and unsigned attributes. */
const MAX_ATTRIBUTES = 64;

const SIGNED_DATA = '1.2.840.113549.1.7.2';

export interface SignedData {
  /** Object identifier of what is signed. */
  readonly contentType: string;
  readonly content: DerValue;
  readonly certificates: readonly Certificate[];
  readonly signer: SignerInfo;
}

export interface SignerInfo {
  /** Which certificate made the signature: issuer and serial, or key identifier in hex. */
  readonly identifier:
    | { readonly issuer: DistinguishedName; readonly serial: string }
    | { readonly keyIdentifier: string };
  readonly digest: DigestAlgorithm;
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  /** The signed attributes as they are signed: under the tag of a set (RFC 5652 5.4). */
  readonly signedBytes: Uint8Array;
  /** Value of each signed attribute, by object identifier; each has exactly one. */
  readonly attributes: ReadonlyMap<string, DerValue>;
}

/**
 * A ContentInfo that holds SignedData with content and exactly one signer with signed attributes
 * (RFC 5652 5), as time tokens are. Nothing is verified.
 *
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED; UNSUPPORTED for other kinds of content
 */
export function readSignedData(outer: DerValue): SignedData {
  const info = new DerCursor(outer);
  const type = readOid(info.next(DER.oid, 'content type'));
  if (type !== SIGNED_DATA)
    throw new FiliationError('UNSUPPORTED', `${outer.subject}: content of type ${type}, not signed data`, {
      where: outer.subject,
    });
  const body = inner(info.next(contextGroup(0), 'signed data'), DER.sequence, 'signed data');
  info.end('signed data');

  const cursor = new DerCursor(body);
  const version = readCount(cursor.next(DER.integer, 'version'), 'version', 5);
  const digests = cursor.next(DER.set, 'digest algorithms');
  const { contentType, content } = readEncapsulated(cursor.next(DER.sequence, 'content'));
  const certificateSet = cursor.optional(contextGroup(0));
  // Revocation lists and responses, RFC 5652 10.2.1: not signed, so nothing rests on them.
  cursor.optional(contextGroup(1));
  const signers = new DerCursor(cursor.next(DER.set, 'signers'));
  cursor.end('signed data');
  const signerField = signers.next(DER.sequence, 'signer');
  if (signers.more) throw malformed(signerField, 'more than one signer');
  const signer = readSigner(signerField);
  if (version !== 3) throw malformed(body, `version ${version} of signed data`);
  const listed = new DerCursor(digests).rest(DER.sequence, 'digest algorithm', 8).map(readDigestAlgorithm);
  if (typeof signer.digest === 'string' && !listed.includes(signer.digest))
    throw malformed(digests, 'the digest of the signer is not in the list of digests');
  return { contentType, content, certificates: readCertificates(certificateSet), signer };
}

function readEncapsulated(field: DerValue): { contentType: string; content: DerValue } {
  const cursor = new DerCursor(field);
  const contentType = readOid(cursor.next(DER.oid, 'content type'));
  const content = inner(cursor.next(contextGroup(0), 'content'), DER.octetString, 'content');
  cursor.end('content');
  return { contentType, content };
}

function readCertificates(set: DerValue | undefined): Certificate[] {
  if (set === undefined) return [];
  return new DerCursor(set)
    .rest(DER.sequence, 'certificate', MAX_CERTIFICATES)
    .map((field, at) => readCertificate(field.whole, `${set.subject}, certificate ${at + 1}`));
}

function readSigner(field: DerValue): SignerInfo {
  const cursor = new DerCursor(field);
  const version = readCount(cursor.next(DER.integer, 'version'), 'version', 5);
  const byKey = cursor.optional(contextTag(0));
  if (version !== (byKey === undefined ? 1 : 3)) throw malformed(field, `version ${version} of a signer`);
  const identifier =
    byKey === undefined
      ? readIssuerAndSerial(cursor.next(DER.sequence, 'issuer and serial number'))
      : { keyIdentifier: hexOf(byKey.content) };
  const digest = readDigestAlgorithm(cursor.next(DER.sequence, 'digest algorithm'));
  const attributes = cursor.next(contextGroup(0), 'signed attributes');
  const algorithm = readSignatureAlgorithm(cursor.next(DER.sequence, 'signature algorithm'));
  const signature = cursor.next(DER.octetString, 'signature').content;
  // Unsigned attributes: nothing rests on them.
  cursor.optional(contextGroup(1));
  cursor.end('signer');
  const signedBytes = attributes.whole.slice();
  signedBytes[0] = DER.set;
  return { identifier, digest, algorithm, signature, signedBytes, attributes: readAttributes(attributes) };
}

function readIssuerAndSerial(field: DerValue): { issuer: DistinguishedName; serial: string } {
  const cursor = new DerCursor(field);
  const issuer = readName(cursor.next(DER.sequence, 'issuer'));
  const serial = readHexInteger(cursor.next(DER.integer, 'serial number'));
  cursor.end('issuer and serial number');
  return { issuer, serial };
}

function readAttributes(group: DerValue): ReadonlyMap<string, DerValue> {
  const found = new Map<string, DerValue>();
  for (const field of new DerCursor(group).rest(DER.sequence, 'attribute', MAX_ATTRIBUTES)) {
    const cursor = new DerCursor(field);
    const type = readOid(cursor.next(DER.oid, 'attribute type'));
    const values = new DerCursor(cursor.next(DER.set, 'attribute values'));
    cursor.end('attribute');
    if (found.has(type)) throw malformed(field, `attribute ${type} twice`);
    found.set(type, values.any('attribute value'));
    values.end('attribute');
  }
  return found;
}
