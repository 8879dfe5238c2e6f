import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  FiliationError,
  fileError,
  generateKey,
  keyFileSigner,
  type NewCase,
  needEmptyFolder,
  newCase,
  timeIn,
} from '@filiation/evidence';
import type { PartyRecord } from '@filiation/verify';
import { Command, Option } from 'commander';
import { parseDeadline, parseParty } from '../../case/party-text.ts';
import { type ActorOptions, addActorOptions, keyPath, passphraseSources } from '../../case/session.ts';

interface NewOptions extends ActorOptions {
  readonly id?: string;
  readonly title: string;
  readonly question: NewCase['question'];
  readonly h1: string;
  readonly h2: string;
  readonly party: readonly string[];
  readonly deadline?: readonly string[];
  readonly timeZone: string;
  readonly witness?: readonly string[];
  readonly quorum?: number;
  readonly authority?: readonly string[];
  readonly origin?: string;
}

const H1 =
  'The weights of the model in question descend from those of the reference: they were obtained by a process that started from them.';
const H2 = 'The model in question was initialised and trained independently of the reference.';

export function newCommand(): Command {
  const command = new Command('new')
    .description('Open a case: parties, propositions, the log that every act goes into')
    .argument('<folder>', 'a new folder for the case')
    .requiredOption('--title <text>', 'what the case is called')
    .option('--id <id>', 'short name that never changes; the name of the folder by default')
    .addOption(
      new Option('--question <name>', 'what is asked')
        .choices(['weights', 'outputs', 'service', 'harvest', 'leak', 'artefacts'])
        .default('weights'),
    )
    .option('--h1 <text>', 'first proposition', H1)
    .option('--h2 <text>', 'second proposition, at the same level', H2)
    .requiredOption('--party <text...>', 'ID=NAME;SIDE;ROLES[;KEY], one for each party')
    .option(
      '--deadline <text...>',
      'KIND=TIME;SOURCE[;PARTY], such as report-by=2026-12-31T17:00;order of 1 December',
    )
    .option('--time-zone <name>', 'IANA name', 'UTC')
    .option('--witness <text...>', 'NAME=KEY[;URL] of a party or neutral that cosigns the log')
    .option('--quorum <n>', 'witnesses that must cosign; all by default', Number)
    .option('--authority <text...>', 'NAME=ROOTS.pem[;URL] of a time authority (RFC 3161)')
    .option('--origin <text>', 'name of the log; filiation-case/ID by default');
  return addActorOptions(command).action(runNew);
}

async function runNew(path: string, options: NewOptions): Promise<void> {
  const folder = resolve(path);
  const id = options.id ?? basename(folder).replaceAll(/[^A-Za-z0-9._-]+/g, '-');
  const parties = options.party.map(parseParty);
  const opener = options.as ?? parties[0]!.id;
  if (!parties.some((party) => party.id === opener))
    throw new FiliationError('USAGE', `${opener} opens the case and is not among its parties`, {
      hint: 'add it with --party',
    });
  const sources = passphraseSources(options);
  const origin = options.origin ?? `filiation-case/${id}`;
  const logKey = options.logKey ?? keyPath(folder, 'log');
  const ownKey = options.key ?? keyPath(folder, opener);
  // Everything that can be refused is refused before a key is made.
  timeIn(options.timeZone, new Date());
  const deadlines = (options.deadline ?? []).map((text, at) =>
    parseDeadline(text, `D${at + 1}`, options.timeZone),
  );
  const witnesses = (options.witness ?? []).map(parseWitness);
  const authorities = await Promise.all((options.authority ?? []).map(readAuthority));
  await needEmptyFolder(folder);
  if (!existsSync(logKey)) await generateKey(logKey, origin, sources);
  if (!existsSync(ownKey)) await generateKey(ownKey, `${origin}/${opener}`, sources);
  const log = await keyFileSigner(logKey, sources);
  const signer = await keyFileSigner(ownKey, sources);
  const input: NewCase = {
    id,
    title: options.title,
    question: options.question,
    propositions: { h1: options.h1, h2: options.h2 },
    parties: parties.map(
      (party): PartyRecord => (party.id === opener ? { ...party, key: signer.vkey } : party),
    ),
    timeZone: options.timeZone,
    deadlines,
    witnesses,
    ...(options.quorum === undefined ? {} : { quorum: options.quorum }),
    authorities,
  };
  await newCase(folder, input, { log, opener: { party: opener, signer } }, () => new Date());
  if (options.json === true)
    process.stdout.write(
      `${JSON.stringify({ folder, case: id, log: log.vkey, key: signer.vkey }, null, 2)}\n`,
    );
  else
    process.stdout.write(
      `Case ${id} is open in ${path}.\n\nLog key (public):   ${log.vkey}\n${opener}'s key (public): ${signer.vkey}\n\nThe keys lie encrypted in ${path}/keys and never enter a bundle.\nNext: filiation case add ${path} MODEL --kind model --origin … --from …\n`,
    );
}

function parseWitness(text: string): NewCase['witnesses'][number] {
  const [head, url] = text.split(';');
  const at = head!.indexOf('=');
  if (at < 1)
    throw new FiliationError('USAGE', `cannot read the witness ${JSON.stringify(text)}`, {
      hint: 'write NAME=KEY[;URL]; the witness prints its key with: filiation case witness key',
    });
  return { name: head!.slice(0, at), key: head!.slice(at + 1), ...(url === undefined ? {} : { url }) };
}

async function readAuthority(text: string): Promise<NewCase['authorities'][number]> {
  const [head, url] = text.split(';');
  const at = head!.indexOf('=');
  if (at < 1 || !/^[a-z0-9][a-z0-9-]{0,31}$/.test(head!.slice(0, at)))
    throw new FiliationError('USAGE', `cannot read the time authority ${JSON.stringify(text)}`, {
      hint: 'write NAME=ROOTS.pem[;URL], the name of small letters, digits and hyphens',
    });
  const path = head!.slice(at + 1);
  const rootsPem = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  return { name: head!.slice(0, at), rootsPem, ...(url === undefined ? {} : { url }) };
}
