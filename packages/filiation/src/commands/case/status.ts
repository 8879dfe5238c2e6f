import { caseStatus, openCase, readSettings } from '@filiation/evidence';
import { Command } from 'commander';
import { statusText } from '../../view/case-status-text.ts';

export function statusCommand(): Command {
  return new Command('status')
    .description('Where the case stands: deadlines, what is late, what is withheld, what waits for an answer')
    .argument('<folder>', 'the case')
    .option('--json', 'print one JSON document on stdout')
    .action(runStatus);
}

async function runStatus(folder: string, options: { readonly json?: boolean }): Promise<void> {
  await readSettings(folder);
  const of = await openCase(folder, { now: () => new Date() });
  try {
    const status = caseStatus(of.state, new Date());
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(status, null, 2)}\n`);
      return;
    }
    process.stdout.write(statusText(status, of));
  } finally {
    await of.close();
  }
}
