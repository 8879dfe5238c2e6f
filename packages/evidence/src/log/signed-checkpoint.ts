import {
  type Checkpoint,
  FiliationError,
  formatCheckpoint,
  type NoteKey,
  noteBytes,
  noteMessage,
  noteSignature,
  parseCheckpoint,
  parseNote,
  parseNoteKey,
  verifyNote,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { Signer } from '../keys/signer.ts';
import type { LogHead } from './log-reader.ts';

/** The note of a checkpoint with the log's signature; UTF-8. */
export async function signCheckpoint(checkpoint: Checkpoint, signer: Signer): Promise<Uint8Array> {
  const key = noteKeyOf(signer.vkey);
  const text = formatCheckpoint(checkpoint);
  const signature = await signer.sign(noteMessage('ed25519', text));
  return noteBytes({ text, signatures: [noteSignature(key, signature)] });
}

/**
 * Reads a checkpoint and, where any are given, verifies it against the log's keys: one of them must have
 * signed, and no line of theirs may fail.
 *
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED, UNVERIFIED
 */
export async function readCheckpoint(
  bytes: Uint8Array,
  keys: readonly NoteKey[] | undefined,
  where: string,
): Promise<LogHead> {
  const note = parseNote(bytes, where);
  const { origin, size, root } = parseCheckpoint(note.text, where);
  if (keys !== undefined) {
    const own = keys.filter((key) => key.name === origin && key.kind === 'ed25519');
    if (own.length === 0)
      throw new FiliationError(
        'UNVERIFIED',
        `${where} is of the log ${origin}, whose key is not known here`,
        {
          where,
          hint: 'give the key of that log',
        },
      );
    await verifyNote(nodePlatform, note, own, where);
  }
  return { origin, size, root, checkpoint: bytes };
}

/** Checking a key takes milliseconds, and a log is signed with the same few for ever. */
const known = new Map<string, NoteKey>();
const MAX_KNOWN = 100;

/** @throws FiliationError MALFORMED, UNSAFE */
export function noteKeyOf(vkey: string): NoteKey {
  const found = known.get(vkey) ?? parseNoteKey(nodePlatform, vkey);
  if (known.size < MAX_KNOWN) known.set(vkey, found);
  return found;
}

/** @throws FiliationError MALFORMED, UNSAFE; the same key twice is taken once */
export function noteKeys(vkeys: readonly string[]): readonly NoteKey[] {
  return [...new Set(vkeys)].map(noteKeyOf);
}
