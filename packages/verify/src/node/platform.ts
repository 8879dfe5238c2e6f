import { createHash, createPublicKey, hash as digestOnce, type KeyObject, verify } from 'node:crypto';
import type { DigestName, Platform, SignatureCheck } from '../platform.ts';

function bytesOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** The checks on Node's own OpenSSL. */
export const nodePlatform: Platform = {
  name: `node ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
  sha256: (bytes) => bytesOf(digestOnce('sha256', bytes, 'buffer')),
  runningSha256() {
    const hash = createHash('sha256');
    return {
      update: (bytes) => void hash.update(bytes),
      digest: () => bytesOf(hash.digest()),
    };
  },
  digest: (name: DigestName, bytes) => Promise.resolve(bytesOf(digestOnce(name, bytes, 'buffer'))),
  verifySignature: (check) => Promise.resolve(accepts(check)),
  cofactorless: true,
};

/** Keys that are kept: a case has few, and reading one costs as much as a verification. */
const MAX_KEYS = 64;
const keys = new Map<string, KeyObject>();

/** @throws whatever node:crypto does for bytes that are no key */
function keyOf(spki: Uint8Array): KeyObject {
  const bytes = Buffer.from(spki.buffer, spki.byteOffset, spki.byteLength);
  const id = bytes.toString('latin1');
  let key = keys.get(id);
  if (key === undefined) {
    key = createPublicKey({ key: bytes, format: 'der', type: 'spki' });
    if (keys.size >= MAX_KEYS) keys.delete(keys.keys().next().value!);
    keys.set(id, key);
  }
  return key;
}

function accepts({ scheme, publicKey, message, signature }: SignatureCheck): boolean {
  try {
    const key = keyOf(publicKey);
    if (scheme.kind === 'ed25519')
      return key.asymmetricKeyType === 'ed25519' && verify(null, message, key, signature);
    if (scheme.kind === 'ecdsa')
      return key.asymmetricKeyType === 'ec' && verify(scheme.hash, message, key, signature);
    if (key.asymmetricKeyType !== 'rsa') return false;
    if (scheme.kind === 'rsa-pkcs1') return verify(scheme.hash, message, key, signature);
    // 6 is RSA_PKCS1_PSS_PADDING.
    return verify(scheme.hash, message, { key, padding: 6, saltLength: scheme.saltLength }, signature);
  } catch {
    return false;
  }
}
