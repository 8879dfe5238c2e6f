import {
  DER,
  DerCursor,
  type DigestName,
  FiliationError,
  type Imprint,
  readDer,
  readHexInteger,
  readOid,
} from '@filiation/verify';
import { booleanValue, encode, integer, objectIdentifier, octetString, sequence } from './der-write.ts';

/** Bytes of a request: real ones have about 70. */
const MAX_REQUEST_BYTES = 16 * 1024;

const DIGEST_OIDS: Readonly<Record<DigestName, string>> = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

export interface RequestOptions {
  /** Hex, at most 32 digits: the reply must repeat it, so that an old one cannot be passed off. */
  readonly nonce: string;
  /** Object identifier of the policy wanted; absent: the authority's own. */
  readonly policy?: string;
}

/** AlgorithmIdentifier of a digest, with the empty parameters that all authorities take. */
export function digestIdentifier(hash: DigestName): Uint8Array {
  return sequence(objectIdentifier(DIGEST_OIDS[hash]), encode(DER.null));
}

/**
 * A time-stamp request (`.tsq`, TimeStampReq of RFC 3161 2.4.1) that asks for the authority's certificates.
 * It holds the digest only: nothing of what is stamped leaves the machine.
 */
export function timestampRequest(imprint: Imprint, { nonce, policy }: RequestOptions): Uint8Array {
  if (!/^[0-9a-f]{1,32}$/i.test(nonce))
    throw new FiliationError('USAGE', 'a nonce of 1 to 32 hex digits is wanted');
  if (policy !== undefined && !/^[0-2](\.(0|[1-9]\d{0,30})){1,20}$/.test(policy))
    throw new FiliationError('BAD_CONFIG', `policy ${JSON.stringify(policy)} is not an object identifier`, {
      hint: 'write it as numbers with dots, or leave it out',
    });
  return sequence(
    integer(1),
    sequence(digestIdentifier(imprint.hash), octetString(imprint.digest)),
    ...(policy === undefined ? [] : [objectIdentifier(policy)]),
    integer(BigInt(`0x${nonce}`)),
    booleanValue(true),
  );
}

export interface TimestampRequest {
  readonly imprint: Imprint;
  /** Lower-case hex. */
  readonly nonce?: string;
  readonly policy?: string;
  readonly certificatesWanted: boolean;
}

/** Reads a request back. @throws FiliationError MALFORMED, TRUNCATED, LIMIT_EXCEEDED, UNSUPPORTED */
export function parseTimestampRequest(bytes: Uint8Array, subject = 'time-stamp request'): TimestampRequest {
  if (bytes.length > MAX_REQUEST_BYTES)
    throw new FiliationError('LIMIT_EXCEEDED', `${subject}: more than ${MAX_REQUEST_BYTES} bytes`, {
      where: subject,
    });
  const cursor = new DerCursor(readDer(bytes, subject));
  cursor.next(DER.integer, 'version');
  const imprint = new DerCursor(cursor.next(DER.sequence, 'message imprint'));
  const algorithm = new DerCursor(imprint.next(DER.sequence, 'digest algorithm'));
  const oid = readOid(algorithm.next(DER.oid, 'digest algorithm'));
  const digest = imprint.next(DER.octetString, 'digest').content;
  imprint.end('message imprint');
  const policy = cursor.optional(DER.oid);
  const nonce = cursor.optional(DER.integer);
  const wanted = cursor.optional(DER.boolean);
  cursor.end('request');
  const hash = (Object.keys(DIGEST_OIDS) as DigestName[]).find((name) => DIGEST_OIDS[name] === oid);
  if (hash === undefined)
    throw new FiliationError('UNSUPPORTED', `${subject}: asks to stamp a digest by ${oid}`, {
      where: subject,
    });
  return {
    imprint: { hash, digest },
    ...(nonce === undefined ? {} : { nonce: readHexInteger(nonce) }),
    ...(policy === undefined ? {} : { policy: readOid(policy) }),
    certificatesWanted: wanted?.content[0] === 0xff,
  };
}
