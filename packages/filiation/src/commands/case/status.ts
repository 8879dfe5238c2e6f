import { caseStatus, openCase, readSettings, timeIn } from '@filiation/evidence';
import { Command } from 'commander';

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
    const zone = of.state.opening!.claim.timeZone;
    const section = (title: string, lines: readonly string[]): string =>
      `\n${title}\n${lines.length === 0 ? '  none\n' : lines.map((line) => `  ${line}\n`).join('')}`;
    const waiting = of.state.size - of.size;
    process.stdout.write(
      `${status.case}: ${status.title}\n${of.size} log entries${waiting > 0 ? `, ${waiting} more in the outbox` : ''}; ${status.counts.findings} findings, ${status.counts.opinions} opinions, ${status.counts.replies} replies, ${status.counts.reports} reports\n` +
        section(
          `Deadlines (${zone})`,
          status.deadlines.map(
            ({ deadline, state, by }) =>
              `${deadline.number.padEnd(4)} ${state.toUpperCase().padEnd(6)} ${deadline.kind.padEnd(18)} ${timeIn(zone, new Date(deadline.due))}  ${deadline.party ?? 'every party'}${by === undefined ? '' : `, met by ${by}`} (${deadline.source})`,
          ),
        ) +
        section(
          'Exhibits',
          status.exhibits.map(
            (exhibit) =>
              `${exhibit.number.padEnd(4)} ${exhibit.name}, held by ${exhibit.holder}${exhibit.storage === 'copy' ? '' : ` (${exhibit.storage})`}${exhibit.withheld === undefined ? '' : `, parts withheld: ${exhibit.withheld}`}`,
          ),
        ) +
        section(
          'Plans',
          status.plans.map(
            (plan) =>
              `${plan.number.padEnd(4)} ${plan.runs.length === 0 ? 'not run yet' : `run as ${plan.runs.join(', ')}`}${plan.amendedBy === undefined ? '' : `, amended by ${plan.amendedBy}`}`,
          ),
        ) +
        (status.openRuns.length > 0 ? section('Runs that have not ended', status.openRuns) : '') +
        section(
          'Waiting for an answer',
          status.unanswered.length === 0 ? [] : [status.unanswered.join(', ')],
        ),
    );
  } finally {
    await of.close();
  }
}
