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

/** In the order of a case's life, as the help lists them. */
const LIFE: readonly (readonly [heading: string, commands: () => readonly Command[]])[] = [
  ['Open and take in:', () => [newCommand(), addCommand(), custodyCommand()]],
  [
    'Plan, run, report:',
    () => [seedCommand(), planCommand(), runCommand(), opinionCommand(), reportCommand()],
  ],
  ['Hand over and answer:', () => [sealCommand(), ...exchangeCommands(), replyCommand()]],
  ['Have others vouch for it:', () => [stampCommand(), witnessCommand()]],
  ['Show a part, withhold the rest:', () => [discloseCommand(), sketchCompareCommand()]],
  ['Keep the record:', () => [...recordCommands(), keyCommand()]],
  ['Look:', () => [statusCommand(), logCommand(), ...inspectionCommands()]],
];

/** Everything that is done in a case; each command lives in its own file. */
export function caseCommand(): Command {
  const command = new Command('case').description(
    'The case file: exhibits, plans, findings, log, seal, replies',
  );
  for (const [heading, commands] of LIFE) {
    command.commandsGroup(heading);
    for (const each of commands()) command.addCommand(each);
  }
  return command;
}
