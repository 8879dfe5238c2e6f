import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  checkDeclaration,
  DECLARED_RELATIONS,
  type DeclaredAncestor,
  type FileDigest,
  FiliationError,
  listModelFiles,
  type ModelDeclaration,
  modelBom,
  treeDigest,
  writeWholeFile,
} from '@filiation/evidence';
import { SOFTWARE } from '@filiation/weights';
import { Command, InvalidArgumentError } from 'commander';
import { type ActorOptions, addActorOptions } from '../case/session.ts';
import { originFromBom, originFromCard, type StatedOrigin } from '../io/declared-origin.ts';
import { logDeclaration } from '../io/log-declaration.ts';
import { prepareOutputs } from '../io/outputs.ts';
import { declarationBeside } from '../io/stated-origins.ts';
import { openTerminal, type Terminal } from '../io/terminal.ts';
import { declarationText } from '../view/declaration-text.ts';

interface DeclareOptions extends ActorOptions {
  readonly ancestor?: readonly DeclaredAncestor[];
  readonly fromScratch?: boolean;
  readonly fromCard?: boolean;
  readonly fromBom?: string;
  readonly complete?: boolean;
  readonly license?: readonly string[];
  readonly dataset?: readonly string[];
  readonly at?: string;
  readonly out?: string;
  readonly bom?: string;
  readonly force?: boolean;
  readonly case?: string;
}

export function declareCommand(): Command {
  const command = new Command('declare')
    .description("State a model's ancestors: a claim, to be held against what the tests find")
    .argument('<model>', 'a model folder or file')
    .option(
      '--ancestor <names...>',
      `NAME[:RELATION[:SHA256]]; relation: ${DECLARED_RELATIONS.join(', ')}`,
      ancestor,
    )
    .option('--from-scratch', 'state that the model has no ancestor')
    .option(
      '--from-card',
      "take what the model's own files state: README.md, adapter_config.json, config.json",
    )
    .option('--from-bom <file>', 'take what a CycloneDX bill of materials states')
    .option('--complete', 'with --ancestor: no ancestor is left out')
    .option('--license <names...>', 'licences, with --ancestor or --from-scratch')
    .option('--dataset <names...>', 'training data, with --ancestor or --from-scratch')
    .option('--at <time>', 'when it was declared; default: now', instant)
    .option('--out <file>', 'where the declaration goes; default: NAME.declaration.json beside the model')
    .option('--bom <file>', 'also write it as a CycloneDX 1.6 bill of materials')
    .option('--force', 'replace a declaration that is there')
    .option('--case <folder>', 'log it in this case, about the exhibit with the digest of the model')
    .addHelpText(
      'after',
      '\nA declaration changes no opinion. filiation compare and tree set it against what they find:' +
        '\nclaimed, confirmed, contradicted, or silent where descent is found and nothing is claimed.',
    );
  return addActorOptions(command).action(runDeclare);
}

async function runDeclare(model: string, options: DeclareOptions): Promise<void> {
  checkOptions(options);
  const terminal = openTerminal();
  const out = options.case === undefined ? (options.out ?? declarationBeside(model)) : undefined;
  await prepareOutputs([out, options.bom], [model]);
  await refuseToReplace([out, options.bom], options);
  const { digest, files } = await digestModel(model, terminal);
  const name = basename(resolve(model));
  const sha256 = digest.replace('sha256:', '');
  const { task, ...stated } = await statedOrigin(model, options, { name, sha256, files });
  const declaration: ModelDeclaration = {
    schema: 'filiation.declaration/1',
    model: { name, sha256 },
    ...stated,
    declaredAt: options.at ?? new Date().toISOString(),
  };
  checkDeclaration(declaration, 'the declaration');
  if (options.bom !== undefined) {
    const [tool, version] = SOFTWARE.split(' ') as [string, string];
    const facts = { files, ...(task === undefined ? {} : { task }), tool: { name: tool, version } };
    await writeJson(options.bom, modelBom(declaration, facts));
  }
  if (out !== undefined) await writeJson(out, declaration);
  const logged =
    options.case === undefined ? undefined : await logDeclaration(options.case, options, declaration);
  if (options.json) process.stdout.write(`${JSON.stringify(declaration, null, 2)}\n`);
  const written = [out, options.bom].filter((path) => path !== undefined);
  const text = declarationText(declaration, {
    ...terminal,
    written,
    ...(logged === undefined ? {} : { exhibit: logged }),
  });
  (options.json ? process.stderr : process.stdout).write(text);
}

