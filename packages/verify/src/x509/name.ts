import { hexOf } from '../bytes.ts';
import { DER, DerCursor, type DerValue } from '../der/reader.ts';
import { readText, shown } from '../der/text.ts';
import { readOid } from '../der/values.ts';

/** Relative names in one name, attributes in one relative name. */
const MAX_PARTS = 32;

/** Short names of attributes (RFC 4514 3, RFC 4519). */
const SHORT: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '0.9.2342.19200300.100.1.25': 'DC',
};

export interface DistinguishedName {
  /** `CN=…, O=…` in the order of the encoding, escaped and shortened: for people only. */
  readonly text: string;
  /** Equal for names that RFC 5280 7.1 calls equal: case and runs of spaces do not count. */
  readonly key: string;
  /** The common name, escaped and shortened; the whole text where there is none. */
  readonly shortText: string;
  readonly der: Uint8Array;
}

/** A Name (RFC 5280 4.1.2.4). @throws FiliationError MALFORMED, LIMIT_EXCEEDED */
export function readName(value: DerValue): DistinguishedName {
  const texts: string[] = [];
  const keys: string[] = [];
  let commonName: string | undefined;
  for (const set of new DerCursor(value).rest(DER.set, 'relative name', MAX_PARTS)) {
    const pairs: string[] = [];
    for (const pair of new DerCursor(set).rest(DER.sequence, 'name attribute', MAX_PARTS)) {
      const cursor = new DerCursor(pair);
      const type = readOid(cursor.next(DER.oid, 'attribute type'));
      const encoded = cursor.any('attribute value');
      cursor.end('name attribute');
      const text = readText(encoded);
      const bytes = hexOf(encoded.whole);
      if (type === '2.5.4.3' && text !== undefined) commonName = text;
      texts.push(`${SHORT[type] ?? type}=${text === undefined ? `#${bytes}` : text}`);
      pairs.push(JSON.stringify([type, text === undefined ? bytes : folded(text)]));
    }
    keys.push(pairs.sort().join('+'));
  }
  const text = shown(texts.join(', '));
  return {
    text,
    key: keys.join(','),
    shortText: commonName === undefined ? text : shown(commonName),
    der: value.whole,
  };
}

function folded(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}

/** One GeneralName (RFC 5280 4.2.1.6); kinds that nobody here compares are `other`. */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly value: string }
  | { readonly kind: 'directory'; readonly name: DistinguishedName }
  | { readonly kind: 'other'; readonly value: string };

export function readGeneralName(value: DerValue): GeneralName {
  const kinds: Readonly<Record<number, 'email' | 'dns' | 'uri'>> = { 129: 'email', 130: 'dns', 134: 'uri' };
  const kind = kinds[value.identifier];
  if (kind !== undefined) {
    const text = readText({ ...value, identifier: DER.ia5String }) ?? '';
    return { kind, value: text };
  }
  if (value.identifier === 0xa4) {
    const cursor = new DerCursor(value);
    const name = readName(cursor.next(DER.sequence, 'directory name'));
    cursor.end('directory name');
    return { kind: 'directory', name };
  }
  return { kind: 'other', value: hexOf(value.whole) };
}
