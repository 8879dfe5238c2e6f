import { equalBytes } from '../bytes.ts';
import {
  contextGroup,
  contextTag,
  DER,
  DerCursor,
  type DerValue,
  inner,
  malformed,
  readDer,
} from '../der/reader.ts';
import {
  type EncodedTime,
  readCount,
  readGeneralizedTime,
  readHexInteger,
  readOctetAlignedBits,
  readUtcTime,
} from '../der/values.ts';
import { FiliationError } from '../error.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './algorithms.ts';
import { type Extensions, readExtensions } from './extensions.ts';
import { type DistinguishedName, readName } from './name.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';

/** Bytes of one certificate; real ones have 500 to 4,000. */
export const MAX_CERTIFICATE_BYTES: number = 64 * 1024;

/** An X.509 certificate as it stands: nothing about it has been checked but its form. */
export interface Certificate {
  readonly der: Uint8Array;
  /** TBSCertificate: the bytes that are signed. */
  readonly signedBytes: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** Lower-case hex without leading zeros. */
  readonly serial: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** First and last moment of validity, both included. */
  readonly notBefore: EncodedTime;
  readonly notAfter: EncodedTime;
  readonly publicKey: PublicKey;
  readonly extensions: Extensions;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

/**
 * Reads one certificate (RFC 5280 4.1).
 *
 * @throws FiliationError MALFORMED, TRUNCATED, LIMIT_EXCEEDED
 */
export function readCertificate(der: Uint8Array, subject = 'certificate'): Certificate {
  if (der.length > MAX_CERTIFICATE_BYTES)
    throw new FiliationError('LIMIT_EXCEEDED', `${subject}: more than ${MAX_CERTIFICATE_BYTES} bytes`, {
      where: subject,
    });
  const outer = readDer(der, subject);
  if (outer.identifier !== DER.sequence) throw malformed(outer, 'not a certificate');
  const cursor = new DerCursor(outer);
  const signed = cursor.next(DER.sequence, 'certificate body');
  const algorithm = cursor.next(DER.sequence, 'signature algorithm');
  const signature = readOctetAlignedBits(cursor.next(DER.bitString, 'signature'));
  cursor.end('certificate');

  const body = new DerCursor(signed);
  const version = readVersion(body.optional(contextGroup(0)));
  const serial = readHexInteger(body.next(DER.integer, 'serial number'));
  const signedAlgorithm = body.next(DER.sequence, 'signature algorithm');
  // The copy outside the signature could be exchanged: RFC 5280 4.1.1.2 wants both alike.
  if (!equalBytes(signedAlgorithm.whole, algorithm.whole))
    throw malformed(algorithm, 'two different signature algorithms');
  const issuer = readName(body.next(DER.sequence, 'issuer'));
  const validity = new DerCursor(body.next(DER.sequence, 'validity'));
  const notBefore = readTime(validity.any('start of validity'));
  const notAfter = readTime(validity.any('end of validity'));
  validity.end('validity');
  const name = readName(body.next(DER.sequence, 'subject'));
  const publicKey = readPublicKey(body.next(DER.sequence, 'public key'));
  body.optional(contextTag(1));
  body.optional(contextTag(2));
  const extensions = body.optional(contextGroup(3));
  body.end('certificate body');
  if (extensions !== undefined && version !== 3) throw malformed(extensions, 'extensions before version 3');
  return {
    der,
    signedBytes: signed.whole,
    version,
    serial,
    issuer,
    subject: name,
    notBefore,
    notAfter,
    publicKey,
    extensions:
      extensions === undefined
        ? { all: [], notUnderstood: [] }
        : readExtensions(inner(extensions, DER.sequence, 'extensions')),
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    signature,
  };
}

function readVersion(field: DerValue | undefined): 1 | 2 | 3 {
  if (field === undefined) return 1;
  const number = readCount(inner(field, DER.integer, 'version'), 'version', 2);
  return (number + 1) as 1 | 2 | 3;
}

/** A Time: UTCTime or GeneralizedTime without a fraction. */
export function readTime(value: DerValue): EncodedTime {
  if (value.identifier === DER.utcTime) return readUtcTime(value);
  if (value.identifier !== DER.generalizedTime) throw malformed(value, 'no time where one belongs');
  const time = readGeneralizedTime(value);
  if (time.text.includes('.')) throw malformed(value, 'a time with a fraction of a second');
  return time;
}
