import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type BomModel,
  type FileDigest,
  FiliationError,
  type ModelDeclaration,
  type OriginFiles,
  parseModelBom,
  quotedList,
  readModelCard,
  statedAncestors,
} from '@filiation/evidence';
import { readSmallFile } from './read-file.ts';

/** Bytes of a card or configuration, and of a bill of materials. */
const MAX_FACTS = 8 * 2 ** 20;
const MAX_BOM = 64 * 2 ** 20;

/** The part of a declaration that a document states. */
export interface StatedOrigin
  extends Pick<
    ModelDeclaration,
    'ancestors' | 'completeness' | 'basis' | 'sources' | 'licenses' | 'datasets'
  > {
  readonly task?: string;
}

/**
 * What a model folder's own files state: README.md, adapter_config.json and config.json.
 *
 * @throws FiliationError NOT_FOUND where they name no ancestor; MALFORMED, LIMIT_EXCEEDED, UNREADABLE
 */
export async function originFromCard(model: string): Promise<StatedOrigin> {
  const sources: ModelDeclaration['sources'][number][] = [];
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const path = join(model, name);
    if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
    const bytes = await readSmallFile(path, MAX_FACTS);
    sources.push({ name, sha256: createHash('sha256').update(bytes).digest('hex') });
    return bytes;
  };
  const object = async (name: string): Promise<OriginFiles['adapter']> => {
    const bytes = await read(name);
    return bytes === undefined ? undefined : looseObject(bytes, name);
  };
  const text = await read('README.md');
  const card =
    text === undefined ? undefined : await readModelCard(new TextDecoder().decode(text), 'README.md');
  const adapter = await object('adapter_config.json');
  const configuration = await object('config.json');
  const ancestors = statedAncestors({
    ...(card === undefined ? {} : { card }),
    ...(adapter === undefined ? {} : { adapter }),
    ...(configuration === undefined ? {} : { configuration }),
  });
  if (ancestors.length === 0)
    throw new FiliationError('NOT_FOUND', `the files of ${model} name no ancestor`, {
      where: model,
      hint: 'an absent statement says nothing either way; name the ancestors, or state --from-scratch',
    });
  return {
    ancestors,
    completeness: 'partial',
    basis: 'model-card',
    sources,
    licenses: card?.licenses ?? [],
    datasets: card?.datasets ?? [],
    ...(card?.task === undefined ? {} : { task: card.task }),
  };
}

/** Configurations come from many tools, some with a key twice: read as those tools read them. */
function looseObject(bytes: Uint8Array, name: string): OriginFiles['adapter'] {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${name} is not JSON`, { where: name, cause });
  }
  throw new FiliationError('MALFORMED', `${name} is not a JSON object`, { where: name });
}

/**
 * What a CycloneDX bill of materials states of this model: found by its digest, by a file's digest or by
 * name, or the only model in it.
 *
 * @throws FiliationError NOT_FOUND, USAGE (several models, none of them this one), MALFORMED, UNSUPPORTED
 */
export async function originFromBom(
  file: string,
  model: { readonly name: string; readonly sha256: string; readonly files: readonly FileDigest[] },
): Promise<StatedOrigin> {
  const bytes = await readSmallFile(file, MAX_BOM);
  const described = chooseModel(parseModelBom(bytes, file).models, model, file);
  const { ancestors, completeness, licenses, card } = described;
  if (ancestors.length === 0 && completeness !== 'none')
    throw new FiliationError('NOT_FOUND', `${file} names no ancestor of ${described.name}`, {
      where: file,
      hint: 'an absent statement says nothing either way; name the ancestors, or state --from-scratch',
    });
  return {
    ancestors,
    completeness: completeness === 'unknown' ? 'partial' : completeness,
    basis: 'cyclonedx',
    sources: [{ name: basename(file), sha256: createHash('sha256').update(bytes).digest('hex') }],
    licenses,
    datasets: card.datasets,
    ...(card.task === undefined ? {} : { task: card.task }),
  };
}

function chooseModel(
  models: readonly BomModel[],
  model: { readonly name: string; readonly sha256: string; readonly files: readonly FileDigest[] },
  file: string,
): BomModel {
  const digests = new Set(model.files.map((each) => each.sha256));
  const rules: readonly ((each: BomModel) => boolean)[] = [
    (each) => each.treeDigest === model.sha256,
    (each) => each.hashes['SHA-256'] !== undefined && digests.has(each.hashes['SHA-256']),
    (each) => basename(each.name) === model.name,
    () => models.length === 1,
  ];
  for (const rule of rules) {
    const found = models.filter(rule);
    if (found.length === 1) return found[0]!;
  }
  if (models.length === 0)
    throw new FiliationError('NOT_FOUND', `${file} describes no model`, {
      where: file,
      hint: 'a component of type machine-learning-model is looked for',
    });
  throw new FiliationError(
    'USAGE',
    `${file} describes ${models.length} models, and which is ${model.name} is not clear`,
    {
      where: file,
      hint: `it names ${quotedList(models.map((each) => each.name))}`,
    },
  );
}
