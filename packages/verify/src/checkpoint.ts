import { base64Of, bytesFromBase64 } from './base64.ts';
import { DIGEST_BYTES } from './bytes.ts';
import { FiliationError } from './error.ts';
import { parseTreeSize } from './merkle.ts';
import { parseNote, type SignedNote } from './note.ts';
import type { NoteKey } from './note-key.ts';
import type { Platform } from './platform.ts';
import { type VerifiedSignature, verifyNote } from './verify-note.ts';

/** A log's state (C2SP tlog-checkpoint): the text of the note that the log signs. */
export interface Checkpoint {
  /** The log's identity; should be its key name. */
  readonly origin: string;
  /** Entries. */
  readonly size: number;
  /** RFC 6962 root at that size; 32 bytes. */
  readonly root: Uint8Array;
  /** Lines that the format leaves open; Filiation writes none. */
  readonly extensions: readonly string[];
}

/**
 * Reads the text of a checkpoint note (`SignedNote.text`).
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED for a size above 2^53 - 1
 */
export function parseCheckpoint(text: string, where = 'the checkpoint'): Checkpoint {
  if (!text.endsWith('\n')) throw malformed(where, 'its text does not end in a newline');
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n');
  if (origin === undefined || size === undefined || root === undefined)
    throw malformed(where, 'it has not three lines');
  if ([origin, ...extensions].includes('')) throw malformed(where, 'it holds an empty line');
  return { origin, size: sizeFrom(size, where), root: rootFrom(root, where), extensions };
}

/**
 * The note text of a checkpoint.
 * @throws FiliationError MALFORMED where `parseCheckpoint` would not read the same back
 */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  const lines = [origin, String(size), base64Of(root), ...extensions];
  if (lines.some((line) => line === '' || /\p{Cc}/u.test(line)))
    throw malformed('the checkpoint', 'a line is empty or holds a control character');
  sizeFrom(String(size), 'the checkpoint');
  rootFrom(base64Of(root), 'the checkpoint');
  return `${lines.join('\n')}\n`;
}

/** A checkpoint that its log signed. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: SignedNote;
  /** Verified signatures of other known keys: witnesses. */
  readonly cosigners: readonly VerifiedSignature[];
}

/**
 * Reads a checkpoint note and verifies it: signed by the log's key, whose name is the origin; lines of
 * the other keys, where present, must verify too.
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED, UNVERIFIED, CONFLICT
 */
export async function openCheckpoint(
  platform: Platform,
  bytes: Uint8Array,
  log: NoteKey,
  witnesses: readonly NoteKey[] = [],
  where = 'the checkpoint',
): Promise<OpenedCheckpoint> {
  const note = parseNote(bytes, where);
  const checkpoint = parseCheckpoint(note.text, where);
  if (checkpoint.origin !== log.name)
    throw new FiliationError('UNVERIFIED', `${where} is of another log than ${log.name}`, { where });
  const { verified } = await verifyNote(platform, note, [log, ...witnesses], where);
  if (!verified.some(({ key }) => key === log))
    throw new FiliationError('UNVERIFIED', `${where} is not signed by its log, ${log.name}`, { where });
  return { checkpoint, note, cosigners: verified.filter(({ key }) => key !== log) };
}

function sizeFrom(text: string, where: string): number {
  try {
    return parseTreeSize(text);
  } catch (cause) {
    if (cause instanceof FiliationError)
      throw new FiliationError(cause.code, `${where}: ${cause.message}`, { where, cause });
    throw cause;
  }
}

function rootFrom(text: string, where: string): Uint8Array {
  let root: Uint8Array;
  try {
    root = bytesFromBase64(text);
  } catch (cause) {
    throw malformed(where, 'its root is not base64', cause);
  }
  if (root.length !== DIGEST_BYTES) throw malformed(where, 'its root is not 32 bytes long');
  return root;
}

function malformed(where: string, reason: string, cause?: unknown): FiliationError {
  return new FiliationError('MALFORMED', `${where} is not a checkpoint: ${reason}`, { where, cause });
}
