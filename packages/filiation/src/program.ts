import { SOFTWARE } from '@filiation/weights';
import { Command, type CommanderError } from 'commander';
import { calibrateCommand } from './commands/calibrate.ts';
import { caseCommand } from './commands/case/index.ts';
import { compareCommand } from './commands/compare.ts';
import { declareCommand } from './commands/declare.ts';
import { demoCommand } from './commands/demo.ts';
import { inspectCommand } from './commands/inspect.ts';
import { keyCommand } from './commands/key.ts';
import { signatureCommand } from './commands/signature.ts';
import { treeCommand } from './commands/tree.ts';
import { verifyCommand } from './commands/verify.ts';

/** The command line. Every command lives in its own file; this one only lists them. */
export function buildProgram(): Command {
  const program = new Command('filiation')
    .description('Was this AI model copied from that one? Tests with stated nulls and measured error rates.')
    .version(SOFTWARE)
    .showHelpAfterError('(add --help for the options)')
    .exitOverride(exitAsUsage)
    .addHelpText(
      'after',
      '\nExit status: 0 done (whatever was found), 2 usage or bad input, 3 not verified, 4 interrupted but resumable, 1 our fault.',
    );
  for (const command of [
    compareCommand(),
    treeCommand(),
    inspectCommand(),
    declareCommand(),
    signatureCommand(),
    keyCommand(),
    calibrateCommand(),
    caseCommand(),
    verifyCommand(),
    demoCommand(),
  ])
    program.addCommand(withOurExit(command));
  return program;
}

/** Commands within commands do not inherit it. */
function withOurExit(command: Command): Command {
  for (const inner of command.commands) withOurExit(inner);
  return command.exitOverride(exitAsUsage);
}

/** Commander has printed its own message by then; only the status is ours. */
function exitAsUsage(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? 0 : 2);
}
