import { createHash } from 'node:crypto';
import { contextGroup, contextTag, DER, type DigestName, type Imprint } from '@filiation/verify';
import { encode, integer, objectIdentifier, octetString, sequence } from '../der-write.ts';
import { digestIdentifier } from '../request.ts';
import { distinguishedName, generalizedTime, type TestCertificate } from './certificates.ts';
import { signatureIdentifier, signWith } from './keys.ts';

const TOKEN_CONTENT = '1.2.840.113549.1.9.16.1.4';

/** How one token is made; every part can be made wrong. */
export interface TokenOptions {
  readonly signer: TestCertificate;
  /** Certificates in the token, the signer's not included. */
  readonly chain?: readonly TestCertificate[];
  readonly includeSigner?: boolean;
  readonly imprint: Imprint;
  readonly at: Date;
  /** Digits after the second. */
  readonly fraction?: string;
  /** Hex. */
  readonly nonce?: string;
  readonly policy?: string;
  readonly serial?: number;
  /** Seconds, milliseconds, microseconds. */
  readonly accuracy?: readonly [number, number, number];
  /** Common name that the token gives the authority; empty: none. */
  readonly authorityName?: string;
  readonly hash?: DigestName;
  /** RSA: the digest named in the signature algorithm as well. */
  readonly namedAlgorithm?: boolean;
  readonly identities?: readonly ('v1' | 'v2')[];
  /** Whose digest the signed attributes hold. */
  readonly identified?: TestCertificate;
  readonly contentType?: string;
  readonly attributeContentType?: string;
  /** Digest that the signed attributes hold in place of the right one. */
  readonly messageDigest?: Uint8Array;
  readonly criticalExtension?: boolean;
  /** PKIStatus of the reply. */
  readonly status?: number;
  readonly statusText?: string;
}

/** A granted reply (TimeStampResp) with its token, or a refusal without one. */
export function makeReply(options: TokenOptions): Uint8Array {
  const { status = 0, statusText } = options;
  const text = statusText === undefined ? [] : [sequence(encode(DER.utf8String, utf8(statusText)))];
  return sequence(sequence(integer(status), ...text), ...(status > 1 ? [] : [makeToken(options)]));
}

export function makeToken(options: TokenOptions): Uint8Array {
  const { signer, chain = [], includeSigner = true, contentType = TOKEN_CONTENT } = options;
  const hash: DigestName = signer.key.kind === 'ed25519' ? 'sha512' : (options.hash ?? 'sha256');
  const info = tokenInfo(options);
  const certificates = [...(includeSigner ? [signer] : []), ...chain].map(({ der }) => der);
  const data = sequence(
    integer(3),
    encode(DER.set, digestIdentifier(hash)),
    sequence(objectIdentifier(contentType), encode(contextGroup(0), octetString(info))),
    ...(certificates.length === 0 ? [] : [encode(contextGroup(0), ...certificates)]),
    encode(DER.set, signerInfo(options, info, hash)),
  );
  return sequence(objectIdentifier('1.2.840.113549.1.7.2'), encode(contextGroup(0), data));
}

function tokenInfo(options: TokenOptions): Uint8Array {
  const { imprint, at, nonce, accuracy, authorityName, criticalExtension } = options;
  const [seconds, milliseconds, microseconds] = accuracy ?? [1, 0, 0];
  const small = (tag: number, value: number): Uint8Array[] =>
    value === 0 ? [] : [encode(contextTag(tag), integer(value).subarray(2))];
  return sequence(
    integer(1),
    objectIdentifier(options.policy ?? '1.3.6.1.4.1.32473.1'),
    sequence(digestIdentifier(imprint.hash), octetString(imprint.digest)),
    integer(options.serial ?? 7),
    generalizedTime(at, options.fraction),
    sequence(integer(seconds), ...small(0, milliseconds), ...small(1, microseconds)),
    ...(nonce === undefined ? [] : [integer(BigInt(`0x${nonce}`))]),
    ...(authorityName === undefined
      ? []
      : [encode(contextGroup(0), encode(contextGroup(4), distinguishedName(authorityName)))]),
    ...(criticalExtension === true
      ? [
          encode(
            contextGroup(1),
            sequence(
              objectIdentifier('1.3.6.1.4.1.32473.9'),
              encode(DER.boolean, Uint8Array.of(0xff)),
              octetString(encode(DER.null)),
            ),
          ),
        ]
      : []),
  );
}

function signerInfo(options: TokenOptions, info: Uint8Array, hash: DigestName): Uint8Array {
  const { signer, namedAlgorithm = false } = options;
  const attributes = signedAttributes(options, info, hash);
  const signed = encode(DER.set, ...attributes);
  const algorithm =
    signer.key.kind === 'rsa' && !namedAlgorithm
      ? sequence(objectIdentifier('1.2.840.113549.1.1.1'), encode(DER.null))
      : signatureIdentifier(signer.key.kind, hash);
  return sequence(
    integer(1),
    sequence(signer.issuer, integer(signer.serial)),
    digestIdentifier(hash),
    encode(contextGroup(0), ...attributes),
    algorithm,
    octetString(signWith(signer.key, hash, signed)),
  );
}

function signedAttributes(options: TokenOptions, info: Uint8Array, hash: DigestName): Uint8Array[] {
  const { signer, identities = ['v2'], identified = signer } = options;
  const type = options.attributeContentType ?? options.contentType ?? TOKEN_CONTENT;
  const attribute = (oid: string, value: Uint8Array): Uint8Array =>
    sequence(objectIdentifier(oid), encode(DER.set, value));
  const digest = options.messageDigest ?? digestOf(hash, info);
  const list = [
    attribute('1.2.840.113549.1.9.3', objectIdentifier(type)),
    attribute('1.2.840.113549.1.9.4', octetString(digest)),
  ];
  if (identities.includes('v1'))
    list.push(
      attribute(
        '1.2.840.113549.1.9.16.2.12',
        sequence(sequence(identity(identified, digestOf('sha1', identified.der)))),
      ),
    );
  if (identities.includes('v2'))
    list.push(
      attribute(
        '1.2.840.113549.1.9.16.2.47',
        sequence(sequence(identity(identified, digestOf('sha256', identified.der)))),
      ),
    );
  // DER orders a set by the bytes of its members.
  return list.sort(Buffer.compare);
}

function identity(certificate: TestCertificate, digest: Uint8Array): Uint8Array {
  const issuer = sequence(sequence(encode(contextGroup(4), certificate.issuer)), integer(certificate.serial));
  return sequence(octetString(digest), issuer);
}

export function digestOf(hash: DigestName | 'sha1', bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(hash).update(bytes).digest());
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
