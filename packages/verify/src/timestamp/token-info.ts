import {
  contextGroup,
  contextTag,
  DER,
  DerCursor,
  type DerValue,
  malformed,
  readInside,
} from '../der/reader.ts';
import {
  type EncodedTime,
  readBoolean,
  readCount,
  readGeneralizedTime,
  readHexInteger,
  readOid,
} from '../der/values.ts';
import { type DigestAlgorithm, readDigestAlgorithm } from '../x509/algorithms.ts';
import { readExtension } from '../x509/extensions.ts';
import { type GeneralName, readGeneralName } from '../x509/name.ts';

/** Seconds that an accuracy may have: a day is already useless. */
const MAX_ACCURACY_SECONDS = 86_400 * 366;

/** TSTInfo (RFC 3161 2.4.2): what the authority signed. */
export interface TokenInfo {
  readonly policy: string;
  readonly imprint: { readonly hash: DigestAlgorithm; readonly digest: Uint8Array };
  /** Lower-case hex. */
  readonly serial: string;
  readonly time: EncodedTime;
  /** The time lies within this many seconds; absent where the authority says nothing. */
  readonly accuracySeconds?: number;
  /** Lower-case hex, as asked for. */
  readonly nonce?: string;
  /** Name that the authority gives itself. */
  readonly authority?: GeneralName;
}

/** @param content the octet string that the token signs. @throws FiliationError MALFORMED */
export function readTokenInfo(content: DerValue): TokenInfo {
  const body = readInside(content);
  if (body.identifier !== DER.sequence) throw malformed(body, 'not the content of a time token');
  const cursor = new DerCursor(body);
  const version = readCount(cursor.next(DER.integer, 'version'), 'version', 255);
  if (version !== 1) throw malformed(body, `version ${version} of a time token`);
  const policy = readOid(cursor.next(DER.oid, 'policy'));
  const imprint = readImprint(cursor.next(DER.sequence, 'message imprint'));
  const serial = readHexInteger(cursor.next(DER.integer, 'serial number'));
  const time = readGeneralizedTime(cursor.next(DER.generalizedTime, 'time'));
  const accuracy = cursor.optional(DER.sequence);
  const ordering = cursor.optional(DER.boolean);
  if (ordering !== undefined) readBoolean(ordering);
  const nonce = cursor.optional(DER.integer);
  const authority = cursor.optional(contextGroup(0));
  const extensions = cursor.optional(contextGroup(1));
  cursor.end('time token');
  if (extensions !== undefined) refuseCritical(extensions);
  return {
    policy,
    imprint,
    serial,
    time,
    ...(accuracy === undefined ? {} : { accuracySeconds: readAccuracy(accuracy) }),
    ...(nonce === undefined ? {} : { nonce: readHexInteger(nonce) }),
    ...(authority === undefined ? {} : { authority: readAuthority(authority) }),
  };
}

function readImprint(field: DerValue): TokenInfo['imprint'] {
  const cursor = new DerCursor(field);
  const hash = readDigestAlgorithm(cursor.next(DER.sequence, 'digest algorithm'));
  const digest = cursor.next(DER.octetString, 'digest').content;
  cursor.end('message imprint');
  return { hash, digest };
}

function readAccuracy(field: DerValue): number {
  const cursor = new DerCursor(field);
  const seconds = cursor.optional(DER.integer);
  const milliseconds = cursor.optional(contextTag(0));
  const microseconds = cursor.optional(contextTag(1));
  cursor.end('accuracy');
  const count = (value: DerValue | undefined, limit: number): number =>
    value === undefined ? 0 : readCount(value, 'accuracy', limit);
  const micro = count(milliseconds, 999) * 1000 + count(microseconds, 999);
  return count(seconds, MAX_ACCURACY_SECONDS) + micro / 1e6;
}

function readAuthority(field: DerValue): GeneralName {
  const cursor = new DerCursor(field);
  const name = readGeneralName(cursor.any('name of the authority'));
  cursor.end('name of the authority');
  return name;
}

function refuseCritical(group: DerValue): void {
  // The group's content is a plain list of extensions: [1] IMPLICIT.
  for (const field of new DerCursor(group).rest(DER.sequence, 'extension', 16)) {
    const { extension } = readExtension(field);
    if (extension.critical)
      throw malformed(field, `critical extension ${extension.oid}, not understood here`);
  }
}
