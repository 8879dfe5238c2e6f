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

/** The key's text never reaches an error. @throws FiliationError MALFORMED, UNSUPPORTED */
export function readPrivateKey(pem: string, passphrase: string | undefined, where: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    throw new FiliationError('MALFORMED', `${where} is not a private key that can be opened`, {
      where,
      hint: /ENCRYPTED/.test(pem)
        ? 'it is encrypted: check the passphrase'
        : 'make one with: openssl ecparam -name secp384r1 -genkey -noout -out KEY.pem',
    });
  }
  curveOf(key, where);
  return key;
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
