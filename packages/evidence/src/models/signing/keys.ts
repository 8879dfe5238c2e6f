import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type DigestName, FiliationError } from '@filiation/verify';

/** OpenSSL's curve names and what the standard pairs each with. */
const CURVES: Readonly<Record<string, { readonly name: string; readonly digest: DigestName }>> = {
  prime256v1: { name: 'P-256', digest: 'sha256' },
  secp384r1: { name: 'P-384', digest: 'sha384' },
  secp521r1: { name: 'P-521', digest: 'sha512' },
};

/** The digest that the standard pairs with the key's curve. @throws FiliationError UNSUPPORTED */
export function digestOfKey(key: KeyObject, where: string): DigestName {
  return curveOf(key, where).digest;
}

export function curveOf(
  key: KeyObject,
  where: string,
): { readonly name: string; readonly digest: DigestName } {
  const curve =
    key.asymmetricKeyType === 'ec' ? CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''] : undefined;
  if (curve === undefined)
    throw new FiliationError('UNSUPPORTED', `${where} is no elliptic-curve key of the standard`, {
      where,
      hint: 'model signatures use ECDSA on P-256, P-384 or P-521',
    });
  return curve;
}

/** @throws FiliationError MALFORMED, UNSUPPORTED */
export function readPublicKey(pem: string, where: string): KeyObject {
  if (/PRIVATE KEY/.test(pem))
    throw new FiliationError('USAGE', `${where} is a private key`, {
      where,
      hint: 'give the public key: openssl pkey -in KEY -pubout',
    });
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new FiliationError('MALFORMED', `${where} is not a public key in PEM form`, { where });
  }
  curveOf(key, where);
  return key;
}

/**
 * The private key that signs models, from PEM. Neither it nor the passphrase ever reaches an error.
 *
 * @throws FiliationError MALFORMED, UNSUPPORTED (another kind or curve)
 */
export function readSigningKey(pem: Uint8Array | string, passphrase?: Uint8Array | string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({
      key: typeof pem === 'string' ? pem : Buffer.from(pem.buffer, pem.byteOffset, pem.length),
      ...(passphrase === undefined ? {} : { passphrase: Buffer.from(passphrase) }),
    });
  } catch {
    throw new FiliationError('MALFORMED', 'the private key cannot be opened', {
      hint: isEncryptedKey(pem)
        ? 'it is encrypted: check the passphrase'
        : 'give one in PEM form: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out KEY.pem',
    });
  }
  curveOf(key, 'the private key');
  return key;
}

/** Whether a passphrase is needed to read it. */
export function isEncryptedKey(pem: Uint8Array | string): boolean {
  return /ENCRYPTED/.test(typeof pem === 'string' ? pem : Buffer.from(pem).toString('latin1'));
}

/** Hex SHA-256 of the key's PEM text as OpenSSL writes it: the hint of the standard. */
export function keyHint(key: KeyObject): string {
  return sha256(key.export({ type: 'spki', format: 'pem' }).toString());
}

/** Hex SHA-256 of the key's SubjectPublicKeyInfo: the fingerprint most tools show. */
export function keyFingerprint(key: KeyObject): string {
  return sha256(key.export({ type: 'spki', format: 'der' }));
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
