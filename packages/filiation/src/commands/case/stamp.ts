import {
  archiveCheckpoint,
  authorityOf,
  type CaseFolder,
  checkpointImprint,
  FiliationError,
  keepToken,
  type RenewalResult,
  readTimestampReply,
  renewTokens,
  writeTimestampRequest,
} from '@filiation/evidence';
import { Command } from 'commander';
import { type ActorOptions, addActorOptions, openSession } from '../../case/session.ts';
import { vouch } from '../../case/vouch.ts';
import { openTerminal } from '../../io/terminal.ts';

interface StampOptions extends ActorOptions {
  readonly authority?: string;
  readonly request?: string;
  readonly reply?: string;
  readonly renew?: boolean;
  readonly within: number;
}

export function stampCommand(): Command {
  const command = new Command('stamp')
    .description('Have time authorities and witnesses vouch for the log as it stands')
    .argument('<folder>', 'the case')
    .option('--authority <name>', 'the authority that files are exchanged with, or that renews')
    .option('--request <file>', 'write an RFC 3161 request for it, to be sent by hand')
    .option('--reply <file>', 'take in the reply that came back')
    .option('--renew', 'have time tokens stamped anew before the certificates behind them end')
    .option('--within <days>', 'with --renew: those that end within so many days', Number, 365);
  return addActorOptions(command).action(runStamp);
}

async function runStamp(folder: string, options: StampOptions): Promise<void> {
  const session = await openSession(folder, options);
  try {
    const { of } = session;
    const { size } = of;
    if (options.renew === true) {
      await runRenew(of, options);
      return;
    }
    if (options.request === undefined && options.reply === undefined) {
      const results = await vouch(of, openTerminal());
      if (options.json === true) process.stdout.write(`${JSON.stringify({ results }, null, 2)}\n`);
      else if (results.length === 0)
        process.stdout.write(
          'The case names no time authority and no witness; name them when it is opened.\n',
        );
      return;
    }
    const setting = of.settings.authorities.find((each) => each.name === options.authority);
    if (setting === undefined)
      throw new FiliationError('USAGE', `the case has no time authority ${options.authority ?? ''}`, {
        hint: `name one with --authority: ${of.settings.authorities.map((each) => each.name).join(', ') || 'none is set up'}`,
      });
    const imprint = checkpointImprint(of);
    if (options.reply === undefined) {
      await archiveCheckpoint(of);
      await writeTimestampRequest(options.request!, imprint);
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ authority: setting.name, request: options.request, size }, null, 2)}\n`
          : `${options.request} asks ${setting.name} to stamp the log at ${size} entries.\nAdd nothing to the log before the reply is in: filiation case stamp ${folder} --authority ${setting.name} --reply FILE\n`,
      );
      return;
    }
    const { reply, time } = await readTimestampReply({
      path: options.reply,
      authority: await authorityOf(of, setting),
      imprint,
      ...(options.request === undefined ? {} : { requestPath: options.request }),
    });
    await archiveCheckpoint(of);
    await keepToken(of, setting.name, size, reply);
    if (options.json === true)
      process.stdout.write(`${JSON.stringify({ authority: setting.name, size, at: time.time }, null, 2)}\n`);
    else process.stdout.write(`${setting.name} vouches for the log at ${size} entries: ${time.time}\n`);
  } finally {
    await session.close();
  }
}

async function runRenew(of: CaseFolder, options: StampOptions): Promise<void> {
  if (!(options.within >= 0))
    throw new FiliationError('USAGE', '--within takes a number of days, such as 365');
  const tokens = await renewTokens(of, {
    now: () => new Date(),
    withinDays: options.within,
    ...(options.authority === undefined ? {} : { authority: options.authority }),
  });
  if (options.json === true) process.stdout.write(`${JSON.stringify({ tokens }, null, 2)}\n`);
  else if (tokens.length === 0) process.stdout.write('The case has no time tokens.\n');
  else process.stdout.write(tokens.map((token) => `${renewalText(token)}\n`).join(''));
  if (tokens.some(({ missing }) => missing !== undefined)) process.exitCode = 3;
}

function renewalText({ token, ends, renewal, missing }: RenewalResult): string {
  if (missing !== undefined) return `${token} is not renewed: ${missing}`;
  if (renewal === undefined) return `${token} needs no renewal yet: its certificates end on ${ends}`;
  return `${token} is renewed by ${renewal}: good until ${ends}`;
}
