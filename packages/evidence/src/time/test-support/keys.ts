import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { contextGroup, DER, type DigestName } from '@filiation/verify';
import { encode, integer, objectIdentifier, sequence } from '../der-write.ts';
import { digestIdentifier } from '../request.ts';

export type KeyKind = 'rsa' | 'rsa-small' | 'rsa-pss' | 'rsa-pss-only' | 'p256' | 'p384' | 'p521' | 'ed25519';

export interface TestKey {
  readonly kind: KeyKind;
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

const CURVES = { p256: 'P-256', p384: 'P-384', p521: 'P-521' } as const;
const SALT_BYTES = { sha256: 32, sha384: 48, sha512: 64 } as const;
const RSA = { sha256: 11, sha384: 12, sha512: 13 } as const;
const ECDSA = { sha256: 2, sha384: 3, sha512: 4 } as const;

export function testKey(kind: KeyKind): TestKey {
  const { privateKey, publicKey } = pair(kind);
  return { kind, privateKey, spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) };
}

function pair(kind: KeyKind): { privateKey: KeyObject; publicKey: KeyObject } {
  if (kind === 'ed25519') return generateKeyPairSync('ed25519');
  if (kind === 'rsa-pss-only')
    return generateKeyPairSync('rsa-pss', {
      modulusLength: 2048,
      hashAlgorithm: 'sha256',
      mgf1HashAlgorithm: 'sha256',
      // The types of this option say string; the function takes a number.
      saltLength: 32 as unknown as string,
    });
  if (kind === 'p256' || kind === 'p384' || kind === 'p521')
    return generateKeyPairSync('ec', { namedCurve: CURVES[kind] });
  return generateKeyPairSync('rsa', { modulusLength: kind === 'rsa-small' ? 1024 : 2048 });
}

/** AlgorithmIdentifier of the signatures that `signWith` makes. */
export function signatureIdentifier(kind: KeyKind, hash: DigestName): Uint8Array {
  switch (kind) {
    case 'ed25519':
      return sequence(objectIdentifier('1.3.101.112'));
    case 'rsa':
    case 'rsa-small':
      return sequence(objectIdentifier(`1.2.840.113549.1.1.${RSA[hash]}`), encode(DER.null));
    case 'rsa-pss':
    case 'rsa-pss-only': {
      const mask = sequence(objectIdentifier('1.2.840.113549.1.1.8'), digestIdentifier(hash));
      return sequence(
        objectIdentifier('1.2.840.113549.1.1.10'),
        sequence(
          encode(contextGroup(0), digestIdentifier(hash)),
          encode(contextGroup(1), mask),
          encode(contextGroup(2), integer(SALT_BYTES[hash])),
        ),
      );
    }
    default:
      return sequence(objectIdentifier(`1.2.840.10045.4.3.${ECDSA[hash]}`));
  }
}

export function signWith(key: TestKey, hash: DigestName, message: Uint8Array): Uint8Array {
  const { kind, privateKey } = key;
  if (kind === 'ed25519') return new Uint8Array(sign(null, message, privateKey));
  // 6 is RSA_PKCS1_PSS_PADDING.
  if (kind === 'rsa-pss' || kind === 'rsa-pss-only')
    return new Uint8Array(sign(hash, message, { key: privateKey, padding: 6, saltLength: SALT_BYTES[hash] }));
  return new Uint8Array(sign(hash, message, privateKey));
}
