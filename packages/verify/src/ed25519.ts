import { bytesFromHex, concatBytes, hexOf } from './bytes.ts';
import {
  add,
  decodePoint,
  GROUP_ORDER,
  hasSmallOrder,
  isIdentity,
  littleEndian,
  multiply,
  multiplyWithBase,
  negate,
} from './ed25519-point.ts';
import type { Platform } from './platform.ts';

/** Why a public key is fit to be registered, or not. */
export type PublicKeyState = 'ok' | 'small-order' | 'not-canonical' | 'not-on-curve' | 'mixed-order';

/** `ambiguous`: honest verifiers may differ on it, so it never counts as valid. */
export type SignatureState = 'valid' | 'invalid' | 'ambiguous';

export const ED25519_KEY_BYTES = 32;
export const ED25519_SIGNATURE_BYTES = 64;

/** SubjectPublicKeyInfo of RFC 8410, up to the 32 bytes of the key. */
const SPKI_PREFIX = bytesFromHex('302a300506032b6570032100');

/** The five y coordinates of the eight points of small order, least significant byte first. */
const SMALL_ORDER_Y: ReadonlySet<string> = new Set([
  `00${'00'.repeat(31)}`,
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/**
 * Whether a public key is safe to rely on: a canonical encoding of a point of the prime-order group. With
 * such a key only its holder can make signatures on which verifiers differ. About 3 ms, for a key that was
 * looked at lately nothing.
 */
export function inspectPublicKey(key: Uint8Array): PublicKeyState {
  if (key.length !== ED25519_KEY_BYTES) return 'not-canonical';
  const id = hexOf(key);
  let state = inspected.get(id);
  if (state === undefined) {
    state = stateOf(key);
    if (inspected.size >= MAX_INSPECTED) inspected.delete(inspected.keys().next().value!);
    inspected.set(id, state);
  }
  return state;
}

/** Keys that are remembered: a case names the same ones in its policy, its opening and its settings. */
const MAX_INSPECTED = 64;
const inspected = new Map<string, PublicKeyState>();

function stateOf(key: Uint8Array): PublicKeyState {
  const point = decodePoint(key);
  if (typeof point === 'string') return point;
  if (hasSmallOrder(point)) return 'small-order';
  return isIdentity(multiply(point, GROUP_ORDER)) ? 'ok' : 'mixed-order';
}

/**
 * Checks a signature under the narrowest reading of RFC 8032: a key or R of small order or not canonical
 * and S not below the group order are invalid; then the platform must accept, and where it is not known
 * to use the equation without the cofactor, our own arithmetic must agree. A signature that satisfies
 * only the equation with the cofactor, or on which the platform and our arithmetic differ, is
 * `ambiguous`. Keys of mixed order are `inspectPublicKey`'s matter. Never throws on hostile input.
 */
export async function verifyEd25519(
  platform: Platform,
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<SignatureState> {
  if (key.length !== ED25519_KEY_BYTES || signature.length !== ED25519_SIGNATURE_BYTES) return 'invalid';
  if (!isStrictEncoding(key) || !isStrictEncoding(signature.subarray(0, 32))) return 'invalid';
  if (littleEndian(signature.subarray(32)) >= GROUP_ORDER) return 'invalid';
  const accepted = await platform.verifySignature({
    scheme: { kind: 'ed25519' },
    publicKey: ed25519Spki(key),
    message,
    signature,
  });
  // Whoever satisfies the equation without the cofactor satisfies the one with it.
  if (accepted && platform.cofactorless) return 'valid';
  const own = await solveEd25519(platform, key, message, signature);
  if (accepted) return own.cofactorless ? 'valid' : 'ambiguous';
  return own.cofactored ? 'ambiguous' : 'invalid';
}

/** SubjectPublicKeyInfo (DER, 44 bytes) of a public key of 32 bytes. */
export function ed25519Spki(key: Uint8Array): Uint8Array {
  return concatBytes(SPKI_PREFIX, key);
}

/** The 32 bytes of the key in its SubjectPublicKeyInfo, or nothing where that is not Ed25519. */
export function ed25519KeyOfSpki(spki: Uint8Array): Uint8Array | undefined {
  if (spki.length !== SPKI_PREFIX.length + ED25519_KEY_BYTES) return undefined;
  if (SPKI_PREFIX.some((byte, i) => spki[i] !== byte)) return undefined;
  return spki.slice(SPKI_PREFIX.length);
}

/** y below 2^255 - 19, and not a point of small order. (A zero x with the sign set is one of those.) */
function isStrictEncoding(encoding: Uint8Array): boolean {
  const y = Uint8Array.from(encoding);
  y[31]! &= 0x7f;
  const reduced = y[31] !== 0x7f || y[0]! < 0xed || y.subarray(1, 31).some((byte) => byte !== 0xff);
  return reduced && !SMALL_ORDER_Y.has(hexOf(y));
}

/** Both equations of RFC 8032 section 5.1.7 by our own arithmetic; the platform gives the digest alone. */
export async function solveEd25519(
  platform: Pick<Platform, 'digest'>,
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<{ readonly cofactorless: boolean; readonly cofactored: boolean }> {
  const commitment = signature.subarray(0, 32);
  const [publicPoint, R] = [decodePoint(key), decodePoint(commitment)];
  if (typeof publicPoint === 'string' || typeof R === 'string')
    return { cofactorless: false, cofactored: false };
  const digest = await platform.digest('sha512', concatBytes(commitment, key, message));
  const k = littleEndian(digest) % GROUP_ORDER;
  const S = littleEndian(signature.subarray(32));
  const rest = add(multiplyWithBase(S, negate(publicPoint), k), negate(R));
  return { cofactorless: isIdentity(rest), cofactored: hasSmallOrder(rest) };
}
