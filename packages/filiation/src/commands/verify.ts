import { reportText } from '@filiation/verify';
import { painted, type ReaderFiles, verifyFile } from '@filiation/verify/node';
import { Command } from 'commander';
import { parsePlaces } from '../case/places.ts';
import { rerunBundle } from '../case/rerun-bundle.ts';
import { keepSight, readSight, SIGHT_OPTION } from '../case/sight.ts';
import { openTerminal } from '../io/terminal.ts';
import { rerunSummary, rerunText } from '../view/rerun-text.ts';
import { wholeNumber } from './options.ts';

interface VerifyOptions extends ReaderFiles {
  readonly sight?: string;
  readonly rerun?: boolean;
  readonly at?: readonly string[];
  readonly threads?: number;
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
    .option('--sight <file>', SIGHT_OPTION)
    .option('--time-roots <name=pem...>', 'roots of time authorities you trust, instead of those inside')
    .option('--rerun', 'compute every finding again from the exhibits and compare it byte for byte')
    .option('--at <places...>', 'with --rerun: where an exhibit lies that is not in the bundle: E1=PATH')
    .option('--threads <n>', 'with --rerun: worker threads of the numerics kernel', wholeNumber(1))
    .option('--json', 'print the report as one JSON document on stdout')
    .option('--quiet', 'print the verdict and what failed, nothing else')
    .addHelpText(
      'after',
      '\nExit status: 0 passed, 3 failed or a finding came out differently, 2 usage or nothing to read.',
    )
    .action(runVerify);
}

async function runVerify(bundle: string, options: VerifyOptions): Promise<void> {
  const terminal = openTerminal();
  const places = parsePlaces(options.at ?? []);
  const files = { ...options, notes: await readSight(options.sight) };
  const { report, checkpoint } = await verifyFile(bundle, files, (step, done, total) =>
    terminal.meter.update(`checking: ${step}`, done, total, step === 'files' ? 'bytes' : 'entries'),
  ).finally(() => terminal.meter.end());
  if (report.verdict === 'passed') await keepSight(options.sight, checkpoint, () => new Date());
  if (options.json !== true)
    process.stdout.write(
      reportText(report, {
        width: terminal.width,
        quiet: options.quiet === true,
        ...(terminal.colour ? { paint: painted } : {}),
      }),
    );
  // Findings of a bundle that was changed are nobody's findings: there is nothing to compare with.
  const results =
    options.rerun === true && report.verdict !== 'failed'
      ? await rerunBundle(bundle, {
          locations: places,
          terminal,
          ...(options.threads === undefined ? {} : { threads: options.threads }),
        }).finally(() => terminal.meter.end())
      : undefined;
  if (options.json === true) {
    const rerun = results === undefined ? {} : { rerun: { ...rerunSummary(results), findings: results } };
    process.stdout.write(`${JSON.stringify({ ...report, ...rerun }, null, 2)}\n`);
  } else if (results !== undefined) process.stdout.write(`\n${rerunText(results)}`);
  else if (options.rerun === true)
    process.stdout.write('\nNothing was computed again: the bundle did not verify.\n');
  const differs = results?.some((each) => each.state === 'different') ?? false;
  if (report.verdict === 'failed' || differs) process.exitCode = 3;
}
