import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Actor,
  type CaseFolder,
  FiliationError,
  isCaseFolder,
  openCase,
  openSigner,
  ownTerminal,
  type PassphraseSources,
  readSettings,
  type Signer,
  verifierKeyOf,
} from '@filiation/evidence';
import type { Command } from 'commander';

/** Options of every command that acts in a case. */
export interface ActorOptions {
  readonly as?: string;
  readonly key?: string;
  readonly logKey?: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

export function addActorOptions(command: Command): Command {
  return command
    .option(
      '--as <party>',
      'id of the party that acts; by default the one whose key is given or lies in the case',
    )
    .option('--key <file>', "the party's key file, keys/PARTY.key.json in the case by default; or: agent")
    .option('--log-key <file>', "the log's key file, keys/log.key.json in the case by default; or: agent")
    .option('--passphrase-file <file>', 'file with the passphrase of the keys, readable by you alone')
    .option('--json', 'print one JSON document on stdout');
}

export function passphraseSources(options: ActorOptions): PassphraseSources {
  return { file: options.passphraseFile, environment: process.env, ask: ownTerminal() };
}

export function keyPath(folder: string, name: string): string {
  return join(folder, 'keys', `${name}.key.json`);
}

export interface Session {
  readonly of: CaseFolder;
  readonly actor: Actor;
  close(): Promise<void>;
}

/**
 * Opens a case for a party that acts in it. Where the key of the log is at hand, entries are logged at
 * once; otherwise they gather in the outbox for whoever keeps the log.
 */
export async function openSession(folder: string, options: ActorOptions): Promise<Session> {
  if (!(await isCaseFolder(folder)))
    throw new FiliationError('NOT_FOUND', `${folder} is no case folder`, {
      where: folder,
      hint: 'open one with: filiation case new FOLDER',
    });
  const sources = passphraseSources(options);
  const logKey = options.logKey ?? keyPath(folder, 'log');
  const logSigner = await logSignerOf(folder, logKey, sources);
  if (options.logKey !== undefined && logSigner === undefined)
    throw new FiliationError('NOT_FOUND', `the key file ${logKey} does not exist`, { where: logKey });
  const of = await openCase(folder, {
    now: () => new Date(),
    ...(logSigner === undefined ? {} : { logSigner }),
  });
  try {
    const actor = await actorOf(of, options, sources);
    return { of, actor, close: () => of.close() };
  } catch (error) {
    await of.close();
    throw error;
  }
}

/** The log's signer: its key file, or the agent that the environment names; none where neither is at hand. */
async function logSignerOf(
  folder: string,
  logKey: string,
  sources: PassphraseSources,
): Promise<Signer | undefined> {
  if (logKey === 'agent') return openSigner({ ...sources, vkey: (await readSettings(folder)).key });
  return existsSync(logKey) ? openSigner({ ...sources, keyFile: logKey }) : undefined;
}

async function actorOf(of: CaseFolder, options: ActorOptions, sources: PassphraseSources): Promise<Actor> {
  const party = options.as ?? (await partyOfKey(of, options.key)) ?? soleParty(of);
  const registered = of.state.parties.get(party)?.key;
  if (!of.state.parties.has(party))
    throw new FiliationError('USAGE', `${party} is no party of the case`, {
      hint: `the parties are ${[...of.state.parties.keys()].join(', ')}`,
    });
  const keyFile = options.key ?? (await activeKeyFile(of.folder, party, registered));
  if (keyFile === 'agent' && registered !== undefined)
    return { party, signer: await openSigner({ ...sources, vkey: registered }) };
  const signer: Signer =
    options.key !== undefined || existsSync(keyFile)
      ? await openSigner({ ...sources, keyFile })
      : await openSigner({ ...sources, ...(registered === undefined ? {} : { vkey: registered }) });
  if (registered === undefined)
    throw new FiliationError('DENIED', `${party} has no key in this case, so it cannot sign`, {
      hint: 'its key is registered with: filiation case party --party ID=NAME;SIDE;ROLES;KEY',
    });
  if (signer.vkey !== registered)
    throw new FiliationError('DENIED', `the key given is not the key of ${party} in this case`, {
      hint: `give the key file of ${party} with --key; its public part is ${registered}`,
    });
  return { party, signer };
}

/** The party whose key a key file holds: whoever gives a key need not say who acts. */
async function partyOfKey(of: CaseFolder, keyFile: string | undefined): Promise<string | undefined> {
  if (keyFile === undefined) return undefined;
  const key = await verifierKeyOf(keyFile);
  return [...of.state.parties].find(([, party]) => party.key === key)?.[0];
}

/** The party's key file that holds its active key: after a rotation, `keys/PARTY-2.key.json` and so on. */
async function activeKeyFile(folder: string, party: string, registered: string | undefined): Promise<string> {
  const first = keyPath(folder, party);
  for (let file = first, number = 2; existsSync(file); file = keyPath(folder, `${party}-${number++}`))
    if ((await verifierKeyOf(file)) === registered) return file;
  return first;
}

/** The party whose key lies in the case, where there is exactly one. */
function soleParty(of: CaseFolder): string {
  const held = [...of.state.parties.keys()].filter((party) => existsSync(keyPath(of.folder, party)));
  if (held.length === 1) return held[0]!;
  throw new FiliationError(
    'USAGE',
    held.length === 0 ? 'no key of a party lies in this case' : 'several parties have keys here',
    {
      hint: `say who acts with --as PARTY; the parties are ${[...of.state.parties.keys()].join(', ')}`,
    },
  );
}
