import { createReadStream } from 'node:fs';
import {
  commitmentOf,
  exhibitOf,
  FiliationError,
  logCommitment,
  logOpening,
  logRedaction,
  logSketch,
  logWithheld,
  openParts,
  type PartItem,
  redactRows,
  sketchesOf,
} from '@filiation/evidence';
import type { PartKind } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { openModel, sketchModel } from '@filiation/weights';
import { Command, Option } from 'commander';
import { act } from '../../case/act.ts';
import { choiceOf } from '../../case/part-choice.ts';
import { exhibitPath, itemsOf, newCommitment, rowFile, sameCommitment } from '../../case/parts.ts';
import { type ActorOptions, addActorOptions } from '../../case/session.ts';
import { wholeNumber } from '../options.ts';

interface PathOptions extends ActorOptions {
  readonly path?: string;
  readonly commitment?: string;
}
interface CommitOptions extends PathOptions {
  readonly parts: PartKind;
  readonly file?: string;
  readonly equality?: boolean;
}
interface OpenOptions extends PathOptions {
  readonly parts: readonly string[];
  readonly to?: string;
  readonly ground: string;
}
interface SketchOptions extends PathOptions {
  readonly seed: string;
  readonly rows: number;
  readonly digits: number;
  readonly share?: number;
}

/** Showing parts of an exhibit and withholding the rest: see docs/disclosure.md. */
export function discloseCommand(): Command {
  return new Command('disclose')
    .description('Commit to an exhibit, open parts of it, withhold the rest, release a sketch')
    .addCommand(commitCommand())
    .addCommand(openCommand())
    .addCommand(withholdCommand())
    .addCommand(sketchCommand());
}

/** How parts are chosen when an exhibit is committed to. */
export function partsOption(flags: string, description: string): Option {
  return new Option(flags, description).choices(['tensors', 'rows', 'files']);
}

function commitCommand(): Command {
  return disclosure('commit', 'Commit to the parts of an exhibit: one root is logged, nothing is shown')
    .addOption(partsOption('--parts <kind>', 'what a part is: tensors, rows or files').makeOptionMandatory())
    .option('--file <name>', 'rows: the file, where the exhibit has several')
    .option('--equality', 'without salts: equal parts of two exhibits can be seen, and guesses can be tried')
    .action((folder: string, exhibit: string, options: CommitOptions) =>
      act(folder, options, async ({ of, actor }, terminal) => {
        exhibitOf(of, exhibit);
        const path = await exhibitPath(of, exhibit, options.path, terminal);
        const { commitment, salt } = await newCommitment(
          of,
          exhibit,
          {
            kind: options.parts,
            path,
            equality: options.equality === true,
            ...(options.file === undefined ? {} : { file: options.file }),
          },
          options,
          terminal,
        );
        const { record } = commitment;
        await logCommitment(of, actor, exhibit, record);
        const kept =
          salt === undefined
            ? 'It has no salts: anybody can try guesses at its parts.'
            : `The salt lies encrypted in ${salt}; without it nothing can be opened any more.`;
        return {
          value: { exhibit, ...record, ...(salt === undefined ? {} : { salt }) },
          text: `${exhibit}: committed to ${record.count} ${record.kind}, root ${record.root}\n${kept}`,
        };
      }),
    );
}

