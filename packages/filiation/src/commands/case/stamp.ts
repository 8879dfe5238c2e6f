import {
  archiveCheckpoint,
  authorityOf,
  checkpointImprint,
  FiliationError,
  keepToken,
  readTimestampReply,
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
}

export function stampCommand(): Command {
  const command = new Command('stamp')
    .description('Have time authorities and witnesses vouch for the log as it stands')
    .argument('<folder>', 'the case')
    .option('--authority <name>', 'the authority that files are exchanged with')
    .option('--request <file>', 'write an RFC 3161 request for it, to be sent by hand')
    .option('--reply <file>', 'take in the reply that came back');
  return addActorOptions(command).action(runStamp);
}

async function runStamp(folder: string, options: StampOptions): Promise<void> {
  const session = await openSession(folder, options);
  try {
    const { of } = session;
    const { size } = of;
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
        `${options.request} asks ${setting.name} to stamp the log at ${size} entries.\nAdd nothing to the log before the reply is in: filiation case stamp ${folder} --authority ${setting.name} --reply FILE\n`,
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
