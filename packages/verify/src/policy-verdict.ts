import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { FiliationError } from './error.ts';
import { parseNote, type SignedNote } from './note.ts';
import type { Platform } from './platform.ts';
import { type PolicyLog, reachesQuorum, type TlogPolicy } from './tlog-policy.ts';
import { verifyNote } from './verify-note.ts';

/** What a policy makes of a checkpoint whose every known signature verified. */
export interface PolicyVerdict {
  readonly checkpoint: Checkpoint;
  readonly note: SignedNote;
  /** The log of the policy that signed. */
  readonly log: PolicyLog;
  /** Witnesses that cosigned, in the policy's order, with the earliest time each gives (seconds). */
  readonly witnesses: readonly { readonly name: string; readonly time: number }[];
  /** Whether they are enough. */
  readonly quorum: boolean;
}

/**
 * Verifies a checkpoint note against a policy. A quorum that is not reached is a result, not an error:
 * the caller knows whether this checkpoint needs one.
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED, UNVERIFIED where a known key's signature does not
 *         verify or no log of the policy signed its own origin
 */
export async function judgeCheckpoint(
  platform: Platform,
  policy: TlogPolicy,
  bytes: Uint8Array,
  where = 'the checkpoint',
): Promise<PolicyVerdict> {
  const note = parseNote(bytes, where);
  const checkpoint = parseCheckpoint(note.text, where);
  const keys = [...policy.logs, ...policy.witnesses].map(({ key }) => key);
  const { verified } = await verifyNote(platform, note, keys, where);
  const log = policy.logs.find(
    ({ key }) => key.name === checkpoint.origin && verified.some((signature) => signature.key === key),
  );
  if (log === undefined)
    throw new FiliationError('UNVERIFIED', `${where} is not signed by a log that the policy names`, {
      where,
    });
  const witnesses = policy.witnesses.flatMap(({ name, key }) => {
    const times = verified.flatMap((signature) => (signature.key === key ? [signature.time ?? 0] : []));
    return times.length === 0 ? [] : [{ name, time: Math.min(...times) }];
  });
  const quorum = reachesQuorum(policy, new Set(witnesses.map(({ name }) => name)));
  return { checkpoint, note, log, witnesses, quorum };
}
