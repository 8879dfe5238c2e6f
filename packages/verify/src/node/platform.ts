import { createHash, createPublicKey, verify } from 'node:crypto';
import type { DigestName, Platform, SignatureCheck } from '../platform.ts';

function bytesOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** The checks on Node's own OpenSSL. */
export const nodePlatform: Platform = {
  name: `node ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
  sha256: (bytes) => bytesOf(createHash('sha256').update(bytes).digest()),
  runningSha256() {
    const hash = createHash('sha256');
    return {
      update: (bytes) => void hash.update(bytes),
      digest: () => bytesOf(hash.digest()),
    };
  },
  digest: (name: DigestName, bytes) => Promise.resolve(bytesOf(createHash(name).update(bytes).digest())),
  verifySignature: (check) => Promise.resolve(accepts(check)),
  cofactorless: true,
};

function accepts({ scheme, publicKey, message, signature }: SignatureCheck): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
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
