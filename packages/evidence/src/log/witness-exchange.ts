import {
  equalBytes,
  FiliationError,
  hexOf,
  type NoteKey,
  parseCheckpoint,
  parseNote,
  verifyNote,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { LogReader } from './log-reader.ts';
import { formatWitnessRequest } from './witness-request.ts';
import type { Log } from './writable-log.ts';

/** A cosignature that was verified and kept. */
export interface ImportedCosignature {
  /** Key name of the witness. */
  readonly witness: string;
  /** Entries of the checkpoint it covers. */
  readonly size: number;
  /** Seconds since the Epoch, by the witness's clock. */
  readonly time: number;
}

/**
 * The request that asks a witness for a cosignature on the present checkpoint; `oldSize` is what the
 * witness cosigned last, 0 for nothing. The same bytes go into a file or to `add-checkpoint`.
 *
 * @throws FiliationError USAGE where the log never had that size, NOT_FOUND, MALFORMED
 */
export async function exportWitnessRequest(log: LogReader, oldSize: number): Promise<Uint8Array> {
  const { checkpoint, size } = log;
  return formatWitnessRequest(oldSize, await log.consistencyProof(oldSize, size), checkpoint);
}

/**
 * Takes a witness's answer (a checkpoint with its line) into the log: verified against the keys of the
 * policy's witnesses and this log's own history, then kept with the archived checkpoint of that size.
 *
 * @throws FiliationError UNVERIFIED where the witness cosigned another history, no known witness signed or
 *         a signature fails; MALFORMED, WRITE_FAILED
 */
export async function importCosignature(
  log: Log,
  answer: Uint8Array,
  witnessKeys: readonly NoteKey[],
): Promise<readonly ImportedCosignature[]> {
  const note = parseNote(answer, 'the answer of the witness');
  const { origin, size, root } = parseCheckpoint(note.text, 'the answer of the witness');
  if (origin !== log.origin)
    throw new FiliationError('UNVERIFIED', `the answer is of the log ${origin}, not of ${log.origin}`);
  if (size > log.size)
    throw new FiliationError('UNVERIFIED', `a witness saw ${size} entries, but this log has ${log.size}`, {
      hint: 'entries have been lost here, or somebody else writes to a log of this name',
    });
  const own = await log.rootAt(size);
  if (!equalBytes(own, root))
    throw new FiliationError(
      'UNVERIFIED',
      `at ${size} entries the witness saw root ${hexOf(root)}, but this log has ${hexOf(own)}`,
      { hint: 'two histories of this log exist: keep both, and ask who has which' },
    );
  const lines = note.signatures.filter(({ name, keyId }) =>
    witnessKeys.some((key) => key.name === name && key.keyId === keyId),
  );
  const { verified } = await verifyNote(
    nodePlatform,
    { text: note.text, signatures: lines },
    witnessKeys,
    'the answer of the witness',
  );
  await log.archive(size, lines);
  return verified.map(({ key, time = 0 }) => ({ witness: key.name, size, time }));
}
