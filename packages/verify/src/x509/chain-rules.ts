import type { Certificate } from './certificate.ts';

/** What the leaf of a chain must be made for. */
export type Purpose = 'time-stamping' | 'code-signing' | 'any';

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const ANY_PURPOSE = '2.5.29.37.0';

/** For messages: `certificate of CN=…`. */
export function certificateTitle(certificate: Certificate): string {
  return `certificate of ${certificate.subject.text === '' ? `serial ${certificate.serial}` : certificate.subject.text}`;
}

/** What forbids `certificate` as the leaf of a chain for `purpose`. */
export function leafFault(certificate: Certificate, purpose: Purpose): string | undefined {
  const { extendedKeyUsage, keyUsage, notUnderstood } = certificate.extensions;
  const title = certificateTitle(certificate);
  if (notUnderstood.length > 0) return notUnderstoodFault(title, notUnderstood);
  if (purpose === 'any') return undefined;
  const wanted = purpose === 'time-stamping' ? TIME_STAMPING : CODE_SIGNING;
  if (extendedKeyUsage === undefined) return `${title}: no extended key usage, ${purpose} must be named`;
  if (!extendedKeyUsage.purposes.includes(wanted)) return `${title}: not made for ${purpose}`;
  if (keyUsage !== undefined && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation'))
    return `${title}: its key usage does not allow signing`;
  if (purpose === 'code-signing') return undefined;
  // RFC 3161 2.3: one purpose, and critical, so that the key signs nothing else.
  if (extendedKeyUsage.purposes.length > 1) return `${title}: made for other purposes beside ${purpose}`;
  if (!extendedKeyUsage.critical) return `${title}: its extended key usage is not critical`;
  return undefined;
}

/**
 * What forbids `issuer` as an issuer of certificates.
 *
 * @param below the issuers between it and the leaf.
 */
export function issuerFault(
  issuer: Certificate,
  below: readonly Certificate[],
  purpose: Purpose,
): string | undefined {
  const { basicConstraints, keyUsage, extendedKeyUsage, notUnderstood } = issuer.extensions;
  const title = certificateTitle(issuer);
  if (notUnderstood.length > 0) return notUnderstoodFault(title, notUnderstood);
  if (basicConstraints?.authority !== true)
    return `${title}: not an authority, it may not issue certificates`;
  if (keyUsage !== undefined && !keyUsage.has('keyCertSign'))
    return `${title}: its key usage does not allow issuing certificates`;
  // Certificates that an authority issues to itself do not count (RFC 5280 4.2.1.9).
  const counted = below.filter((one) => one.issuer.key !== one.subject.key).length;
  const { pathLength } = basicConstraints;
  if (pathLength !== undefined && counted > pathLength)
    return `${title}: allows ${pathLength} issuers below it, not ${counted}`;
  if (purpose === 'any' || extendedKeyUsage === undefined) return undefined;
  const wanted = purpose === 'time-stamping' ? TIME_STAMPING : CODE_SIGNING;
  const fits = extendedKeyUsage.purposes.some((one) => one === wanted || one === ANY_PURPOSE);
  return fits ? undefined : `${title}: its certificates are not made for ${purpose}`;
}

/** What is wrong with `certificate` at this moment. */
export function validityFault(certificate: Certificate, at: Date): string | undefined {
  const { notBefore, notAfter } = certificate;
  const moment = at.getTime();
  const title = certificateTitle(certificate);
  const when = new Date(moment).toISOString().replace('.000Z', 'Z');
  if (moment < notBefore.milliseconds) return `${title}: valid only from ${notBefore.text}, not at ${when}`;
  // The last second is valid to its end.
  if (moment >= notAfter.milliseconds + 1000)
    return `${title}: valid only until ${notAfter.text}, not at ${when}`;
  return undefined;
}

function notUnderstoodFault(title: string, oids: readonly string[]): string {
  return `${title}: extension ${oids.slice(0, 4).join(', ')} restricts it in a way that is not understood here`;
}
