import { resolve } from 'node:path';
import { readSeen, type SeenCheckpoint, writeSeen } from '@filiation/evidence';
import { parseCheckpoint, parseNote, utf8Bytes, utf8Text } from '@filiation/verify';

/** Text of the option that names a sight file. */
export const SIGHT_OPTION =
  'your own file of the checkpoint you saw last, one for each case: the log must continue it; a pass renews it';

/**
 * The checkpoints in a party's sight file, as `seen` of a verification; none on the first visit. All of them
 * count, whatever log they are of: a case that was made anew under another name must not pass as unseen.
 * @throws FiliationError MALFORMED, UNREADABLE
 */
export async function readSight(file: string | undefined): Promise<readonly Uint8Array[]> {
  if (file === undefined) return [];
  return [...(await readSeen(resolve(file))).values()].map(({ note }) => utf8Bytes(note));
}

/**
 * Keeps the checkpoint of a log that has just passed, so that the next visit can hold the log to it.
 * @throws FiliationError WRITE_FAILED
 */
export async function keepSight(
  file: string | undefined,
  checkpoint: Uint8Array | undefined,
  now: () => Date,
): Promise<void> {
  if (file === undefined || checkpoint === undefined) return;
  const { origin, size, root } = parseCheckpoint(parseNote(checkpoint).text);
  const seen: SeenCheckpoint = {
    origin,
    size,
    root,
    note: utf8Text(checkpoint),
    at: now().toISOString(),
  };
  await writeSeen(resolve(file), new Map([[origin, seen]]));
}
