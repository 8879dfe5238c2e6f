import { FiliationError, openCase } from '@filiation/evidence';
import { readClaim } from '@filiation/verify';
import { Command } from 'commander';
import { entryLine } from '../../view/case-log-text.ts';
import { wholeNumber } from '../options.ts';

export function logCommand(): Command {
  return new Command('log')
    .description('List what the log holds, entry by entry')
    .argument('<folder>', 'the case')
    .option('--entry <n>', 'show one entry in full', wholeNumber(0))
    .option('--json', 'print one JSON document on stdout')
    .action(runLog);
}

async function runLog(
  folder: string,
  options: { readonly entry?: number; readonly json?: boolean },
): Promise<void> {
  const of = await openCase(folder, { now: () => new Date() });
  try {
    if (options.entry !== undefined && options.entry >= of.size)
      throw new FiliationError('NOT_FOUND', `the log has no entry ${options.entry}`, {
        where: folder,
        hint: `entries are 0 to ${of.size - 1}`,
      });
    const first = options.entry ?? 0;
    const past = options.entry === undefined ? of.size : options.entry + 1;
    const claims = [];
    let index = first;
    for await (const bytes of of.log.entries(first, past)) claims.push(readClaim(index++, bytes));
    const shown = claims.map(({ index: at, name, predicate, subject, keyid }) => ({
      index: at,
      name,
      keyid,
      subject,
      predicate,
    }));
    if (options.json === true || options.entry !== undefined)
      process.stdout.write(
        `${JSON.stringify(options.entry === undefined ? { entries: shown } : shown[0], null, 2)}\n`,
      );
    else
      for (const claim of claims)
        process.stdout.write(`${entryLine(claim, of.state.opening!.claim.timeZone)}\n`);
  } finally {
    await of.close();
  }
}
