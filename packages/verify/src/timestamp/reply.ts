import { DER, DerCursor, type DerValue, malformed, readDer } from '../der/reader.ts';
import { readText, shown } from '../der/text.ts';
import { readCount, readNamedBits } from '../der/values.ts';
import { FiliationError } from '../error.ts';
import { readSignedData, type SignedData } from './cms.ts';
import { readTokenInfo, type TokenInfo } from './token-info.ts';

/** Bytes of a token or reply: real ones have 700 to 10,000. */
export const MAX_TOKEN_BYTES: number = 256 * 1024;

const TOKEN_CONTENT = '1.2.840.113549.1.9.16.1.4';

const STATUSES = [
  'granted',
  'granted with modifications',
  'rejection',
  'waiting',
  'revocation warning',
  'revocation notice',
];

/** By bit of PKIFailureInfo (RFC 3161 2.4.2). */
const FAILURES: Readonly<Record<number, string>> = {
  0: 'unknown or unsupported algorithm',
  2: 'transaction not permitted or supported',
  5: 'request in the wrong form',
  14: 'time source not available',
  15: 'policy not supported',
  16: 'extension not supported',
  17: 'additional information not available',
  25: 'system failure',
};

/** A token as it was read: nothing about it is verified. */
export interface TimestampToken {
  readonly info: TokenInfo;
  readonly data: SignedData;
  /** The ContentInfo alone: what `openssl ts -token_in` reads. */
  readonly token: Uint8Array;
}

/**
 * Reads a time-stamp reply (`.tsr`) or a bare token (RFC 3161 2.4.2). Nothing is verified.
 *
 * @throws FiliationError UNVERIFIED where the authority refused, with its reason; MALFORMED, TRUNCATED,
 *   LIMIT_EXCEEDED, UNSUPPORTED
 */
export function parseTimestampReply(bytes: Uint8Array, subject = 'time token'): TimestampToken {
  if (bytes.length > MAX_TOKEN_BYTES)
    throw new FiliationError('LIMIT_EXCEEDED', `${subject}: more than ${MAX_TOKEN_BYTES} bytes`, {
      where: subject,
    });
  const outer = readDer(bytes, subject);
  if (outer.identifier !== DER.sequence) throw malformed(outer, 'not a time-stamp reply or token');
  const token = new DerCursor(outer).any('content').identifier === DER.oid ? outer : readReply(outer);
  const data = readSignedData(token);
  if (data.contentType !== TOKEN_CONTENT)
    throw new FiliationError(
      'UNSUPPORTED',
      `${subject}: signs content of type ${data.contentType}, not a time`,
      {
        where: subject,
      },
    );
  return { info: readTokenInfo(data.content), data, token: token.whole };
}

function readReply(outer: DerValue): DerValue {
  const cursor = new DerCursor(outer);
  const { granted, text } = readStatus(cursor.next(DER.sequence, 'status'));
  const token = cursor.optional(DER.sequence);
  cursor.end('reply');
  if (!granted)
    throw new FiliationError('UNVERIFIED', `${outer.subject}: the authority gave no time (${text})`, {
      where: outer.subject,
      hint: 'ask again later, or ask another authority',
    });
  if (token === undefined) throw malformed(outer, 'a granted reply without a token');
  return token;
}

function readStatus(field: DerValue): { granted: boolean; text: string } {
  const cursor = new DerCursor(field);
  const status = readCount(cursor.next(DER.integer, 'status'), 'status', STATUSES.length - 1);
  const texts = cursor.optional(DER.sequence);
  const failure = cursor.optional(DER.bitString);
  cursor.end('status');
  const said = texts === undefined ? [] : new DerCursor(texts).rest(DER.utf8String, 'status text', 16);
  const reasons = failure === undefined ? [] : [...readNamedBits(failure)];
  const words = [
    ...reasons.map((bit) => FAILURES[bit] ?? `failure ${bit}`),
    ...said.map((text) => shown(readText(text) ?? '')),
  ];
  const granted = status <= 1;
  if (granted && reasons.length > 0) throw malformed(field, 'a granted reply with a reason for failure');
  return { granted, text: [STATUSES[status], ...words].join('; ') };
}
