import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FiliationError,
  parseNote,
  parseTlogPolicy,
  reachesQuorum,
  type TlogPolicy,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { fileError } from '../io/file-error.ts';
import { writeWholeFile } from '../io/write-file.ts';
import { readTimeAuthority, type TimeAuthority } from '../time/authority.ts';
import { requestTimestamp } from '../time/client.ts';
import type { CaseFolder } from './case-folder.ts';
import { keepRevocationLists } from './revocation-lists.ts';
import type { AuthoritySetting } from './settings.ts';

/** What came of asking one outside party about the log as it stands. */
export interface VouchResult {
  readonly kind: 'time-authority' | 'witness';
  readonly name: string;
  readonly size: number;
  /** RFC 3339; absent where it did not answer. */
  readonly at?: string;
  /** Why there is no answer: not asked automatically, or the error. */
  readonly missing?: string;
}

/** Asks a witness over HTTP; the command line gives the client, tests their own. */
export type AskWitness = (
  of: CaseFolder,
  witness: { readonly name: string; readonly key: string; readonly url: string },
) => Promise<{ readonly at: string }>;

/**
 * Asks every configured time authority and witness to vouch for the log as it stands now. What they answer
 * is verified and kept beside the log; a party that does not answer is named, never taken for a yes.
 */
export async function gatherVouchers(
  of: CaseFolder,
  options: { readonly askWitness: AskWitness; readonly fetch?: typeof fetch },
): Promise<readonly VouchResult[]> {
  const { authorities, witnesses } = of.settings;
  const { size } = of;
  if (authorities.length + witnesses.length > 0) await archiveCheckpoint(of);
  const results: VouchResult[] = [];
  for (const authority of authorities) {
    const about = { kind: 'time-authority' as const, name: authority.name, size };
    if (authority.url === undefined)
      results.push({ ...about, missing: 'it has no address: exchange files with it' });
    else results.push({ ...about, ...(await outcome(() => stamp(of, authority, options.fetch))) });
  }
  for (const { name, key, url } of witnesses) {
    const about = { kind: 'witness' as const, name, size };
    if (url === undefined) results.push({ ...about, missing: 'it has no address: exchange files with it' });
    else results.push({ ...about, ...(await outcome(() => options.askWitness(of, { name, key, url }))) });
  }
  return results;
}

async function outcome(
  ask: () => Promise<{ readonly at: string }>,
): Promise<{ at: string } | { missing: string }> {
  try {
    return { at: (await ask()).at };
  } catch (error) {
    if (error instanceof FiliationError && error.code !== 'INTERNAL') return { missing: error.message };
    throw error;
  }
}

/** Keeps the present checkpoint under its size: what outside parties vouch for must stay readable. */
export async function archiveCheckpoint(of: CaseFolder): Promise<void> {
  const path = join(of.folder, 'log', 'checkpoints', String(of.size));
  const held = await readFile(path).catch(() => undefined);
  if (held === undefined) await writeWholeFile(path, of.log.checkpoint);
}

/** SHA-256 of the text that tokens are over: the body of the present checkpoint. */
export function checkpointImprint(of: CaseFolder): { readonly hash: 'sha256'; readonly digest: Uint8Array } {
  const { text } = parseNote(of.log.checkpoint, 'the checkpoint');
  return { hash: 'sha256', digest: Uint8Array.from(createHash('sha256').update(text, 'utf8').digest()) };
}

export async function authorityOf(of: CaseFolder, setting: AuthoritySetting): Promise<TimeAuthority> {
  const path = join(of.folder, 'policy', 'authorities', `${setting.name}.pem`);
  const roots = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  return readTimeAuthority({ name: setting.name, url: setting.url ?? 'http://localhost/', roots });
}

async function stamp(
  of: CaseFolder,
  setting: AuthoritySetting,
  ask: typeof fetch | undefined,
): Promise<{ readonly at: string }> {
  const { reply, time } = await requestTimestamp({
    authority: await authorityOf(of, setting),
    imprint: checkpointImprint(of),
    ...(ask === undefined ? {} : { fetch: ask }),
  });
  await keepToken(of, setting.name, of.size, reply);
  await keepRevocationLists(of, { authority: setting.name, size: of.size, chain: time.chain, fetch: ask });
  return { at: time.time };
}

/** Stores a verified token where the verifier looks for it. */
export async function keepToken(
  of: CaseFolder,
  authority: string,
  size: number,
  reply: Uint8Array,
): Promise<void> {
  await writeWholeFile(join(of.folder, 'log', 'timestamps', `${size}.${authority}.tsr`), reply);
}

/**
 * Whether someone outside has vouched for the log at a size that covers an entry: a time token, or witnesses
 * enough for the policy. Looks at what is kept; the verifier checks it in full.
 */
export async function isVouchedFor(of: CaseFolder, index: number): Promise<boolean> {
  const covers = (name: string): boolean => Number(name.split('.')[0]) > index;
  const tokens = await readdir(join(of.folder, 'log', 'timestamps')).catch(() => [] as string[]);
  if (tokens.some((name) => name.endsWith('.tsr') && covers(name))) return true;
  const policy = await policyOf(of);
  const witnesses = new Set<string>();
  const sizes = await readdir(join(of.folder, 'log', 'checkpoints')).catch(() => [] as string[]);
  for (const name of sizes.filter(covers)) {
    const note = parseNote(await readFile(join(of.folder, 'log', 'checkpoints', name)), name);
    for (const { name: witness, key } of policy.witnesses)
      if (note.signatures.some((line) => line.name === key.name && line.keyId === key.keyId))
        witnesses.add(witness);
  }
  return witnesses.size > 0 && reachesQuorum(policy, witnesses);
}

async function policyOf(of: CaseFolder): Promise<TlogPolicy> {
  const path = join(of.folder, 'policy', 'policy.txt');
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  return parseTlogPolicy(nodePlatform, bytes, path);
}
