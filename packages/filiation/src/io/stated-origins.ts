import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseDeclaration } from '@filiation/evidence';
import { type CanonicalModel, cardStatements, type OriginStatement } from '@filiation/weights';
import { lineageBeside, readLineage } from './lineage-file.ts';
import { readSmallFile } from './read-file.ts';

/** Bytes. */
const MAX_DECLARATION = 2 ** 20;

/** Where `filiation declare` puts a model's declaration: beside it, so that the model stays as it is. */
export function declarationBeside(modelPath: string): string {
  const full = resolve(modelPath);
  return join(dirname(full), `${basename(full)}.declaration.json`);
}

/**
 * Everything stated of a model's origin: by its own card, by the LINEAGE.json and the declaration that lie
 * beside it.
 *
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED, UNREADABLE
 */
export async function statedOrigins(path: string, model: CanonicalModel): Promise<OriginStatement[]> {
  return [
    ...cardStatements(model),
    ...(await lineageStatements(path)),
    ...(await declarationStatements(declarationBeside(path))),
  ];
}

/** Distillation is no claim about weights; the entries of a LINEAGE.json do not say "from scratch". */
async function lineageStatements(path: string): Promise<OriginStatement[]> {
  const { path: file, key } = lineageBeside(path);
  const entry = (await readLineage(file))?.get(key);
  if (entry === undefined || /distil/i.test(entry.relation)) return [];
  const { relation } = entry;
  return entry.parents.map((ancestor) => ({ ancestor, relation, source: 'LINEAGE.json' }));
}

async function declarationStatements(file: string): Promise<OriginStatement[]> {
  if ((await stat(file).catch(() => undefined)) === undefined) return [];
  const { ancestors, completeness } = parseDeclaration(await readSmallFile(file, MAX_DECLARATION), file);
  if (completeness === 'none') return [{ source: 'declaration' }];
  return ancestors.map(({ name, relation, sha256 }) => ({
    ancestor: name,
    relation,
    ...(sha256 === undefined ? {} : { sha256 }),
    source: 'declaration',
  }));
}
