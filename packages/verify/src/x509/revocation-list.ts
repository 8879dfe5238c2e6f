import { equalBytes, hexOf } from '../bytes.ts';
import {
  contextGroup,
  contextTag,
  DER,
  DerCursor,
  type DerValue,
  inner,
  malformed,
  readDer,
  readInside,
} from '../der/reader.ts';
import {
  type EncodedTime,
  readBoolean,
  readCount,
  readHexInteger,
  readOctetAlignedBits,
} from '../der/values.ts';
import { FiliationError } from '../error.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './algorithms.ts';
import { readTime } from './certificate.ts';
import { readExtension } from './extensions.ts';
import { type DistinguishedName, readName } from './name.ts';
import { pointAddresses } from './revocation-addresses.ts';

/** Bytes of one list; the largest public ones have tens of millions, those of time authorities thousands. */
export const MAX_REVOCATION_LIST_BYTES: number = 16 * 2 ** 20;
/** Certificates on one list. */
const MAX_ENTRIES = 500_000;
/** Extensions of a list or an entry. */
const MAX_EXTENSIONS = 32;

export interface Revocation {
  readonly at: EncodedTime;
  /** CRLReason (RFC 5280 5.3.1); absent where the issuer gives none. */
  readonly reason?: number;
}

/** A certificate revocation list as it stands: nothing about it has been checked but its form. */
export interface RevocationList {
  readonly issuer: DistinguishedName;
  readonly thisUpdate: EncodedTime;
  readonly nextUpdate?: EncodedTime;
  /** By serial number, lower-case hex. */
  readonly revoked: ReadonlyMap<string, Revocation>;
  /** Which of the issuer's certificates the list is about. */
  readonly scope: 'all' | 'leaves' | 'authorities';
  /** Where the list is about the certificates only that point to one of these addresses. */
  readonly addresses?: readonly string[];
  /** Lower-case hex. */
  readonly authorityKeyIdentifier?: string;
  /** TBSCertList: the bytes that are signed. */
  readonly signedBytes: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

/**
 * Reads one complete revocation list (RFC 5280 5) in DER. Partial, indirect and delta lists say so in
 * critical extensions and are refused.
 *
 * @throws FiliationError MALFORMED, TRUNCATED, LIMIT_EXCEEDED, UNSUPPORTED
 */
export function readRevocationList(der: Uint8Array, subject = 'revocation list'): RevocationList {
  if (der.length > MAX_REVOCATION_LIST_BYTES)
    throw new FiliationError('LIMIT_EXCEEDED', `${subject}: more than ${MAX_REVOCATION_LIST_BYTES} bytes`, {
      where: subject,
    });
  const outer = readDer(der, subject);
  if (outer.identifier !== DER.sequence) throw malformed(outer, 'not a revocation list');
  const cursor = new DerCursor(outer);
  const signed = cursor.next(DER.sequence, 'list');
  const algorithm = cursor.next(DER.sequence, 'signature algorithm');
  const signature = readOctetAlignedBits(cursor.next(DER.bitString, 'signature'));
  cursor.end('revocation list');

  const body = new DerCursor(signed);
  const version = body.optional(DER.integer);
  if (version !== undefined) readCount(version, 'version', 1);
  if (!equalBytes(body.next(DER.sequence, 'signature algorithm').whole, algorithm.whole))
    throw malformed(algorithm, 'two different signature algorithms');
  const issuer = readName(body.next(DER.sequence, 'issuer'));
  const thisUpdate = readTime(body.any('time of the list'));
  const dated = body.at(DER.utcTime) || body.at(DER.generalizedTime);
  const nextUpdate = dated ? readTime(body.any('time of the next list')) : undefined;
  const entries = body.optional(DER.sequence);
  const extensions = body.optional(contextGroup(0));
  body.end('list');
  return {
    issuer,
    thisUpdate,
    ...(nextUpdate === undefined ? {} : { nextUpdate }),
    revoked: entries === undefined ? new Map() : readEntries(entries),
    ...(extensions === undefined
      ? { scope: 'all' }
      : readListExtensions(inner(extensions, DER.sequence, 'extensions'))),
    signedBytes: signed.whole,
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    signature,
  };
}

function readEntries(field: DerValue): ReadonlyMap<string, Revocation> {
  const revoked = new Map<string, Revocation>();
  const cursor = new DerCursor(field);
  while (cursor.more) {
    const entry = new DerCursor(cursor.next(DER.sequence, 'revoked certificate'));
    const serial = readHexInteger(entry.next(DER.integer, 'serial number'));
    const at = readTime(entry.any('time of revocation'));
    const extensions = entry.optional(DER.sequence);
    entry.end('revoked certificate');
    if (revoked.size === MAX_ENTRIES)
      throw new FiliationError('LIMIT_EXCEEDED', `${field.subject}: more than ${MAX_ENTRIES} certificates`, {
        where: field.subject,
      });
    // The first entry counts: a list holds each certificate once.
    if (revoked.has(serial)) throw malformed(field, `certificate ${serial} twice`);
    const reason = extensions === undefined ? undefined : readReason(extensions);
    revoked.set(serial, reason === undefined ? { at } : { at, reason });
  }
  return revoked;
}

function readReason(field: DerValue): number | undefined {
  let reason: number | undefined;
  for (const one of new DerCursor(field).rest(DER.sequence, 'extension', MAX_EXTENSIONS)) {
    const { extension, octets } = readExtension(one);
    if (extension.oid === '2.5.29.21') {
      const value = readInside(octets);
      if (value.identifier !== DER.enumerated) throw malformed(value, 'a damaged reason');
      reason = readCount(value, 'reason', 10);
    } else if (extension.critical) throw notUnderstood(field.subject, extension.oid);
  }
  return reason;
}

type ListExtensions = Pick<RevocationList, 'scope' | 'addresses' | 'authorityKeyIdentifier'>;

function readListExtensions(field: DerValue): ListExtensions {
  let found: ListExtensions = { scope: 'all' };
  for (const one of new DerCursor(field).rest(DER.sequence, 'extension', MAX_EXTENSIONS)) {
    const { extension, octets } = readExtension(one);
    if (extension.oid === '2.5.29.35') {
      const key = new DerCursor(readInside(octets)).optional(contextTag(0));
      if (key !== undefined) found = { ...found, authorityKeyIdentifier: hexOf(key.content) };
    } else if (extension.oid === '2.5.29.28') {
      found = { ...found, ...readDistributionPoint(readInside(octets)) };
    } else if (extension.critical) throw notUnderstood(field.subject, extension.oid);
  }
  return found;
}

/** IssuingDistributionPoint (RFC 5280 5.2.5): names the part of the certificates that the list is about. */
function readDistributionPoint(field: DerValue): Pick<RevocationList, 'scope' | 'addresses'> {
  const cursor = new DerCursor(field);
  const name = cursor.optional(contextGroup(0));
  const leaves = cursor.optional(contextTag(1));
  const authorities = cursor.optional(contextTag(2));
  // Some reasons only, lists for others, attribute certificates.
  if (cursor.more) throw notUnderstood(field.subject, '2.5.29.28');
  const is = (flag: DerValue | undefined): boolean => flag !== undefined && readBoolean(flag);
  if (is(leaves) && is(authorities)) throw malformed(field, 'a list about no certificate');
  const scope = is(leaves) ? 'leaves' : is(authorities) ? 'authorities' : 'all';
  return name === undefined ? { scope } : { scope, addresses: pointAddresses(name) };
}

function notUnderstood(subject: string, oid: string): FiliationError {
  return new FiliationError('UNSUPPORTED', `${subject}: extension ${oid} makes it a list of another kind`, {
    where: subject,
    hint: 'store the complete list of the issuer, not a partial, indirect or delta one',
  });
}
