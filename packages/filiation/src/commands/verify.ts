import { reportText } from '@filiation/verify';
import { painted, type ReaderFiles, verifyFile } from '@filiation/verify/node';
import { Command } from 'commander';
import { openTerminal } from '../io/terminal.ts';

interface VerifyOptions extends ReaderFiles {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The same check as the program `filiation-verify`, which travels with every bundle. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('Check a sealed case bundle offline: files, seal, log, signatures, times, plans before runs')
    .argument('<bundle>', 'the archive, or the folder it was unpacked to')
    .option('--policy <file>', 'whom to trust (tlog-policy), instead of the policy in the bundle')
    .option('--seen <checkpoints...>', 'checkpoints you kept from earlier: the log must continue them')
    .option('--time-roots <name=pem...>', 'roots of time authorities you trust, instead of those inside')
    .option('--json', 'print the report as one JSON document on stdout')
    .option('--quiet', 'print the verdict and what failed, nothing else')
    .addHelpText('after', '\nExit status: 0 passed, 3 failed, 2 usage or nothing to read.')
    .action(runVerify);
}

async function runVerify(bundle: string, options: VerifyOptions): Promise<void> {
  const terminal = openTerminal();
  const { report } = await verifyFile(bundle, options, (step, done, total) =>
    terminal.meter.update(`checking: ${step}`, done, total, step === 'files' ? 'bytes' : 'entries'),
  ).finally(() => terminal.meter.end());
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(report, null, 2)}\n`
      : reportText(report, {
          width: terminal.width,
          quiet: options.quiet === true,
          ...(terminal.colour ? { paint: painted } : {}),
        }),
  );
  if (report.verdict === 'failed') process.exitCode = 3;
}
