import { readFile } from 'node:fs/promises';
import { fileError, lintWording, prepareOutput } from '@filiation/evidence';
import { Command } from 'commander';
import { issueReport } from '../../case/report-case.ts';
import { type ActorOptions, addActorOptions, openSession } from '../../case/session.ts';
import { openTerminal } from '../../io/terminal.ts';
import { caseReportText, caseSummary } from '../../view/report/case-report-text.ts';

interface ReportOptions extends ActorOptions {
  readonly out?: string;
  readonly pdf?: string;
  readonly author?: string;
  readonly remarks?: string;
  readonly forms?: readonly ('us-federal' | 'england-wales')[];
  readonly full?: boolean;
}

export function reportCommand(): Command {
  const command = new Command('report')
    .description('Report the case: a page with a plain summary, every finding, its null, controls and limits')
    .argument('<folder>', 'the case')
    .option('--out <file>', 'write a copy of the page here')
    .option('--pdf <file>', 'print it to a PDF too, through a local Chromium')
    .option('--author <name>', 'who makes the report; the acting party by default')
    .option('--remarks <file>', 'text file with remarks of the author')
    .option('--forms <names...>', 'maps and blank forms to print: us-federal, england-wales; both by default')
    .option('--full', 'print the whole report as text, not the summary alone');
  return addActorOptions(command).action(runReport);
}

async function runReport(folder: string, options: ReportOptions): Promise<void> {
  const terminal = openTerminal();
  await prepareOutput(options.out);
  await prepareOutput(options.pdf);
  const remarks =
    options.remarks === undefined
      ? undefined
      : await readFile(options.remarks, 'utf8').catch((cause: unknown) => {
          throw fileError(options.remarks!, cause);
        });
  for (const fault of lintWording(remarks ?? ''))
    terminal.say(`Wording: "${fault.found}": ${fault.why} ${fault.instead}`);
  const session = await openSession(folder, options);
  try {
    const { of, actor } = session;
    const issued = await issueReport(of, actor, {
      author: options.author ?? of.state.parties.get(actor.party)!.name,
      now: new Date(),
      ...(options.out === undefined ? {} : { out: options.out }),
      ...(options.pdf === undefined ? {} : { pdf: options.pdf }),
      ...(remarks === undefined ? {} : { remarks }),
      ...(options.forms === undefined ? {} : { forms: options.forms }),
    });
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify({ reports: issued.reports, report: issued.input }, null, 2)}\n`);
      return;
    }
    const layout = { width: terminal.width, colour: terminal.colour };
    const text =
      options.full === true ? caseReportText(issued.input, layout) : caseSummary(issued.input, layout);
    const lines = issued.reports.map(({ number, path }) => `${number}  ${path}`);
    process.stdout.write(
      `${text}\nReport logged:\n${lines.map((line) => `  ${line}\n`).join('')}Next: filiation case seal ${folder} --out CASE.zip\n`,
    );
  } finally {
    await session.close();
  }
}
