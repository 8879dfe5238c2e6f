import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type CaseClaim,
  type Check,
  type DeadlineRecord,
  emptyRoot,
  FiliationError,
  Keyring,
  type PartyRecord,
  parseTlogPolicy,
  type ResourceDescriptor,
  startReplay,
  utf8Bytes,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { makeFolder, writeWholeFile } from '../io/write-file.ts';
import type { Signer } from '../keys/signer.ts';
import { createLog } from '../log/log.ts';
import type { Actor } from './case-folder.ts';
import { type AuthoritySetting, type WitnessSetting, writeSettings } from './settings.ts';
import { signClaim } from './signing.ts';

export interface NewCase {
  /** Short, of letters, digits, dots and dashes; names the case for ever. */
  readonly id: string;
  readonly title: string;
  readonly question: CaseClaim['question'];
  readonly propositions: { readonly h1: string; readonly h2: string };
  /** Those that sign have a key; the opener is one of them. */
  readonly parties: readonly PartyRecord[];
  readonly timeZone: string;
  readonly deadlines: readonly DeadlineRecord[];
  readonly witnesses: readonly WitnessSetting[];
  /** How many witnesses must cosign; all of them where absent. */
  readonly quorum?: number;
  readonly authorities: readonly (AuthoritySetting & { readonly rootsPem: string })[];
}

/**
 * Opens a case in a new folder: settings, policy, log, and the first entry, which binds parties,
 * propositions, policy and the roots of the time authorities.
 * @throws FiliationError CONFLICT where the folder holds something, USAGE, WRITE_FAILED
 */
export async function newCase(
  path: string,
  input: NewCase,
  signers: { readonly log: Signer; readonly opener: Actor },
  now: () => Date,
): Promise<void> {
  const folder = resolve(path);
  await needEmptyFolder(folder);
  const opener = input.parties.find((party) => party.id === signers.opener.party);
  if (opener?.key !== signers.opener.signer.vkey)
    throw new FiliationError(
      'USAGE',
      `${signers.opener.party} opens the case but is no party with the key given`,
      {
        hint: 'name the opener among the parties',
      },
    );
  const at = now();
  // The time zone is checked here, where a person can still mend it.
  timeIn(input.timeZone, at);
  const subject = await writePolicy(folder, input, signers.log);
  const origin = signers.log.name;
  const log = await createLog(join(folder, 'log'), { origin, signer: signers.log });
  try {
    const frame = {
      case: input.id,
      actor: signers.opener.party,
      at,
      size: 0,
      root: emptyRoot(nodePlatform),
    };
    const entry = await signClaim(signers.opener.signer, frame, 'case', subject, {
      title: input.title,
      question: input.question,
      propositions: input.propositions,
      parties: input.parties,
      timeZone: input.timeZone,
      deadlines: input.deadlines,
      log: { origin, key: signers.log.vkey },
    });
    await refuseBadOpening(entry);
    await log.append([entry]);
  } finally {
    await log.close();
  }
  // Last, so that a folder with settings is a whole case.
  await writeSettings(folder, {
    schema: 'filiation.case/1',
    case: input.id,
    origin,
    key: signers.log.vkey,
    authorities: input.authorities.map(({ name, url }) => (url === undefined ? { name } : { name, url })),
    witnesses: input.witnesses,
  });
}

/** Odd keys, parties named twice and the like are refused by the rules that every verifier applies. */
async function refuseBadOpening(entry: Uint8Array): Promise<void> {
  let fault: Check | undefined;
  const replay = startReplay({
    platform: nodePlatform,
    keyring: new Keyring(nodePlatform),
    report: (check) => {
      if (check.status === 'failed') fault ??= check;
    },
    rootAt: () => Promise.resolve(emptyRoot(nodePlatform)),
  });
  await replay.apply(0, entry);
  if (fault !== undefined)
    throw new FiliationError('USAGE', `the case cannot be opened so: it ${fault.detail}`, {
      hint: 'correct the parties, keys or deadlines; nothing was logged',
    });
}

/** Keys may lie there already. @throws FiliationError CONFLICT, WRITE_FAILED */
export async function needEmptyFolder(folder: string): Promise<void> {
  const held = await readdir(folder).catch(() => [] as string[]);
  const foreign = held.filter((name) => name !== 'keys');
  if (foreign.length > 0)
    throw new FiliationError('CONFLICT', `${folder} is not empty: it holds ${foreign[0]}`, {
      where: folder,
      hint: 'choose a new folder for the case',
    });
  await makeFolder(folder);
}

/** Who must vouch for the log, as tlog-policy, and the time roots: the first entry's subjects. */
async function writePolicy(folder: string, input: NewCase, log: Signer): Promise<ResourceDescriptor[]> {
  const names = input.witnesses.map((witness) => witness.name);
  const threshold = input.quorum ?? names.length;
  const lines = [
    `log ${log.vkey}`,
    ...input.witnesses.map(
      ({ name, key, url }) => `witness ${name} ${key}${url === undefined ? '' : ` ${url}`}`,
    ),
    ...(names.length > 1
      ? [`group quorum-of-witnesses ${threshold === names.length ? 'all' : threshold} ${names.join(' ')}`]
      : []),
    `quorum ${names.length === 0 ? 'none' : names.length === 1 ? names[0] : 'quorum-of-witnesses'}`,
  ];
  const text = `${lines.join('\n')}\n`;
  parseTlogPolicy(nodePlatform, utf8Bytes(text));
  const subjects = [await writeSubject(folder, 'policy/policy.txt', text)];
  for (const { name, rootsPem } of input.authorities)
    subjects.push(await writeSubject(folder, `policy/authorities/${name}.pem`, rootsPem));
  return subjects;
}

async function writeSubject(folder: string, name: string, text: string): Promise<ResourceDescriptor> {
  await writeWholeFile(join(folder, name), text);
  return { name, digest: { sha256: createHash('sha256').update(text).digest('hex') } };
}

/** A time as people of a time zone write it. @throws FiliationError USAGE for a zone that is not known */
export function timeIn(timeZone: string, at: Date): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at);
  } catch (cause) {
    throw new FiliationError('USAGE', `the time zone ${timeZone} is not known`, {
      hint: 'give an IANA name such as Europe/Berlin or UTC',
      cause,
    });
  }
}
