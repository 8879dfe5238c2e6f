import { equalBytes, hexOf } from '../bytes.ts';
import { type Checkpoint, parseCheckpoint } from '../checkpoint.ts';
import { FiliationError } from '../error.ts';
import type { CheckedCheckpoint } from '../log-check.ts';
import { parseNote } from '../note.ts';
import { type NoteKey, parseNoteKey } from '../note-key.ts';
import { MAX_POLICY_BYTES, parseTlogPolicy, reachesQuorum, type TlogPolicy } from '../tlog-policy.ts';
import type { CaseState } from './state.ts';
import type { CaseCheckRequest } from './verify-case.ts';

/** Whom to trust: the reader's own policy, or the case's. */
export async function readPolicy({
  source,
  prefix,
  platform,
  policy,
  report,
}: CaseCheckRequest): Promise<TlogPolicy> {
  const path = `${prefix}policy/policy.txt`;
  const bytes = policy ?? (await source.read(path, MAX_POLICY_BYTES));
  const parsed = parseTlogPolicy(platform, bytes, policy === undefined ? path : 'your policy');
  report(
    policy === undefined
      ? {
          id: 'policy.source',
          status: 'warning',
          part: path,
          detail:
            'whom to trust is taken from the case itself; give your own policy with --policy if you keep one',
        }
      : { id: 'policy.source', status: 'passed', part: 'your policy', detail: '' },
  );
  return parsed;
}

/** Earlier checkpoints, as the reader kept them: their signature is not asked again, their root is. */
export function readSeen({ seen = [], report }: CaseCheckRequest): readonly Checkpoint[] {
  return seen.flatMap((bytes, at) => {
    const name = `checkpoint ${at + 1} that you saw earlier`;
    try {
      return [parseCheckpoint(parseNote(bytes, name).text, name)];
    } catch (error) {
      if (!(error instanceof FiliationError)) throw error;
      report({ id: 'log.continues', status: 'failed', part: name, detail: error.message });
      return [];
    }
  });
}

/** Whether the log goes on from what the reader saw of it: same log, same history, nothing taken away. */
export function checkSeen(
  { report }: CaseCheckRequest,
  seen: readonly Checkpoint[],
  roots: ReadonlyMap<number, Uint8Array>,
  head: CheckedCheckpoint | undefined,
): void {
  for (const { origin, size, root } of seen) {
    const found = roots.get(size);
    const part = `your earlier checkpoint at ${size} entries`;
    const fault = (): string => {
      if (head !== undefined && head.origin !== origin)
        return `is of the log ${origin}, this one is ${head.origin}: the case was made anew, or the checkpoint belongs to another`;
      if (found === undefined)
        return head !== undefined && size > head.size
          ? 'is of a longer log than this one: entries were taken away'
          : 'cannot be compared: the entries up to there could not be read';
      if (!equalBytes(found, root))
        return `had the root ${hexOf(root)}, this log had ${hexOf(found)} at that size: history was rewritten`;
      return '';
    };
    const detail = fault();
    report({ id: 'log.continues', status: detail === '' ? 'passed' : 'failed', part, detail });
  }
}

/**
 * Whether a witness signs with a key of the log or of whoever opened the case. C2SP allows a log to cosign
 * for itself; but then this witness says no more than the owner does.
 */
export function checkWitnessKeys(
  { platform, report }: CaseCheckRequest,
  { logs, witnesses }: TlogPolicy,
  { opening }: CaseState,
): void {
  const own: NoteKey[] = logs.map(({ key }) => key);
  const opener = opening?.claim.parties.find(({ id }) => id === opening.claim.actor)?.key;
  if (opener !== undefined) {
    // A key that cannot be read has failed with the first entry.
    try {
      own.push(parseNoteKey(platform, opener));
    } catch (error) {
      if (!(error instanceof FiliationError)) throw error;
    }
  }
  for (const { name, key } of witnesses) {
    const same = own.find((each) => equalBytes(each.publicKey, key.publicKey));
    const detail =
      same === undefined
        ? ''
        : `signs with the key of ${same.name}: its word is that of whoever keeps the log, not an outside one`;
    report({
      id: 'policy.witness',
      status: same === undefined ? 'passed' : 'warning',
      part: `witness ${name}`,
      detail,
    });
  }
}

/** Whether the witnesses that the policy asks for cosigned the log as it stands. */
export function checkQuorum(
  { report }: CaseCheckRequest,
  policy: TlogPolicy,
  heads: readonly CheckedCheckpoint[],
): void {
  const id = 'log.quorum';
  const part = 'the checkpoint of the log';
  if (policy.quorum === 'none') {
    const detail =
      'no witness is asked for: that the log was never rewritten rests on the word of whoever keeps it';
    report({ id, status: 'warning', part, detail });
    return;
  }
  const signed = heads.flatMap(({ signatures }) => signatures).map(({ key }) => key);
  const names = policy.witnesses
    .filter(({ key }) => signed.some((other) => other.name === key.name && other.keyId === key.keyId))
    .map(({ name }) => name);
  const reached = reachesQuorum(policy, new Set(names));
  const detail = reached
    ? ''
    : `lacks the cosignatures that the policy asks for (${policy.quorum}); it has ${names.join(', ') || 'none'}`;
  report({ id, status: reached ? 'passed' : 'failed', part, detail });
}
