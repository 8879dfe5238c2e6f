import { resolve } from 'node:path';
import { equalBytes, FiliationError, hexOf, utf8Text, verifyConsistency } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { LogReader } from './log-reader.ts';
import { readSeen, type SeenCheckpoint, writeSeen } from './witness-state.ts';

/**
 * Holds a log to the checkpoint that a party saw last: the present tree must be that one with entries
 * appended, by a consistency proof against the present root.
 *
 * @throws FiliationError UNVERIFIED naming both sizes and roots: the log has shrunk or has another history
 */
export async function checkSight(seen: SeenCheckpoint, log: LogReader): Promise<void> {
  if (seen.origin !== log.origin)
    throw new FiliationError('UNVERIFIED', `the log ${log.origin} is not ${seen.origin}, which was seen`);
  const claim = { oldSize: seen.size, oldRoot: seen.root, newSize: log.size, newRoot: log.root };
  if (seen.size > log.size) throw broken(seen, log, 'entries are gone');
  const proof = await log.consistencyProof(seen.size);
  const fits = verifyConsistency(nodePlatform, { ...claim, proof }, { allowEmpty: true });
  if (!fits) throw broken(seen, log, 'it is another history');
}

/**
 * A visit: holds the log to what is kept in the party's own file, then keeps the present checkpoint there.
 * A file kept for somebody else's log, too, is left as it is where the check fails.
 *
 * @returns what was seen before, undefined on the first visit: then nothing is known of the past
 * @throws FiliationError UNVERIFIED as `checkSight`; MALFORMED for a damaged file; WRITE_FAILED
 */
export async function visitLog(
  file: string,
  log: LogReader,
  now: () => Date = () => new Date(),
): Promise<SeenCheckpoint | undefined> {
  const path = resolve(file);
  const all = new Map(await readSeen(path));
  const before = all.get(log.origin);
  if (before !== undefined) await checkSight(before, log);
  const { origin, size, root } = log;
  if (before !== undefined && before.size === size && equalBytes(before.root, root)) return before;
  all.set(origin, { origin, size, root, note: utf8Text(log.checkpoint), at: now().toISOString() });
  await writeSeen(path, all);
  return before;
}

function broken(seen: SeenCheckpoint, log: LogReader, what: string): FiliationError {
  return new FiliationError(
    'UNVERIFIED',
    `the log ${log.origin} does not continue what was seen: ${what}. Seen on ${seen.at}: ${seen.size} ` +
      `entries, root ${hexOf(seen.root)}. Now: ${log.size} entries, root ${hexOf(log.root)}.`,
    {
      where: log.folder,
      hint: 'keep both checkpoints: together they show that the log was rewritten',
    },
  );
}
