import { hexOf } from '../bytes.ts';
import {
  contextGroup,
  contextTag,
  DER,
  DerCursor,
  type DerValue,
  malformed,
  readInside,
} from '../der/reader.ts';
import { readBoolean, readCount, readNamedBits, readOid } from '../der/values.ts';
import { type GeneralName, readGeneralName } from './name.ts';

/** Extensions of one certificate; names and purposes in one extension. */
const MAX_EXTENSIONS = 64;
const MAX_ENTRIES = 1024;
/** Longest chain a certificate may allow below it. */
const MAX_PATH_LENGTH = 1024;

export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

/** In the order of their bits (RFC 5280 4.2.1.3). */
const KEY_USAGES: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** Content of the extension's octet string. */
  readonly value: Uint8Array;
}

/** The extensions that the checks read; absent where the certificate lacks them. */
export interface Extensions {
  readonly all: readonly Extension[];
  readonly basicConstraints?: { readonly authority: boolean; readonly pathLength?: number };
  readonly keyUsage?: ReadonlySet<KeyUsage>;
  readonly extendedKeyUsage?: { readonly critical: boolean; readonly purposes: readonly string[] };
  readonly subjectAlternativeNames?: readonly GeneralName[];
  /** Lower-case hex. */
  readonly subjectKeyIdentifier?: string;
  /** Lower-case hex. */
  readonly authorityKeyIdentifier?: string;
  /** Object identifiers of critical extensions that nothing here understands. */
  readonly notUnderstood: readonly string[];
}

type Parts = { -readonly [K in keyof Extensions]: Extensions[K] };

/** Extensions (RFC 5280 4.2). @throws FiliationError MALFORMED, LIMIT_EXCEEDED */
export function readExtensions(value: DerValue): Extensions {
  const all: Extension[] = [];
  const notUnderstood: string[] = [];
  const parts: Omit<Parts, 'all' | 'notUnderstood'> = {};
  const seen = new Set<string>();
  for (const field of new DerCursor(value).rest(DER.sequence, 'extension', MAX_EXTENSIONS)) {
    const { extension, octets } = readExtension(field);
    const { oid, critical } = extension;
    if (seen.has(oid)) throw malformed(field, `extension ${oid} twice`);
    seen.add(oid);
    all.push(extension);
    const understood = readKnown(parts, oid, critical, octets);
    // Constraints on names bind whether critical or not: what cannot be applied must not be passed over.
    if ((critical && !understood) || oid === '2.5.29.30') notUnderstood.push(oid);
  }
  return { all, notUnderstood, ...parts };
}

/** One Extension of a certificate, token or revocation list. */
export function readExtension(field: DerValue): { extension: Extension; octets: DerValue } {
  const cursor = new DerCursor(field);
  const oid = readOid(cursor.next(DER.oid, 'extension identifier'));
  const flag = cursor.optional(DER.boolean);
  const octets = cursor.next(DER.octetString, 'extension value');
  cursor.end('extension');
  const critical = flag !== undefined && readBoolean(flag);
  return { extension: { oid, critical, value: octets.content }, octets };
}

function readKnown(
  parts: Omit<Parts, 'all' | 'notUnderstood'>,
  oid: string,
  critical: boolean,
  octets: DerValue,
): boolean {
  switch (oid) {
    case '2.5.29.14':
      parts.subjectKeyIdentifier = hexOf(
        expect(readInside(octets), DER.octetString, 'key identifier').content,
      );
      return true;
    case '2.5.29.15':
      parts.keyUsage = readKeyUsage(expect(readInside(octets), DER.bitString, 'key usage'));
      return true;
    case '2.5.29.17':
      parts.subjectAlternativeNames = readAlternativeNames(readInside(octets));
      return true;
    case '2.5.29.19':
      parts.basicConstraints = readBasicConstraints(readInside(octets));
      return true;
    // Policies: none is demanded, so every one is acceptable (RFC 5280 6.1.1 c).
    case '2.5.29.32':
      return true;
    case '2.5.29.35': {
      const identifier = readAuthorityKey(readInside(octets));
      if (identifier !== undefined) parts.authorityKeyIdentifier = identifier;
      return true;
    }
    case '2.5.29.37':
      parts.extendedKeyUsage = { critical, purposes: readPurposes(readInside(octets)) };
      return true;
    default:
      return false;
  }
}

function expect(value: DerValue, identifier: number, what: string): DerValue {
  if (value.identifier !== identifier)
    throw malformed(value, `tag 0x${value.identifier.toString(16)} where ${what} belongs`);
  return value;
}

function readKeyUsage(value: DerValue): ReadonlySet<KeyUsage> {
  const usages = new Set<KeyUsage>();
  for (const bit of readNamedBits(value)) {
    const usage = KEY_USAGES[bit];
    if (usage === undefined) throw malformed(value, `key usage ${bit}`);
    usages.add(usage);
  }
  return usages;
}

function readBasicConstraints(value: DerValue): { authority: boolean; pathLength?: number } {
  const cursor = new DerCursor(expect(value, DER.sequence, 'basic constraints'));
  const flag = cursor.optional(DER.boolean);
  const length = cursor.optional(DER.integer);
  cursor.end('basic constraints');
  const authority = flag !== undefined && readBoolean(flag);
  if (length === undefined) return { authority };
  if (!authority) throw malformed(value, 'a path length for a certificate that issues none');
  return { authority, pathLength: readCount(length, 'path length', MAX_PATH_LENGTH) };
}

function readAlternativeNames(value: DerValue): GeneralName[] {
  const cursor = new DerCursor(expect(value, DER.sequence, 'alternative names'));
  const names: GeneralName[] = [];
  while (cursor.more && names.length < MAX_ENTRIES) names.push(readGeneralName(cursor.any('name')));
  cursor.end('alternative names');
  return names;
}

function readPurposes(value: DerValue): string[] {
  const cursor = new DerCursor(expect(value, DER.sequence, 'extended key usage'));
  const purposes = cursor.rest(DER.oid, 'purpose', MAX_ENTRIES).map(readOid);
  if (purposes.length === 0) throw malformed(value, 'an extended key usage without purposes');
  return purposes;
}

function readAuthorityKey(value: DerValue): string | undefined {
  const cursor = new DerCursor(expect(value, DER.sequence, 'authority key identifier'));
  const identifier = cursor.optional(contextTag(0));
  cursor.optional(contextGroup(1));
  cursor.optional(contextTag(2));
  cursor.end('authority key identifier');
  return identifier === undefined ? undefined : hexOf(identifier.content);
}
