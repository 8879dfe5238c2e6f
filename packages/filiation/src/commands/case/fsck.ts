import { join } from 'node:path';
import {
  caseSource,
  FiliationError,
  prepareOutput,
  readLog,
  readSettings,
  writeWholeFile,
} from '@filiation/evidence';
import { type Check, checkCase, startTally } from '@filiation/verify';
import { nodePlatform, readReaderFiles } from '@filiation/verify/node';
import { Command } from 'commander';
import { keepSight, readSight, SIGHT_OPTION } from '../../case/sight.ts';
import { openTerminal } from '../../io/terminal.ts';

/** Commands that look at the bytes of a case and change nothing. */
export function inspectionCommands(): readonly Command[] {
  return [fsckCommand(), receiptCommand()];
}

function fsckCommand(): Command {
  return new Command('fsck')
    .description('Derive everything again from the bytes of the case and name what differs')
    .argument('<folder>', 'the case')
    .option('--seen <checkpoints...>', 'checkpoints that you saw earlier: the log must continue them')
    .option('--sight <file>', SIGHT_OPTION)
    .option('--json', 'print one JSON document on stdout')
    .action(runFsck);
}

async function runFsck(
  folder: string,
  options: { readonly seen?: readonly string[]; readonly sight?: string; readonly json?: boolean },
): Promise<void> {
  await readSettings(folder);
  const terminal = openTerminal();
  const tally = startTally();
  const { seen } = await readReaderFiles({
    ...(options.seen === undefined ? {} : { seen: options.seen }),
    notes: await readSight(options.sight),
  });
  const source = await caseSource(folder);
  try {
    const { facts, checkpoint } = await checkCase({
      source,
      prefix: '',
      platform: nodePlatform,
      seen,
      now: new Date(),
      report: (check) => tally.report(leftover(check)),
      onProgress: (step, done, total) => terminal.meter.update(step, done, total, step),
    });
    terminal.meter.end();
    const verdict = tally.failed > 0 ? 'failed' : 'passed';
    if (verdict === 'passed') await keepSight(options.sight, checkpoint, () => new Date());
    if (options.json === true)
      process.stdout.write(
        `${JSON.stringify({ verdict, facts, checks: tally.checks, passed: tally.passed }, null, 2)}\n`,
      );
    else {
      const line = (check: Check): string => `  ${check.status.padEnd(11)} ${check.part}: ${check.detail}\n`;
      const count = Object.values(tally.passed).reduce((sum, each) => sum + each, 0);
      process.stdout.write(
        `${verdict === 'passed' ? 'Sound' : 'NOT SOUND'}: ${facts.entries} entries, ${count} checks passed, ${tally.failed} failed.\n${tally.checks.map(line).join('')}`,
      );
    }
    if (tally.failed > 0) process.exitCode = 3;
  } finally {
    terminal.meter.end();
    await source.close();
  }
}

/** An intake that was interrupted leaves bytes that no entry registers; no seal takes them along. */
function leftover(check: Check): Check {
  if (check.id !== 'exhibit.known' || check.status !== 'failed') return check;
  const detail = 'was taken in by an act that was not logged; no seal takes it along, and it may be removed';
  return { ...check, status: 'warning', detail };
}

interface ReceiptOptions {
  readonly entry: number;
  readonly out: string;
  readonly json?: boolean;
}

function receiptCommand(): Command {
  return new Command('receipt')
    .description('Write the receipt of one entry: anyone can check with it that the log holds the entry')
    .argument('<folder>', 'the case')
    .requiredOption('--entry <n>', 'index of the entry', Number)
    .requiredOption('--out <file>', 'the receipt to write (.tlog-proof)')
    .option('--json', 'print one JSON document on stdout')
    .action(async (folder: string, options: ReceiptOptions) => {
      await prepareOutput(options.out);
      const settings = await readSettings(folder);
      const log = await readLog(join(folder, 'log'), { vkeys: [settings.key] });
      if (!(options.entry >= 0 && options.entry < log.size))
        throw new FiliationError('USAGE', `the log has no entry ${options.entry}; it has ${log.size}`, {
          where: folder,
        });
      await writeWholeFile(options.out, await log.proofFile(options.entry));
      const { size } = log;
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ receipt: options.out, entry: options.entry, size }, null, 2)}\n`
          : `${options.out} shows entry ${options.entry} to be in the log at ${size} entries.\n`,
      );
    });
}
