import { base64Of, bytesFromBase64 } from './base64.ts';
import { bytesFromHex, concatBytes, hexOf, utf8Bytes, utf8Text } from './bytes.ts';
import { FiliationError } from './error.ts';
import { isNoteKeyName } from './note-key.ts';

/** Bytes of a whole note: text and a hundred ML-DSA signatures. */
export const MAX_NOTE_BYTES = 524_288;
/** Signature lines; C2SP signed-note asks for at least 16. */
export const MAX_NOTE_SIGNATURES = 100;
const KEY_ID_BYTES = 4;

export interface NoteSignature {
  readonly name: string;
  /** Eight lower-case hex digits. */
  readonly keyId: string;
  /** What follows the key id: 64 bytes for Ed25519, 72 for a cosignature. */
  readonly signature: Uint8Array;
}

/** A signed note (C2SP signed-note): text ending in a newline, and who signed it. */
export interface SignedNote {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/**
 * Takes a note apart; nothing is verified.
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED
 */
export function parseNote(bytes: Uint8Array, where = 'the note'): SignedNote {
  if (bytes.length > MAX_NOTE_BYTES)
    throw new FiliationError('LIMIT_EXCEEDED', `${where} is above ${MAX_NOTE_BYTES} bytes`, { where });
  const whole = utf8Text(bytes, where);
  // The text may hold empty lines, so that the last one divides.
  const split = whole.lastIndexOf('\n\n');
  if (split < 0 || !whole.endsWith('\n') || split + 2 === whole.length)
    throw malformed(where, 'it is not a text, an empty line and signature lines');
  const text = whole.slice(0, split + 1);
  checkText(text, where);
  const lines = whole.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_NOTE_SIGNATURES)
    throw new FiliationError('LIMIT_EXCEEDED', `${where} has above ${MAX_NOTE_SIGNATURES} signatures`, {
      where,
    });
  return { text, signatures: lines.map((line) => parseNoteSignature(line, where)) };
}

/** One line `— name base64`, without its newline. @throws FiliationError MALFORMED */
export function parseNoteSignature(line: string, where = 'the note'): NoteSignature {
  const [dash, name, encoded, ...more] = line.split(' ');
  if (dash !== '—' || name === undefined || encoded === undefined || more.length > 0 || !isNoteKeyName(name))
    throw malformed(where, 'a signature line is not of the form "— name base64"');
  const bytes = signatureBytes(encoded, where);
  if (bytes.length <= KEY_ID_BYTES) throw malformed(where, 'a signature is empty');
  return {
    name,
    keyId: hexOf(bytes.subarray(0, KEY_ID_BYTES)),
    signature: bytes.subarray(KEY_ID_BYTES),
  };
}

/**
 * The note as text, ending in a newline.
 * @throws FiliationError MALFORMED where `parseNote` would not read it back
 */
export function formatNote({ text, signatures }: SignedNote): string {
  checkText(text, 'the note');
  if (signatures.length === 0) throw malformed('the note', 'it has no signature');
  return `${text}\n${signatures.map((signature) => `${formatNoteSignature(signature)}\n`).join('')}`;
}

/** One line `— name base64`, without a newline. */
export function formatNoteSignature({ name, keyId, signature }: NoteSignature): string {
  if (!isNoteKeyName(name)) throw malformed('the note', 'a key name holds a space or a plus sign');
  return `— ${name} ${base64Of(concatBytes(bytesFromHex(keyId, KEY_ID_BYTES), signature))}`;
}

/** UTF-8 of `formatNote`. */
export function noteBytes(note: SignedNote): Uint8Array {
  return utf8Bytes(formatNote(note));
}

function checkText(text: string, where: string): void {
  if (!text.endsWith('\n')) throw malformed(where, 'its text does not end in a newline');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) throw malformed(where, 'it holds a control character');
}

function signatureBytes(encoded: string, where: string): Uint8Array {
  try {
    return bytesFromBase64(encoded);
  } catch (cause) {
    throw malformed(where, 'a signature is not base64', cause);
  }
}

function malformed(where: string, reason: string, cause?: unknown): FiliationError {
  return new FiliationError('MALFORMED', `${where} is not a signed note: ${reason}`, { where, cause });
}
