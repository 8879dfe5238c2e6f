import { FiliationError, prepareOutput, sealCase } from '@filiation/evidence';
import { SOFTWARE } from '@filiation/weights';
import { Command } from 'commander';
import { type ActorOptions, addActorOptions, openSession } from '../../case/session.ts';
import { verifierFiles } from '../../case/verifier-files.ts';
import { vouch } from '../../case/vouch.ts';
import { openTerminal } from '../../io/terminal.ts';

interface SealOptions extends ActorOptions {
  readonly out: string;
  readonly withhold?: readonly string[];
}

export function sealCommand(): Command {
  const command = new Command('seal')
    .description('Write one archive that the other side checks offline: log, exhibits, findings, verifier')
    .argument('<folder>', 'the case')
    .requiredOption('--out <file>', 'the archive to write, such as CASE.zip')
    .option('--withhold <exhibits...>', 'EXHIBIT=GROUND: leave it out; its digest and the ground go in');
  return addActorOptions(command).action(runSeal);
}

async function runSeal(folder: string, options: SealOptions): Promise<void> {
  const terminal = openTerminal();
  await prepareOutput(options.out);
  const session = await openSession(folder, options);
  try {
    await sealCase(session.of, session.actor, {
      out: options.out,
      withheld: (options.withhold ?? []).map(parseWithheld),
      software: SOFTWARE,
      tags: verifierFiles(),
      now: () => new Date(),
      vouch: async (of) => void (await vouch(of, terminal)),
      onProgress: (step, done, total) => terminal.meter.update(step, done, total, 'bytes'),
    });
    terminal.meter.end();
    const root = Buffer.from(session.of.log.root).toString('hex');
    if (options.json === true)
      process.stdout.write(
        `${JSON.stringify({ bundle: options.out, entries: session.of.size, root }, null, 2)}\n`,
      );
    else
      process.stdout.write(
        `${options.out} is sealed: ${session.of.size} log entries, root ${root}.\nAnyone can check it: filiation verify ${options.out}\n`,
      );
  } finally {
    terminal.meter.end();
    await session.close();
  }
}

function parseWithheld(text: string): { readonly exhibit: string; readonly ground: string } {
  const match = /^(E[1-9][0-9]*)=(.+)$/s.exec(text);
  if (match === null)
    throw new FiliationError('USAGE', `cannot read ${JSON.stringify(text)}`, {
      hint: "write EXHIBIT=GROUND, for example 'E3=trade secret, order of 1 December'",
    });
  return { exhibit: match[1]!, ground: match[2]! };
}
