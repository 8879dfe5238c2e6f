import { basename, join } from 'node:path';
import { FiliationError, writeWholeFile } from '@filiation/evidence';
import {
  compareAllPairs,
  type ErrorRates,
  errorRates,
  isPairRelation,
  type LabelledPair,
  openKernel,
  type PairRelation,
  type SimulatedNull,
  SOFTWARE,
  simulateNull,
  truthOfPairs,
} from '@filiation/weights';
import { Command } from 'commander';
import { exitResumable } from '../io/interrupt.ts';
import { openKeptWork, runKey } from '../io/kept-work.ts';
import { type LineageEntry, readLineage } from '../io/lineage-file.ts';
import { openModels } from '../io/open-models.ts';
import { prepareOutputs } from '../io/outputs.ts';
import { openTerminal } from '../io/terminal.ts';
import { errorRatesMarkdown } from '../view/error-rates-markdown.ts';
import { figureSvg, rocSvg } from '../view/figure/figure.ts';
import { addRunOptions, parametersOf, type RunOptions, wholeNumber } from './options.ts';
import { expandModelFolders } from './tree.ts';

interface CalibrateOptions extends RunOptions {
  readonly out: string;
  readonly simulations: number;
}

export function calibrateCommand(): Command {
  const command = new Command('calibrate')
    .description('Error rates of the weight tests on models of known parentage')
    .argument('<set>', 'a folder of model folders with a LINEAGE.json')
    .option('--out <folder>', 'where error-rates.md, error-rates.json and the plots go', 'calibration')
    .option('--simulations <n>', 'simulated independent pairs for the exact tests', wholeNumber(10), 500);
  return addRunOptions(command).action(runCalibrate);
}

async function runCalibrate(set: string, options: CalibrateOptions): Promise<void> {
  const terminal = openTerminal();
  exitResumable(terminal, 'Finished pairs are kept; the same command goes on from there.');
  const lineage = await readLineage(join(set, 'LINEAGE.json'));
  if (lineage === undefined)
    throw new FiliationError('NOT_FOUND', `${set} has no LINEAGE.json`, {
      where: set,
      hint: 'a calibration set records the parentage of every model in it',
    });
  const paths = (await expandModelFolders([set])).filter((path) => lineage.has(basename(path)));
  await prepareOutputs([join(options.out, 'error-rates.json')], paths);
  const models = await openModels(paths, terminal, options);
  const kernel = await openKernel(
    options.kernel,
    options.threads === undefined ? {} : { threads: options.threads },
  );
  try {
    const parameters = parametersOf(options);
    const kept = await openKeptWork(
      runKey('pairs', models, parameters, kernel.name),
      isPairRelation,
      terminal,
    );
    const relations = await compareAllPairs({
      models,
      kernel,
      parameters,
      now: () => new Date(),
      done: kept.done,
      onRelation: kept.keep,
      onProgress: (step, done, total) => terminal.meter.update(`comparing: ${step}`, done, total, 'pairs'),
    });
    const rates = errorRates(label(relations, lineage), parameters.seed);
    const simulated = await simulateNull({
      pairs: options.simulations,
      seed: parameters.seed,
      kernel,
      onProgress: (done, total) => terminal.meter.update('simulated independent pairs', done, total, 'pairs'),
    });
    terminal.meter.end();
    await writeResults(options.out, rates, simulated, basename(set));
    await kept.clear();
    if (options.json) process.stdout.write(`${JSON.stringify({ rates, simulated }, null, 2)}\n`);
    else
      process.stdout.write(
        `${errorRatesMarkdown(rates, simulated, { set: basename(set), software: SOFTWARE })}\n`,
      );
    terminal.say(`Written to ${options.out}`);
  } finally {
    terminal.meter.end();
    await kernel.close();
    for (const model of models) await model.store.close();
  }
}

function label(
  relations: readonly PairRelation[],
  lineage: ReadonlyMap<string, LineageEntry>,
): LabelledPair[] {
  const { truth, family } = truthOfPairs([...lineage].map(([id, entry]) => ({ id, ...entry })));
  return relations.map((relation) => ({
    relation,
    truth: truth(relation.a, relation.b),
    family: family(relation.a, relation.b),
  }));
}

async function writeResults(
  folder: string,
  rates: ErrorRates,
  simulated: readonly SimulatedNull[],
  set: string,
): Promise<void> {
  await writeWholeFile(
    join(folder, 'error-rates.json'),
    `${JSON.stringify({ rates, simulated }, null, 2)}\n`,
  );
  await writeWholeFile(
    join(folder, 'error-rates.md'),
    errorRatesMarkdown(rates, simulated, { set, software: SOFTWARE, plots: true }),
  );
  const roc = rocSvg({
    title: 'Related against independent pairs',
    caption: 'True against false positive rate of each primary test.',
    series: rates.tests.map((test) => ({ label: test.test, area: test.area, points: test.roc })),
  });
  if (roc !== undefined) await writeWholeFile(join(folder, 'images', 'roc.svg'), roc);
  await writePlot(
    join(folder, 'images', 'qq-real.svg'),
    'p-values of independent trained pairs',
    rates.tests.map((test) => ({ label: test.test, values: test.independentP })),
  );
  await writePlot(
    join(folder, 'images', 'qq-simulated.svg'),
    'Randomised p-values of simulated independent pairs',
    simulated.map((test) => ({ label: test.test, values: test.randomisedP })),
  );
}

async function writePlot(
  path: string,
  title: string,
  series: readonly { readonly label: string; readonly values: readonly number[] }[],
): Promise<void> {
  const caption = 'Sorted p-values against uniform quantiles.';
  const svg = figureSvg({ kind: 'quantile-quantile', id: basename(path, '.svg'), title, caption, series });
  if (svg !== undefined) await writeWholeFile(path, svg);
}
