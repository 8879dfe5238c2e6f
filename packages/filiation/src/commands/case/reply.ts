import { readFile } from 'node:fs/promises';
import { fileError, lintWording, registerReply } from '@filiation/evidence';
import type { ReplyClaim } from '@filiation/verify';
import { Command, Option } from 'commander';
import { type ActorOptions, addActorOptions, openSession } from '../../case/session.ts';

interface ReplyOptions extends ActorOptions {
  readonly to: string;
  readonly position: ReplyClaim['position'];
  readonly ground: string;
  readonly text?: string;
}

export function replyCommand(): Command {
  const command = new Command('reply')
    .description('Answer an exhibit, plan, finding, opinion or report, in the same log')
    .argument('<folder>', 'the case')
    .requiredOption('--to <number>', 'what is answered: E1, P1, F3, O1, T1')
    .addOption(
      new Option('--position <position>', 'agreed, disputed, not-known or objection')
        .choices(['agreed', 'disputed', 'not-known', 'objection'])
        .makeOptionMandatory(),
    )
    .requiredOption('--ground <text>', 'the reason, in one line')
    .option('--text <file>', 'the whole answer, a text file');
  return addActorOptions(command).action(runReply);
}

async function runReply(folder: string, options: ReplyOptions): Promise<void> {
  const session = await openSession(folder, options);
  try {
    const text =
      options.text === undefined
        ? undefined
        : await readFile(options.text, 'utf8').catch((cause: unknown) => {
            throw fileError(options.text!, cause);
          });
    for (const fault of lintWording(`${options.ground}\n${text ?? ''}`))
      process.stderr.write(`Wording: "${fault.found}": ${fault.why} ${fault.instead}\n`);
    const number = await registerReply(
      session.of,
      session.actor,
      {
        to: options.to,
        position: options.position,
        ground: options.ground,
        ...(text === undefined ? {} : { text }),
      },
      () => new Date(),
    );
    const where = session.of.keepsLog
      ? 'is logged'
      : 'waits in outbox.json; hand it over with: filiation case send';
    if (options.json === true)
      process.stdout.write(
        `${JSON.stringify({ reply: number, to: options.to, logged: session.of.keepsLog }, null, 2)}\n`,
      );
    else process.stdout.write(`${number} (${options.position}) to ${options.to} ${where}.\n`);
  } finally {
    await session.close();
  }
}
