import { utf8Bytes } from './bytes.ts';
import { type Cosignature, cosignatureMessage, decodeCosignature, encodeCosignature } from './cosignature.ts';
import { type SignatureState, verifyEd25519 } from './ed25519.ts';
import { FiliationError } from './error.ts';
import type { NoteSignature, SignedNote } from './note.ts';
import type { NoteKey } from './note-key.ts';
import type { Platform } from './platform.ts';

export interface VerifiedSignature {
  readonly key: NoteKey;
  /** Seconds since the Epoch by the cosigner's clock; cosignatures only. */
  readonly time?: number;
}

export interface VerifiedNote {
  /** Signed by every key in `verified`. */
  readonly text: string;
  /** In the order of the lines; a key that signed twice stands twice. At least one. */
  readonly verified: readonly VerifiedSignature[];
  /** Known keys whose kind of signature is not verified here. */
  readonly unsupported: readonly NoteKey[];
  /** Signature lines of unknown keys. */
  readonly ignored: number;
}

/**
 * Verifies a note against the keys one trusts: lines of unknown keys are ignored, one line of a known key
 * that does not verify spoils the note.
 * @throws FiliationError UNVERIFIED where a known key's signature is not valid or no known key signed;
 *         CONFLICT where two of the keys share name and key id
 */
export async function verifyNote(
  platform: Platform,
  note: SignedNote,
  keys: readonly NoteKey[],
  where = 'the note',
): Promise<VerifiedNote> {
  const known = keysByLine(keys);
  const verified: VerifiedSignature[] = [];
  const unsupported: NoteKey[] = [];
  let ignored = 0;
  for (const line of note.signatures) {
    const key = known.get(lineOf(line));
    if (key === undefined) ignored++;
    else if (key.kind !== 'ed25519' && key.kind !== 'cosignature') unsupported.push(key);
    else verified.push(await verifyLine(platform, key, note.text, line, where));
  }
  if (verified.length === 0)
    throw new FiliationError('UNVERIFIED', `${where} carries no signature of a known key`, { where });
  return { text: note.text, verified, unsupported, ignored };
}

/** What the holder of the key signs for this text; `time` (seconds) for cosignatures only. */
export function noteMessage(kind: 'ed25519' | 'cosignature', text: string, time = 0): Uint8Array {
  return kind === 'ed25519' ? utf8Bytes(text) : cosignatureMessage(text, time);
}

/** The signature line of a 64-byte signature over `noteMessage`. */
export function noteSignature(key: NoteKey, signature: Uint8Array, time = 0): NoteSignature {
  const { name, keyId, kind } = key;
  if (kind !== 'ed25519' && kind !== 'cosignature')
    throw new FiliationError('UNSUPPORTED', `notes are not signed here with keys of kind ${kind}`);
  return {
    name,
    keyId,
    signature: kind === 'ed25519' ? signature : encodeCosignature({ time, signature }),
  };
}

async function verifyLine(
  platform: Platform,
  key: NoteKey,
  text: string,
  line: NoteSignature,
  where: string,
): Promise<VerifiedSignature> {
  const cosignature = key.kind === 'cosignature' ? readCosignature(line, where) : undefined;
  const state = await verifyEd25519(
    platform,
    key.publicKey,
    cosignature === undefined ? utf8Bytes(text) : cosignatureMessage(text, cosignature.time),
    cosignature?.signature ?? line.signature,
  );
  if (state !== 'valid') throw unverified(line, where, state);
  return { key, ...(cosignature === undefined ? {} : { time: cosignature.time }) };
}

function readCosignature(line: NoteSignature, where: string): Cosignature {
  try {
    return decodeCosignature(line.signature);
  } catch (cause) {
    throw unverified(line, where, 'invalid', cause);
  }
}

function unverified(
  { name, keyId }: NoteSignature,
  where: string,
  state: Exclude<SignatureState, 'valid'>,
  cause?: unknown,
): FiliationError {
  const fault = state === 'invalid' ? 'does not fit the text' : 'is one on which honest verifiers differ';
  return new FiliationError('UNVERIFIED', `${where}: the signature of ${name} (key ${keyId}) ${fault}`, {
    where,
    cause,
  });
}

function keysByLine(keys: readonly NoteKey[]): ReadonlyMap<string, NoteKey> {
  const known = new Map<string, NoteKey>();
  for (const key of keys) {
    if (known.has(lineOf(key)))
      throw new FiliationError('CONFLICT', `two keys are called ${key.name} and have the id ${key.keyId}`);
    known.set(lineOf(key), key);
  }
  return known;
}

// A name holds no plus sign, so that the joined text is unique.
function lineOf({ name, keyId }: { readonly name: string; readonly keyId: string }): string {
  return `${name}+${keyId}`;
}