function checkOptions(options: DeclareOptions): void {
  const ways = [options.ancestor, options.fromScratch, options.fromCard, options.fromBom].filter(Boolean);
  if (ways.length !== 1)
    throw new FiliationError('USAGE', 'say where the statement comes from', {
      hint: 'give exactly one of --ancestor, --from-scratch, --from-card and --from-bom',
    });
  if (options.case === undefined && (options.as ?? options.key ?? options.logKey) !== undefined)
    throw new FiliationError('USAGE', '--as and keys belong to a case', { hint: 'give --case too' });
  if (options.complete === true && options.ancestor === undefined)
    throw new FiliationError('USAGE', '--complete speaks of the ancestors named by --ancestor');
}

async function statedOrigin(
  model: string,
  options: DeclareOptions,
  known: { readonly name: string; readonly sha256: string; readonly files: readonly FileDigest[] },
): Promise<StatedOrigin> {
  if (options.fromCard === true) return originFromCard(model);
  if (options.fromBom !== undefined) return originFromBom(options.fromBom, known);
  return {
    ancestors: options.ancestor ?? [],
    completeness: options.fromScratch === true ? 'none' : options.complete === true ? 'complete' : 'partial',
    basis: 'party',
    sources: [],
    licenses: options.license ?? [],
    datasets: options.dataset ?? [],
  };
}

async function digestModel(
  model: string,
  terminal: Terminal,
): Promise<{ readonly digest: string; readonly files: readonly FileDigest[] }> {
  try {
    return await treeDigest(await listModelFiles(model), (done, total) =>
      terminal.meter.update(`digesting: ${model}`, done, total, 'bytes'),
    );
  } finally {
    terminal.meter.end();
  }
}

async function refuseToReplace(
  paths: readonly (string | undefined)[],
  { force }: DeclareOptions,
): Promise<void> {
  for (const path of paths)
    if (path !== undefined && force !== true && (await stat(path).catch(() => undefined)) !== undefined)
      throw new FiliationError('CONFLICT', `${path} is there already`, {
        where: path,
        hint: 'a declaration that was given should stay: write elsewhere with --out, or replace it with --force',
      });
}

async function writeJson(path: string, document: object): Promise<void> {
  await writeWholeFile(path, `${JSON.stringify(document, null, 2)}\n`);
}

/** `owner/base:fine-tune:DIGEST`: read from the end, for a name may hold colons itself. */
function ancestor(text: string, before: readonly DeclaredAncestor[] = []): DeclaredAncestor[] {
  let name = text;
  const last = (pattern: RegExp): string | undefined => {
    const match = pattern.exec(name);
    if (match !== null) name = name.slice(0, match.index);
    return match?.[1];
  };
  const sha256 = last(/:(?:sha256:)?([0-9a-f]{64})$/);
  const stated = last(new RegExp(`:(${DECLARED_RELATIONS.join('|')})$`));
  if (name === '' || name.length > 300)
    throw new InvalidArgumentError('give a name of at most 300 characters');
  const relation = DECLARED_RELATIONS.find((each) => each === stated) ?? 'unknown';
  return [...before, { name, relation, ...(sha256 === undefined ? {} : { sha256 }) }];
}

function instant(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('give a time such as 2026-05-01 or 2026-05-01T12:00:00Z');
  return date.toISOString();
}
