import { DER, DerCursor, type DerValue, malformed, readInside } from '../der/reader.ts';
import { readInteger, readOctetAlignedBits, readOid } from '../der/values.ts';
import { FiliationError } from '../error.ts';
import { readPssParameters, type SignatureAlgorithm } from './algorithms.ts';

/** Bits of an RSA modulus: below, forgery is in reach; above, checking takes seconds. */
const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 8192;
/** Bits of an RSA exponent: 65537 in practice. */
const MAX_EXPONENT_BITS = 64;

const CURVES: Readonly<Record<string, { curve: 'P-256' | 'P-384' | 'P-521'; bytes: number }>> = {
  '1.2.840.10045.3.1.7': { curve: 'P-256', bytes: 32 },
  '1.3.132.0.34': { curve: 'P-384', bytes: 48 },
  '1.3.132.0.35': { curve: 'P-521', bytes: 66 },
};

export type PublicKeyKind =
  | {
      readonly type: 'rsa';
      readonly bits: number;
      /** The key says that it signs with RSA-PSS only, and perhaps with which parameters at least. */
      readonly pssOnly: boolean;
      readonly pss?: SignatureAlgorithm;
    }
  | { readonly type: 'ec'; readonly curve: 'P-256' | 'P-384' | 'P-521' }
  | { readonly type: 'ed25519' }
  | { readonly type: 'unsupported'; readonly name: string };

export interface PublicKey {
  /** SubjectPublicKeyInfo, DER, as `Platform.verifySignature` takes it. */
  readonly spki: Uint8Array;
  readonly kind: PublicKeyKind;
  /** Content of the key's bit string: what key identifiers digest. */
  readonly keyBits: Uint8Array;
}

/** SubjectPublicKeyInfo (RFC 5280 4.1.2.7, 3279, 5480, 8410). @throws FiliationError MALFORMED */
export function readPublicKey(value: DerValue): PublicKey {
  const cursor = new DerCursor(value);
  const algorithm = cursor.next(DER.sequence, 'key algorithm');
  const bits = cursor.next(DER.bitString, 'key');
  cursor.end('public key');
  const parts = new DerCursor(algorithm);
  const oid = readOid(parts.next(DER.oid, 'key algorithm'));
  const parameters = parts.more ? parts.any('key parameters') : undefined;
  parts.end('key algorithm');
  const keyBits = readOctetAlignedBits(bits);
  const key = (kind: PublicKeyKind, spki = value.whole): PublicKey => ({ spki, kind, keyBits });

  if (oid === '1.2.840.113549.1.1.1') {
    if (parameters?.identifier !== DER.null || parameters.content.length !== 0)
      throw malformed(algorithm, 'an RSA key without its empty parameters');
    return key(rsaKey(bits, { only: false }));
  }
  if (oid === '1.2.840.113549.1.1.10') {
    // Signed with PSS only. Platforms differ on this identifier, so they are given the plain one.
    return key(rsaKey(bits, { only: true, parameters }), plainRsa(bits.whole));
  }
  if (oid === '1.2.840.10045.2.1') {
    const curve = parameters?.identifier === DER.oid ? CURVES[readOid(parameters)] : undefined;
    if (curve === undefined)
      return key({ type: 'unsupported', name: 'an elliptic curve other than P-256, P-384, P-521' });
    if (keyBits[0] !== 4 || keyBits.length !== 1 + 2 * curve.bytes)
      throw malformed(bits, `a point that is not an uncompressed one of ${curve.curve}`);
    return key({ type: 'ec', curve: curve.curve });
  }
  if (oid === '1.3.101.112') {
    if (parameters !== undefined || keyBits.length !== 32) throw malformed(bits, 'a damaged Ed25519 key');
    return key({ type: 'ed25519' });
  }
  return key({ type: 'unsupported', name: `key algorithm ${oid}` });
}

function rsaKey(value: DerValue, pss: { only: boolean; parameters?: DerValue | undefined }): PublicKeyKind {
  const held = readInside(value, 1);
  if (held.identifier !== DER.sequence) throw malformed(held, 'an RSA key that is none');
  const pair = new DerCursor(held);
  const modulus = positive(pair.next(DER.integer, 'modulus'), MAX_RSA_BITS);
  const exponent = positive(pair.next(DER.integer, 'exponent'), MAX_EXPONENT_BITS);
  pair.end('RSA key');
  if (exponent < 3n || exponent % 2n === 0n || modulus % 2n === 0n)
    throw malformed(value, 'an RSA key that is none');
  const bits = modulus.toString(2).length;
  if (bits < MIN_RSA_BITS) return { type: 'unsupported', name: `an RSA key of only ${bits} bits` };
  const kind = { type: 'rsa', bits, pssOnly: pss.only } as const;
  return pss.parameters === undefined ? kind : { ...kind, pss: readPssParameters(pss.parameters) };
}

function positive(value: DerValue, maximumBits: number): bigint {
  if (value.content.length > maximumBits / 8 + 1)
    throw new FiliationError('LIMIT_EXCEEDED', `${value.subject}: an RSA number above ${maximumBits} bits`, {
      where: value.subject,
    });
  return readInteger(value, maximumBits / 8 + 1);
}

/** `SEQUENCE { SEQUENCE { rsaEncryption, NULL }, key }`. */
function plainRsa(bitString: Uint8Array): Uint8Array {
  const algorithm = [0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0];
  const length = algorithm.length + bitString.length;
  // Two bytes of length: keys below 1,024 bits, for which that is not the shortest form, are never used.
  return Uint8Array.of(0x30, 0x82, length >> 8, length & 0xff, ...algorithm, ...bitString);
}
