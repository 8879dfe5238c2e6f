import { utf8Text } from './bytes.ts';
import { FiliationError } from './error.ts';
import type { Hasher } from './merkle.ts';
import { formatNoteKey, type NoteKey } from './note-key.ts';
import { PolicyReader } from './tlog-policy-reader.ts';

/** Bytes of a policy file. */
export const MAX_POLICY_BYTES = 262_144;

export interface PolicyLog {
  /** Ed25519; its name is the log's origin. */
  readonly key: NoteKey;
  readonly url?: string;
}

export interface PolicyWitness {
  /** Means something inside the policy only. */
  readonly name: string;
  /** Ed25519 cosignature key. */
  readonly key: NoteKey;
  readonly url?: string;
}

/** Vouches for a checkpoint where at least `threshold` of its members do. */
export interface PolicyGroup {
  readonly name: string;
  readonly threshold: number;
  /** Names of witnesses and groups that stand before it; each is in one group at most. */
  readonly members: readonly string[];
}

/** Whose signatures make a checkpoint count (C2SP tlog-policy). */
export interface TlogPolicy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  /** Name of a witness or group, or `none`. */
  readonly quorum: string;
}

/**
 * Reads a policy file. Narrower than the C2SP text in one thing: what is not ASCII must be UTF-8.
 * @throws FiliationError MALFORMED with the line, LIMIT_EXCEEDED, UNSAFE for a key that is refused,
 *         UNSUPPORTED for a kind of key that is not verified here
 */
export function parseTlogPolicy(hasher: Hasher, bytes: Uint8Array, where = 'the policy'): TlogPolicy {
  if (bytes.length > MAX_POLICY_BYTES)
    throw new FiliationError('LIMIT_EXCEEDED', `${where} is above ${MAX_POLICY_BYTES} bytes`, { where });
  const text = utf8Text(bytes, where);
  if (!text.endsWith('\n')) throw new PolicyReader(hasher, where).fault('it does not end in a newline');
  const reader = new PolicyReader(hasher, where);
  for (const line of text.slice(0, -1).split('\n')) reader.line(line);
  return reader.policy();
}

/**
 * The policy as a file: logs, witnesses, groups, quorum.
 * @throws FiliationError MALFORMED and as `parseTlogPolicy`, where that would not read the same back
 */
export function formatTlogPolicy(hasher: Hasher, policy: TlogPolicy): string {
  const lines = [
    ...policy.logs.map(({ key, url }) => ['log', formatNoteKey(key), ...(url === undefined ? [] : [url])]),
    ...policy.witnesses.map(({ name, key, url }) => [
      ...['witness', name, formatNoteKey(key)],
      ...(url === undefined ? [] : [url]),
    ]),
    ...policy.groups.map(({ name, threshold, members }) => [
      ...['group', name, wordOf(threshold, members.length)],
      ...members,
    ]),
    ['quorum', policy.quorum],
  ];
  const reader = new PolicyReader(hasher, 'the policy');
  for (const items of lines) {
    if (items.some((item) => item === '' || /[ \t]/.test(item)))
      throw reader.fault('a name or address is empty or holds white space');
    reader.line(items.join(' '));
  }
  reader.policy();
  return lines.map((items) => `${items.join(' ')}\n`).join('');
}

function wordOf(threshold: number, members: number): string {
  if (threshold === members) return 'all';
  return threshold === 1 ? 'any' : String(threshold);
}

/** Whether these witnesses (names of the policy) make up its quorum. */
export function reachesQuorum(policy: TlogPolicy, witnesses: ReadonlySet<string>): boolean {
  const vouching = new Set(policy.witnesses.map(({ name }) => name).filter((name) => witnesses.has(name)));
  // Groups stand after their members, so that one pass settles them all.
  for (const { name, threshold, members } of policy.groups)
    if (members.filter((member) => vouching.has(member)).length >= threshold) vouching.add(name);
  return policy.quorum === 'none' || vouching.has(policy.quorum);
}
