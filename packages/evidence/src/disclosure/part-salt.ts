import { concatBytes, type Hasher, utf8Bytes } from '@filiation/verify';
import type { Secret } from '../keys/secret.ts';

/** Bytes of a SHA-256 block. */
const BLOCK = 64;

/** HMAC-SHA-256 (RFC 2104) for keys of at most 64 bytes. */
export function hmacSha256(hasher: Hasher, key: Uint8Array, message: Uint8Array): Uint8Array {
  if (key.length > BLOCK) throw new RangeError('keys of more than 64 bytes are not used here');
  const [inner, outer] = [new Uint8Array(BLOCK).fill(0x36), new Uint8Array(BLOCK).fill(0x5c)];
  for (let i = 0; i < key.length; i++) {
    inner[i]! ^= key[i]!;
    outer[i]! ^= key[i]!;
  }
  const digest = hasher.sha256(concatBytes(outer, hasher.sha256(concatBytes(inner, message))));
  inner.fill(0);
  outer.fill(0);
  return digest;
}

/**
 * Salt of one part: HMAC-SHA-256(master salt, `SCOPE/KIND/INDEX`), 32 bytes. One key opens all parts, and
 * the salt of an opened part says nothing about the others.
 */
export function partSalt(
  hasher: Hasher,
  master: Secret,
  about: { readonly scope: string; readonly kind: string; readonly index: number },
): Uint8Array {
  const path = utf8Bytes(`${about.scope}/${about.kind}/${about.index}`);
  return master.use((key) => hmacSha256(hasher, key, path));
}
