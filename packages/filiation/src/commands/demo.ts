import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FiliationError, prepareOutput, writeWholeFile } from '@filiation/evidence';
import {
  buildTree,
  type CanonicalModel,
  type ComparisonReport,
  comparePair,
  DEFAULT_PARAMETERS,
  type MatrixKernel,
  openKernel,
  type PairRelation,
  relationOf,
} from '@filiation/weights';
import { Command } from 'commander';
import { openModels } from '../io/open-models.ts';
import { openTerminal, type Terminal } from '../io/terminal.ts';
import { comparisonPage } from '../view/html/comparison-page.ts';
import { renderComparison } from '../view/text.ts';
import { treePage } from '../view/tree/tree-page.ts';
import { expandModelFolders, readClaims } from './tree.ts';

const REFERENCE = 'base_A';
/** What each example truly is, as LINEAGE.json has it; printed beside what the tests say. */
const PAIRS: readonly { readonly subject: string; readonly truth: string }[] = [
  { subject: 'A_ft', truth: 'fine-tune' },
  { subject: 'A_lora', truth: 'LoRA adapter merged in' },
  { subject: 'A_pruned_width', truth: 'MLP pruned to 256 of 352 units, tuned' },
  { subject: 'A_permuted', truth: 'disguise: units, heads and channels shuffled' },
  { subject: 'A_rotated_scaled', truth: 'disguise: residual stream rotated, rescaled' },
  { subject: 'A_sameinit', truth: 'same initial weights, other data' },
  { subject: 'S_plain', truth: 'student trained on outputs of a child of base_A' },
  { subject: 'base_B', truth: 'independent: same architecture and data' },
];

/** Models of the tree, the reference first; fewer than all, so that the demo stays short. */
const IN_TREE = [REFERENCE, 'A_ft', 'A_lora', 'A_pruned_width', 'A_permuted', 'A_sameinit', 'base_B'];

interface DemoOptions {
  readonly out: string;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('Compare the example models of known parentage, then draw their tree')
    .option('--out <folder>', 'where the pages go', 'filiation-demo')
    .action(runDemo);
}

async function runDemo(options: DemoOptions): Promise<void> {
  const folder = exampleModels();
  await prepareOutput(join(options.out, 'x'));
  const terminal = openTerminal();
  const paths = await expandModelFolders([folder]);
  const models = await openModels(paths, terminal);
  const kernel = await openKernel();
  try {
    process.stdout.write(`${heading()}\n`);
    let verdict: ComparisonReport | undefined;
    const compared: PairRelation[] = [];
    for (const { subject, truth } of PAIRS) {
      const report = await compareTo(models, subject, kernel, terminal);
      await writeWholeFile(join(options.out, `${subject}.html`), comparisonPage(report));
      process.stdout.write(`${line(report, truth)}\n`);
      if (subject === 'A_ft') verdict = report;
      compared.push(relationOf(REFERENCE, subject, report));
    }
    const planted = IN_TREE.map((name) => models.findIndex((model) => model.name === name));
    const tree = await buildTree({
      models: planted.map((at) => models[at]!),
      kernel,
      parameters: DEFAULT_PARAMETERS,
      claims: await readClaims(
        planted.map((at) => paths[at]!),
        planted.map((at) => models[at]!),
      ),
      now: () => new Date(),
      done: compared,
      onProgress: (step, done, total) => terminal.meter.update(`tree: ${step}`, done, total, 'pairs'),
    });
    terminal.meter.end();
    const treeFile = resolve(options.out, 'tree.html');
    await writeWholeFile(treeFile, treePage(tree));
    const page = resolve(options.out, 'A_ft.html');
    process.stdout.write(
      `\n${renderComparison(verdict!, { width: terminal.width, colour: terminal.colour, next: [`open ${page}`] })}\nLineage tree: ${treeFile}\nVerdict page: ${page}\n`,
    );
  } finally {
    terminal.meter.end();
    await kernel.close();
    for (const model of models) await model.store.close();
  }
}

function compareTo(
  models: readonly CanonicalModel[],
  subject: string,
  kernel: MatrixKernel,
  terminal: Terminal,
): Promise<ComparisonReport> {
  const named = (name: string): CanonicalModel => {
    const model = models.find((entry) => entry.name === name);
    if (model === undefined)
      throw new FiliationError('NOT_FOUND', `the example model ${name} is missing`, {
        hint: 'restore examples/models from the repository',
      });
    return model;
  };
  return comparePair({
    reference: named(REFERENCE),
    subject: named(subject),
    controls: subject === 'A_ft' ? [named('base_B'), named('S_plain')] : [],
    kernel,
    now: () => new Date(),
    onProgress: ({ step, fraction }) =>
      terminal.meter.update(`${subject}: ${step}`, 100 * fraction, 100, '%'),
  }).finally(() => terminal.meter.end());
}

/** The examples lie in the clone, above this package. */
function exampleModels(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'examples', 'models'))) {
    if (folder === dirname(folder))
      throw new FiliationError('NOT_FOUND', 'the example models are not beside this program', {
        hint: 'run the demo from a clone of the repository',
      });
    folder = dirname(folder);
  }
  return join(folder, 'examples', 'models');
}

function heading(): string {
  return `Reference: ${REFERENCE}. Does each of these descend from it?\n\n${columns('subject', 'truth', 'opinion', 'log10 p')}`;
}

function line(report: ComparisonReport, truth: string): string {
  const { opinion } = report;
  return columns(report.subject.name, truth, opinion.relation, opinion.log10P?.toFixed(1) ?? '');
}

function columns(subject: string, truth: string, opinion: string, log10P: string): string {
  return `${subject.padEnd(17)} ${truth.padEnd(50)} ${opinion.padEnd(22)} ${log10P.padStart(8)}`;
}
