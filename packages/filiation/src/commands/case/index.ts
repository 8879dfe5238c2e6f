import { Command } from 'commander';
import { addCommand } from './add.ts';
import { custodyCommand } from './custody.ts';
import { discloseCommand } from './disclose.ts';
import { exchangeCommands } from './exchange.ts';
import { inspectionCommands } from './fsck.ts';
import { keyCommand } from './key.ts';
import { logCommand } from './log.ts';
import { newCommand } from './new.ts';
import { opinionCommand } from './opinion.ts';
import { planCommand } from './plan.ts';
import { recordCommands } from './records.ts';
import { replyCommand } from './reply.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { sealCommand } from './seal.ts';
import { seedCommand } from './seed.ts';
import { sketchCompareCommand } from './sketch-compare.ts';
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
    custodyCommand(),
    planCommand(),
    runCommand(),
    opinionCommand(),
    reportCommand(),
    replyCommand(),
    seedCommand(),
    discloseCommand(),
    sketchCompareCommand(),
    sealCommand(),
    ...exchangeCommands(),
    stampCommand(),
    witnessCommand(),
    ...inspectionCommands(),
    ...recordCommands(),
    keyCommand(),
    statusCommand(),
    logCommand(),
  ])
    command.addCommand(each);
  return command;
}
