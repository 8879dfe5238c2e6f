import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { FiliationError, writeWholeFile } from '@filiation/evidence';
import {
  buildTree,
  type CanonicalModel,
  isPairRelation,
  openKernel,
  type StatedClaim,
} from '@filiation/weights';
import { Command } from 'commander';
import { exitResumable } from '../io/interrupt.ts';
import { openKeptWork, runKey } from '../io/kept-work.ts';
import { distinctNames, openModels } from '../io/open-models.ts';
import { prepareOutputs } from '../io/outputs.ts';
import { statedOrigins } from '../io/stated-origins.ts';
import { openTerminal } from '../io/terminal.ts';
import { newick } from '../view/tree/newick.ts';
import { treePage } from '../view/tree/tree-page.ts';
import { treeText } from '../view/tree/tree-text.ts';
import { addRunOptions, parametersOf, type RunOptions } from './options.ts';

interface TreeOptions extends RunOptions {
  readonly html?: string;
  readonly newick?: string;
}

export function treeCommand(): Command {
  const command = new Command('tree')
    .description('Lineage of many models: who descends from whom, held against what is claimed')
    .argument('<models...>', 'model folders or files, or a folder of model folders')
    .option('--html <file>', 'write a self-contained page with the tree')
    .option('--newick <file>', 'write the tree in Newick form');
  return addRunOptions(command).action(runTree);
}

async function runTree(given: readonly string[], options: TreeOptions): Promise<void> {
  const paths = await expandModelFolders(given);
  if (paths.length < 2)
    throw new FiliationError('USAGE', 'a tree needs at least two models', {
      hint: 'name several model folders, or one folder that holds them',
    });
  await prepareOutputs([options.html, options.newick], paths);
  const terminal = openTerminal();
  exitResumable(terminal, 'Finished pairs are kept; the same command goes on from there.');
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
    const tree = await buildTree({
      models,
      kernel,
      parameters,
      claims: await readClaims(paths, models),
      now: () => new Date(),
      done: kept.done,
      onRelation: kept.keep,
      onProgress: (step, done, total) => terminal.meter.update(`comparing: ${step}`, done, total, 'pairs'),
    });
    terminal.meter.end();
    if (options.html !== undefined) await writeWholeFile(options.html, treePage(tree));
    if (options.newick !== undefined) await writeWholeFile(options.newick, `${newick(tree)}\n`);
    await kept.clear();
    if (options.json) process.stdout.write(`${JSON.stringify(tree, null, 2)}\n`);
    const text = treeText(tree);
    (options.json ? process.stderr : process.stdout).write(`${text}\n`);
  } finally {
    terminal.meter.end();
    await kernel.close();
    for (const model of models) await model.store.close();
  }
}

const MODEL_FILE = /\.(safetensors|gguf|bin|pt|pth)$|^config\.json$/;

/** A folder that holds no model itself stands for the model folders in it. */
export async function expandModelFolders(paths: readonly string[]): Promise<string[]> {
  const expanded: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() !== true) {
      expanded.push(path);
      continue;
    }
    const names = (await readdir(path)).sort();
    if (names.some((name) => MODEL_FILE.test(name))) {
      expanded.push(path);
      continue;
    }
    for (const name of names) {
      const inside = await readdir(join(path, name)).catch(() => []);
      if (inside.some((file) => MODEL_FILE.test(file))) expanded.push(join(path, name));
    }
  }
  return distinctPaths(expanded);
}

/** A model named twice, or in a folder that is named too, is one model. */
function distinctPaths(paths: readonly string[]): string[] {
  return [...new Map(paths.map((path) => [resolve(path), path])).values()];
}

/** Claimed parents: model cards, and LINEAGE.json and declarations beside the models. */
export async function readClaims(
  paths: readonly string[],
  models: readonly CanonicalModel[],
): Promise<StatedClaim[]> {
  const names = distinctNames(paths);
  // A copy is often named as its source: a name never means the model that makes the claim, and one that
  // could mean two models means neither.
  const idOf = (parent: string, child: string): string => {
    const meant = names.filter(
      (name, i) => name !== child && basename(resolve(paths[i]!)) === basename(parent),
    );
    return meant.length === 1 ? meant[0]! : parent;
  };
  const claims: StatedClaim[] = [];
  for (const [i, path] of paths.entries()) {
    const child = names[i]!;
    for (const { ancestor, relation, source } of await statedOrigins(path, models[i]!))
      if (ancestor === undefined) claims.push({ child, source });
      // Who learns from another's outputs need not share a weight with it.
      else if (!/distil/i.test(relation ?? '')) claims.push({ child, parent: idOf(ancestor, child), source });
  }
  return claims;
}
