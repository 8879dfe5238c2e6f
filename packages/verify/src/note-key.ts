import { base64Of, bytesFromBase64 } from './base64.ts';
import { concatBytes, hexOf, utf8Bytes } from './bytes.ts';
import { inspectPublicKey } from './ed25519.ts';
import { FiliationError } from './error.ts';
import type { Hasher } from './merkle.ts';
import { quoted } from './quoted.ts';

/** Characters of a verifier key; an ML-DSA-44 key takes 1,752 of base64. */
const MAX_TEXT = 4096;

/** Signature types of C2SP signed-note. Only `ed25519` and `cosignature` are verified here. */
export type NoteKeyKind = 'ed25519' | 'ecdsa' | 'cosignature' | 'tree-head' | 'ml-dsa-44' | 'other';

const TYPES: Readonly<Record<Exclude<NoteKeyKind, 'other'>, number>> = {
  ed25519: 1,
  ecdsa: 2,
  cosignature: 4,
  'tree-head': 5,
  'ml-dsa-44': 6,
};

/** A verifier key: name and key id together say which key a signature line is of. */
export interface NoteKey {
  readonly name: string;
  /** Eight lower-case hex digits. */
  readonly keyId: string;
  readonly kind: NoteKeyKind;
  /** Signature type byte. */
  readonly type: number;
  /** Without the type byte; 32 bytes for the two Ed25519 kinds. */
  readonly publicKey: Uint8Array;
}

/**
 * A key of one of the two kinds that Filiation signs with.
 * @throws FiliationError MALFORMED for a name that a note cannot hold, UNSAFE for a public key that
 *         `inspectPublicKey` does not find ok
 */
export function noteKey(
  hasher: Hasher,
  name: string,
  kind: 'ed25519' | 'cosignature',
  publicKey: Uint8Array,
): NoteKey {
  checkName(name);
  checkPublicKey(name, publicKey);
  const type = TYPES[kind];
  return { name, keyId: keyIdOf(hasher, name, type, publicKey), kind, type, publicKey };
}

/**
 * Reads `name+keyid+base64(type, key)`. The key id must be that of the key (for types not assigned, which
 * may define another, it is taken as it stands).
 * @throws FiliationError MALFORMED; UNSAFE for an Ed25519 key that `inspectPublicKey` does not find ok
 */
export function parseNoteKey(hasher: Hasher, text: string): NoteKey {
  // Base64 may hold a plus sign, so that only the first two divide.
  const parts = text.length > MAX_TEXT ? null : /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  if (parts === null) throw malformed(text, 'it is not of the form name+keyid+base64');
  const [, name, keyId, encoded] = parts as unknown as [string, string, string, string];
  checkName(name);
  const bytes = bytesFromBase64(encoded);
  const [type, publicKey] = [bytes[0], bytes.slice(1)];
  if (type === undefined || publicKey.length === 0) throw malformed(text, 'it holds no key');
  const kind = kindOf(type);
  if (kind !== 'other' && keyId !== keyIdOf(hasher, name, type, publicKey))
    throw malformed(text, 'its key id is not that of its key');
  if (kind === 'ed25519' || kind === 'cosignature') checkPublicKey(name, publicKey);
  return { name, keyId, kind, type, publicKey };
}

/** `name+keyid+base64`, as `parseNoteKey` reads it. */
export function formatNoteKey({ name, keyId, type, publicKey }: NoteKey): string {
  return `${name}+${keyId}+${base64Of(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/** Whether a note can hold the name: not empty, no Unicode space, no plus sign, no control character. */
export function isNoteKeyName(name: string): boolean {
  return name !== '' && !/[+\p{White_Space}\p{Cc}\p{Cs}]/u.test(name);
}

function checkName(name: string): void {
  if (!isNoteKeyName(name))
    throw new FiliationError('MALFORMED', `${quoted(name)} is not a key name`, {
      hint: 'A key name is not empty and holds no space and no plus sign.',
    });
}

function checkPublicKey(name: string, publicKey: Uint8Array): void {
  const state = inspectPublicKey(publicKey);
  if (state !== 'ok')
    throw new FiliationError('UNSAFE', `the Ed25519 key of ${name} is refused: ${state}`, {
      hint: 'Make a new key: with this one, honest verifiers may differ on a signature.',
    });
}

function kindOf(type: number): NoteKeyKind {
  for (const [kind, assigned] of Object.entries(TYPES)) if (assigned === type) return kind as NoteKeyKind;
  return 'other';
}

function keyIdOf(hasher: Hasher, name: string, type: number, publicKey: Uint8Array): string {
  const input =
    type === TYPES.ecdsa ? publicKey : concatBytes(utf8Bytes(`${name}\n`), Uint8Array.of(type), publicKey);
  return hexOf(hasher.sha256(input).subarray(0, 4));
}

function malformed(text: string, reason: string): FiliationError {
  return new FiliationError('MALFORMED', `${quoted(text)} is no verifier key: ${reason}`);
}
