import { createHash } from 'node:crypto';
import { contextGroup, contextTag, DER, type DigestName } from '@filiation/verify';
import { booleanValue, encode, integer, objectIdentifier, octetString, sequence } from '../der-write.ts';
import { signatureIdentifier, signWith, type TestKey } from './keys.ts';

export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

export interface CertificateOptions {
  /** Common name. */
  readonly name: string;
  readonly key: TestKey;
  /** Signs the certificate; itself where absent. */
  readonly issuer?: TestCertificate;
  readonly serial?: number;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly hash?: DigestName;
  /** `false`: basicConstraints without the flag; absent: no basicConstraints. */
  readonly authority?: boolean;
  readonly pathLength?: number;
  /** Content of the key usage bit string, unused bits first; absent: no key usage. */
  readonly keyUsage?: readonly [number, number];
  readonly purposes?: readonly string[];
  readonly purposesCritical?: boolean;
  /** Extensions added as they are: object identifier, critical, value. */
  readonly extra?: readonly (readonly [string, boolean, Uint8Array])[];
  /** Key identifiers are left out. */
  readonly bare?: boolean;
}

export interface TestCertificate {
  readonly der: Uint8Array;
  readonly pem: string;
  readonly key: TestKey;
  readonly serial: number;
  /** Name, DER. */
  readonly subject: Uint8Array;
  /** Name, DER. */
  readonly issuer: Uint8Array;
}

/** keyCertSign and cRLSign. */
export const ISSUING: readonly [number, number] = [1, 0x06];
/** digitalSignature. */
export const SIGNING: readonly [number, number] = [7, 0x80];

let serials = 1000;

export function issueCertificate(options: CertificateOptions): TestCertificate {
  const { key, hash = 'sha256', serial = serials++ } = options;
  const signer = options.issuer?.key ?? key;
  const subject = distinguishedName(options.name);
  const issuer = options.issuer?.subject ?? subject;
  const algorithm = signatureIdentifier(signer.kind, hash);
  const body = sequence(
    encode(contextGroup(0), integer(2)),
    integer(serial),
    algorithm,
    issuer,
    sequence(
      generalizedTime(options.notBefore ?? new Date('2001-01-01T00:00:00Z')),
      generalizedTime(options.notAfter ?? new Date('2099-12-31T23:59:59Z')),
    ),
    subject,
    key.spki,
    encode(contextGroup(3), sequence(...extensions(options, signer))),
  );
  const signature = encode(DER.bitString, Uint8Array.of(0), signWith(signer, hash, body));
  const der = sequence(body, algorithm, signature);
  return { der, pem: pemOf('CERTIFICATE', der), key, serial, subject, issuer };
}

function extensions(options: CertificateOptions, signer: TestKey): Uint8Array[] {
  const { authority, pathLength, keyUsage, purposes, purposesCritical = true, extra = [], bare } = options;
  const list: (readonly [string, boolean, Uint8Array])[] = [...extra];
  if (bare !== true) {
    list.push(['2.5.29.14', false, octetString(keyIdentifier(options.key))]);
    list.push(['2.5.29.35', false, sequence(encode(contextTag(0), keyIdentifier(signer)))]);
  }
  if (authority !== undefined)
    list.push([
      '2.5.29.19',
      true,
      sequence(
        ...(authority ? [booleanValue(true)] : []),
        ...(pathLength === undefined ? [] : [integer(pathLength)]),
      ),
    ]);
  if (keyUsage !== undefined)
    list.push(['2.5.29.15', true, encode(DER.bitString, Uint8Array.from(keyUsage))]);
  if (purposes !== undefined)
    list.push(['2.5.29.37', purposesCritical, sequence(...purposes.map(objectIdentifier))]);
  return list.map(([oid, critical, value]) =>
    sequence(objectIdentifier(oid), ...(critical ? [booleanValue(true)] : []), octetString(value)),
  );
}

function keyIdentifier(key: TestKey): Uint8Array {
  return new Uint8Array(createHash('sha1').update(key.spki).digest());
}

export function distinguishedName(commonName: string): Uint8Array {
  const value = encode(DER.utf8String, new TextEncoder().encode(commonName));
  return sequence(encode(DER.set, sequence(objectIdentifier('2.5.4.3'), value)));
}

export function generalizedTime(at: Date, fraction = ''): Uint8Array {
  const text = at.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return encode(
    DER.generalizedTime,
    new TextEncoder().encode(`${text}${fraction === '' ? '' : `.${fraction}`}Z`),
  );
}

export function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

export interface RevocationListOptions {
  readonly issuer: TestCertificate;
  readonly at: Date;
  /** Serial number, time, CRLReason. */
  readonly revoked?: readonly (readonly [number, Date, number?])[];
  readonly extra?: readonly Uint8Array[];
}

/** A certificate revocation list (RFC 5280 5.1), DER. */
export function issueRevocationList({
  issuer,
  at,
  revoked = [],
  extra = [],
}: RevocationListOptions): Uint8Array {
  const algorithm = signatureIdentifier(issuer.key.kind, 'sha256');
  const entries = revoked.map(([serial, time, reason]) =>
    sequence(
      integer(serial),
      generalizedTime(time),
      ...(reason === undefined
        ? []
        : [
            sequence(
              sequence(
                objectIdentifier('2.5.29.21'),
                octetString(encode(DER.enumerated, Uint8Array.of(reason))),
              ),
            ),
          ]),
    ),
  );
  const next = new Date(at.getTime() + 7 * 86_400_000);
  const body = sequence(
    integer(1),
    algorithm,
    issuer.subject,
    generalizedTime(at),
    generalizedTime(next),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...(extra.length === 0 ? [] : [encode(contextGroup(0), sequence(...extra))]),
  );
  return sequence(
    body,
    algorithm,
    encode(DER.bitString, Uint8Array.of(0), signWith(issuer.key, 'sha256', body)),
  );
}

/** `[0] { [0] { [6] address } }`: a DistributionPointName under its tag. */
export function pointName(address: string): Uint8Array {
  const uri = encode(contextTag(6), new TextEncoder().encode(address));
  return encode(contextGroup(0), encode(contextGroup(0), uri));
}

/** Extension of a certificate that points to its issuer's revocation list. */
export function listAddress(address: string): readonly [string, boolean, Uint8Array] {
  return ['2.5.29.31', false, sequence(sequence(pointName(address)))];
}
