import type { Finding } from '@filiation/evidence';
import { writeWholeFile } from '@filiation/evidence';
import { type ComparisonReport, comparePair, openKernel } from '@filiation/weights';
import { Command } from 'commander';
import { exitResumable } from '../io/interrupt.ts';
import { openKeptWork, runKey } from '../io/kept-work.ts';
import { openModels } from '../io/open-models.ts';
import { prepareOutputs } from '../io/outputs.ts';
import { statedOrigins } from '../io/stated-origins.ts';
import { openTerminal, type Terminal } from '../io/terminal.ts';
import { comparisonPage } from '../view/html/comparison-page.ts';
import { renderComparison } from '../view/text.ts';
import { addRunOptions, parametersOf, type RunOptions } from './options.ts';

interface CompareOptions extends RunOptions {
  readonly html?: string;
  readonly controls?: readonly string[];
  readonly candidates?: readonly string[];
  readonly tests?: readonly string[];
}

export function compareCommand(): Command {
  const command = new Command('compare')
    .description('Compare the weights and artefacts of two models: does B descend from A?')
    .argument('<reference>', 'the possible parent, A: a model folder or file')
    .argument('<subject>', 'the model in question, B')
    .option('--html <file>', 'write a self-contained page with figures')
    .option('--controls <models...>', 'models known not to be related to A: their values stand beside')
    .option('--candidates <models...>', 'models that may have been merged into B')
    .option('--tests <ids...>', 'run only these tests');
  return addRunOptions(command).action((reference: string, subject: string, options: CompareOptions) =>
    runCompare(reference, subject, options),
  );
}

async function runCompare(reference: string, subject: string, options: CompareOptions): Promise<void> {
  const terminal = openTerminal();
  exitResumable(terminal, 'Finished tests are kept; the same command goes on from there.');
  const controls = options.controls ?? [];
  const candidates = options.candidates ?? [];
  const paths = [reference, subject, ...controls, ...candidates];
  await prepareOutputs([options.html], paths);
  const models = await openModels(paths, terminal, options);
  const kernel = await openKernel(
    options.kernel,
    options.threads === undefined ? {} : { threads: options.threads },
  );
  try {
    const parameters = parametersOf(options);
    const extra = { controls: controls.length, tests: [...(options.tests ?? [])] };
    const kept = await openKeptWork(
      runKey('compare', models, parameters, kernel.name, extra),
      isFinding,
      terminal,
    );
    const report = await comparePair({
      reference: models[0]!,
      subject: models[1]!,
      controls: models.slice(2, 2 + controls.length),
      candidates: models.slice(2 + controls.length),
      stated: await statedOrigins(subject, models[1]!),
      kernel,
      parameters,
      ...(options.tests === undefined ? {} : { tests: options.tests }),
      now: () => new Date(),
      done: new Map(kept.done.map((finding) => [finding.test.id, finding])),
      onFinding: kept.keep,
      onProgress: ({ step, fraction }) =>
        terminal.meter.update(`comparing: ${step}`, 100 * fraction, 100, '%'),
    });
    terminal.meter.end();
    if (options.html !== undefined) await writeWholeFile(options.html, comparisonPage(report));
    await kept.clear();
    printReport(report, terminal, options, [reference, subject]);
  } finally {
    terminal.meter.end();
    await kernel.close();
    for (const model of models) await model.store.close();
  }
}

function isFinding(value: unknown): value is Finding {
  if (value === null || typeof value !== 'object' || !('test' in value) || !('status' in value)) return false;
  const test = value.test;
  return test !== null && typeof test === 'object' && 'id' in test && typeof test.id === 'string';
}

function printReport(
  report: ComparisonReport,
  terminal: Terminal,
  options: CompareOptions,
  paths: readonly [string, string],
): void {
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const next =
    options.html === undefined
      ? `npx filiation compare ${quote(paths[0])} ${quote(paths[1])} --html verdict.html`
      : `open ${quote(options.html)}`;
  const text = renderComparison(report, { width: terminal.width, colour: terminal.colour, next: [next] });
  (options.json ? process.stderr : process.stdout).write(text);
}

/** As a shell would need it. */
function quote(path: string): string {
  return /^[\w./~@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
