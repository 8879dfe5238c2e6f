import { Command } from 'commander';
import { parsePlaces } from '../../case/places.ts';
import { runPlan } from '../../case/run-plan.ts';
import { type ActorOptions, addActorOptions, openSession } from '../../case/session.ts';
import { needPlanFixed } from '../../case/vouch.ts';
import { exitResumable } from '../../io/interrupt.ts';
import { openTerminal } from '../../io/terminal.ts';
import { counted } from '../../view/counted.ts';
import { wholeNumber } from '../options.ts';

interface RunOptions extends ActorOptions {
  readonly plan: string;
  readonly exploratory?: boolean;
  readonly at?: readonly string[];
  readonly threads?: number;
}

export function runCommand(): Command {
  const command = new Command('run')
    .description('Run what the plan says, and only that; findings are logged as they come')
    .argument('<folder>', 'the case')
    .requiredOption('--plan <number>', 'the plan, such as P1')
    .option('--exploratory', 'mark everything found as exploratory: shown, never combined')
    .option('--at <places...>', 'where a referenced exhibit lies on this machine: E1=PATH')
    .option('--threads <n>', 'worker threads of the numerics kernel', wholeNumber(1));
  return addActorOptions(command).action(run);
}

async function run(folder: string, options: RunOptions): Promise<void> {
  const terminal = openTerminal();
  exitResumable(terminal, 'Logged findings are kept; the same command goes on from there.');
  const session = await openSession(folder, options);
  try {
    if (options.exploratory !== true) await needPlanFixed(session.of, options.plan, terminal);
    const result = await runPlan(session.of, session.actor, {
      plan: options.plan,
      exploratory: options.exploratory === true,
      locations: parsePlaces(options.at ?? []),
      terminal,
      ...(options.threads === undefined ? {} : { threads: options.threads }),
    });
    const rows = result.findings.map((number) => {
      const { claim, sha256 } = session.of.state.findings.get(number)!;
      return { number, sha256, ...claim };
    });
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify({ ...result, findings: rows }, null, 2)}\n`);
      return;
    }
    const lines = rows.map(
      (row) =>
        `  ${row.number.padEnd(5)} ${(row.comparison ?? '').padEnd(4)} ${row.test.id.padEnd(28)} ${row.status.padEnd(13)} ${row.log10P === undefined ? '' : `log10 p = ${Number(row.log10P).toFixed(1)}`}`,
    );
    process.stdout.write(
      `${result.run} of plan ${options.plan}${result.exploratory ? ' (exploratory)' : ''}: ${counted(rows.length, 'finding')}\n${lines.join('\n')}\n${result.exploratory ? 'Exploratory findings stand beside the opinions and never enter them.\n' : ''}Next: filiation case ${result.exploratory ? `report ${folder}` : `opinion ${folder} --plan ${options.plan}`}\n`,
    );
  } finally {
    terminal.meter.end();
    await session.close();
  }
}
