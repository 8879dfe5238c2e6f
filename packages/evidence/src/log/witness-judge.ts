import {
  emptyRoot,
  equalBytes,
  FiliationError,
  hexOf,
  type NoteKey,
  type Platform,
  verifyConsistency,
  verifyNote,
} from '@filiation/verify';
import type { WitnessRequest } from './witness-request.ts';

/** The latest checkpoint that a witness cosigned for a log. */
export interface HeldCheckpoint {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** What a witness answers, with the status codes of C2SP tlog-witness. */
export type WitnessVerdict =
  | { readonly status: 200 }
  | { readonly status: 400 | 403 | 404 | 422; readonly reason: string }
  | { readonly status: 409; readonly reason: string; readonly heldSize: number };

/**
 * Whether a witness may cosign: the log is known and signed, the request starts from what the witness
 * holds, and the new tree continues the old one. A checkpoint of the size held but another root is
 * answered with 422, like any other failed proof.
 *
 * `held` is what the witness cosigned last for this origin, undefined for nothing; `logKeys` are the keys
 * it knows for any log.
 */
export async function judgeRequest(
  platform: Platform,
  request: WitnessRequest,
  held: HeldCheckpoint | undefined,
  logKeys: readonly NoteKey[],
): Promise<WitnessVerdict> {
  const { oldSize, proof, note, checkpoint } = request;
  const { origin, size, root } = checkpoint;
  const keys = logKeys.filter((key) => key.name === origin && key.kind === 'ed25519');
  if (keys.length === 0) return { status: 404, reason: `the log ${origin} is not known here` };
  if (!(await isSigned(platform, note, keys)))
    return { status: 403, reason: `the checkpoint is not signed by a known key of ${origin}` };
  if (oldSize > size) return { status: 400, reason: `the old size ${oldSize} is above the new, ${size}` };
  const heldSize = held?.size ?? 0;
  if (oldSize !== heldSize)
    return { status: 409, reason: `the latest checkpoint cosigned here is of ${heldSize} entries`, heldSize };
  const oldRoot = held?.root ?? emptyRoot(platform);
  const emptyFits = size > 0 || equalBytes(root, emptyRoot(platform));
  const claim = { oldSize, oldRoot, newSize: size, newRoot: root, proof };
  if (emptyFits && verifyConsistency(platform, claim, { allowEmpty: true })) return { status: 200 };
  const seen = `${heldSize} entries with root ${hexOf(oldRoot)}`;
  const asked = `${size} entries with root ${hexOf(root)}`;
  return {
    status: 422,
    reason: `the log does not continue what was cosigned here: ${seen}; asked for ${asked}`,
  };
}

async function isSigned(
  platform: Platform,
  note: WitnessRequest['note'],
  keys: readonly NoteKey[],
): Promise<boolean> {
  try {
    await verifyNote(platform, note, keys);
    return true;
  } catch (error) {
    if (error instanceof FiliationError && error.code === 'UNVERIFIED') return false;
    throw error;
  }
}
