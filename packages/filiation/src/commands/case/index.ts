import { Command } from 'commander';
import { addCommand } from './add.ts';
import { exchangeCommands } from './exchange.ts';
import { inspectionCommands } from './fsck.ts';
import { logCommand } from './log.ts';
import { newCommand } from './new.ts';
import { opinionCommand } from './opinion.ts';
import { planCommand } from './plan.ts';
import { replyCommand } from './reply.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { sealCommand } from './seal.ts';
import { stampCommand } from './stamp.ts';
import { statusCommand } from './status.ts';
import { witnessCommand } from './witness.ts';

/** Everything that is done in a case; each command lives in its own file. */
export function caseCommand(): Command {
  const command = new Command('case').description(
    'The case file: exhibits, plans, findings, log, seal, replies',
  );
  for (const each of [
    newCommand(),
    addCommand(),
    planCommand(),
    runCommand(),
    opinionCommand(),
    reportCommand(),
    replyCommand(),
    sealCommand(),
    ...exchangeCommands(),
    stampCommand(),
    witnessCommand(),
    ...inspectionCommands(),
    statusCommand(),
    logCommand(),
  ])
    command.addCommand(each);
  return command;
}