function openCommand(): Command {
  return disclosure('open', 'Open some parts of a commitment; all others are withheld with a ground')
    .requiredOption(
      '--parts <parts...>',
      'indices from 0, ranges such as 10-19, or names of tensors or files',
    )
    .requiredOption('--ground <text>', 'why the others are withheld')
    .option('--to <whom>', 'for whom they are opened')
    .action((folder: string, exhibit: string, options: OpenOptions) =>
      act(folder, options, async ({ of, actor }, terminal) => {
        const { record } = await commitmentOf(of, exhibit, options.commitment);
        const path = await exhibitPath(of, exhibit, options.path, terminal);
        const { commitment, source } = await sameCommitment(of, exhibit, record, path, options, terminal);
        const choice = choiceOf(options.parts);
        const to = options.to === undefined ? {} : { to: options.to };
        const chosen: { index: number; item: PartItem }[] = [];
        let index = 0;
        for await (const item of itemsOf(source, terminal)) {
          if (choice.has(index, item)) chosen.push({ index, item });
          index++;
        }
        choice.finish(record.count);
        let document: string;
        if (record.kind === 'rows') {
          const lines = redactRows(nodePlatform, commitment, createReadStream(await rowFile(source)), {
            grounds: [options.ground],
            hide: (row) => (choice.has(row) ? undefined : 0),
          });
          document = await logRedaction(of, actor, exhibit, { record, shown: chosen.length, lines, ...to });
        } else {
          const opening = await openParts(nodePlatform, commitment, chosen, () => options.ground);
          document = await logOpening(of, actor, exhibit, opening, options.to);
        }
        return {
          value: { exhibit, opened: chosen.length, of: record.count, document, ...to },
          text: `${exhibit}: ${chosen.length} of ${record.count} ${record.kind} are opened in ${document}; the others are withheld: ${options.ground}`,
        };
      }),
    );
}

function withholdCommand(): Command {
  return disclosure('withhold', 'Log that what is not opened stays withheld, and why')
    .requiredOption('--ground <text>', 'the ground: trade secret, personal data, an order')
    .action((folder: string, exhibit: string, options: PathOptions & { readonly ground: string }) =>
      act(folder, options, async ({ of, actor }) => {
        const logged = await commitmentOf(of, exhibit, options.commitment);
        await logWithheld(of, actor, exhibit, logged, options.ground);
        return {
          value: { exhibit, commitment: logged.record.root, ground: options.ground },
          text: `${exhibit}: withheld (${options.ground}). Leave its bytes out of the bundle with: filiation case seal --withhold`,
        };
      }),
    );
}

function sketchCommand(): Command {
  return disclosure('sketch', 'Release a few random sums of a model that is not handed over')
    .requiredOption('--seed <number>', 'joint seed, such as S1, drawn after both models were committed to')
    .option('--rows <n>', 'random sums of each tensor', wholeNumber(1), 64)
    .option('--digits <n>', 'significant digits of each sum', wholeNumber(1), 4)
    .option(
      '--share <x>',
      'share of the parameters that sketches may give away in all; 0.01 by default',
      Number,
    )
    .action((folder: string, exhibit: string, options: SketchOptions) =>
      act(folder, options, async ({ of, actor }, terminal) => {
        const { record } = await commitmentOf(of, exhibit, options.commitment);
        const seed = of.state.seeds.get(options.seed)?.value;
        if (seed === undefined)
          throw new FiliationError('CONFLICT', `the seed ${options.seed} is not settled`, {
            hint: 'draw it first: filiation case seed',
          });
        const path = await exhibitPath(of, exhibit, options.path, terminal);
        const model = await openModel(path, { digest: 'skip' });
        const document = await sketchModel(model, {
          seed,
          rows: options.rows,
          digits: options.digits,
          budget: {
            previous: await sketchesOf(of, exhibit),
            ...(options.share === undefined ? {} : { fraction: options.share }),
          },
          onProgress: (done, total) => terminal.meter.update('sketching', done, total, 'values'),
        }).finally(() => model.store.close());
        const name = await logSketch(of, actor, exhibit, {
          commitment: record,
          seed: options.seed,
          document,
        });
        const { released, total, cap } = document.leak;
        return {
          value: { exhibit, document: name, tensors: document.tensors.length, released, total, cap },
          text: `${exhibit}: a sketch of ${document.tensors.length} tensors lies in ${name}. It gives away at most ${released} unknowns, ${total} with those before, of a cap of ${cap}.\nCompare it with the other side's: filiation case sketch-compare A.json B.json`,
        };
      }),
    );
}

function disclosure(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument('<folder>', 'the case')
    .argument('<exhibit>', 'the exhibit, such as E1');
  if (name !== 'withhold') command.option('--path <path>', "where the bytes lie; the case's copy by default");
  if (name !== 'commit')
    command.option('--commitment <root>', 'first digits of the root, where the exhibit has several');
  return addActorOptions(command);
}
