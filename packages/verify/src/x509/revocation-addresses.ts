import { contextGroup, contextTag, DER, DerCursor, type DerValue, readDer } from '../der/reader.ts';
import { readText } from '../der/text.ts';
import type { Certificate } from './certificate.ts';

const DISTRIBUTION_POINTS = '2.5.29.31';
/** Addresses taken from one certificate. */
const MAX_ADDRESSES = 8;

/**
 * Where the issuer of a certificate says that its complete revocation lists are (RFC 5280 4.2.1.13): http
 * and https addresses, in the certificate's order.
 *
 * @throws FiliationError MALFORMED
 */
export function revocationAddresses(certificate: Certificate): string[] {
  const extension = certificate.extensions.all.find(({ oid }) => oid === DISTRIBUTION_POINTS);
  if (extension === undefined) return [];
  const addresses: string[] = [];
  const points = new DerCursor(readDer(extension.value, 'distribution points of revocation lists'));
  for (const field of points.rest(DER.sequence, 'distribution point', 32)) {
    const point = new DerCursor(field);
    const name = point.optional(contextGroup(0));
    // [1] a list for some reasons only, [2] a list by somebody else: not the complete list wanted here.
    if (name === undefined || point.more) continue;
    addresses.push(...pointAddresses(name));
  }
  return addresses.slice(0, MAX_ADDRESSES);
}

/** http and https addresses of a DistributionPointName under its tag. */
export function pointAddresses(name: DerValue): string[] {
  const full = new DerCursor(name).optional(contextGroup(0));
  if (full === undefined) return [];
  const addresses: string[] = [];
  const names = new DerCursor(full);
  while (names.more && addresses.length < MAX_ADDRESSES) {
    const one = names.any('name');
    if (one.identifier !== contextTag(6)) continue;
    const text = readText({ ...one, identifier: DER.ia5String }) ?? '';
    if (/^https?:\/\//i.test(text)) addresses.push(text);
  }
  return addresses;
}
