import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FiliationError } from '@filiation/evidence';

/** One model's entry in a LINEAGE.json: what is known (or claimed) of its origin. */
export interface LineageEntry {
  readonly relation: string;
  readonly parents: readonly string[];
  /** Independent initialisations that the weights descend from. */
  readonly weightRoots: readonly string[];
  /** Models trained from the same initial weights. */
  readonly sharesInitialWeightsWith: readonly string[];
}

const MOST_BYTES = 16 * 1024 ** 2;

/**
 * Reads `LINEAGE.json`: `{"models": {NAME: {"relation", "parents", "weight_root",
 * "shares_initial_weights_with"}}}`.
 *
 * @returns undefined where there is no such file
 * @throws FiliationError MALFORMED or LIMIT_EXCEEDED
 */
export async function readLineage(path: string): Promise<ReadonlyMap<string, LineageEntry> | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) return undefined;
  if (found.size > MOST_BYTES)
    throw new FiliationError('LIMIT_EXCEEDED', `${path} is larger than 16 MiB`, { where: path });
  const malformed = (what: string, cause?: unknown) =>
    new FiliationError('MALFORMED', `${path}: ${what}`, {
      where: path,
      hint: 'expected {"models": {"NAME": {"relation": "…", "parents": ["…"]}}}',
      ...(cause === undefined ? {} : { cause }),
    });
  let document: unknown;
  try {
    document = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw malformed('not JSON', cause);
  }
  const models = isObject(document) ? document.models : undefined;
  if (!isObject(models)) throw malformed('no "models"');
  return new Map(
    Object.entries(models).map(([name, entry]) => {
      if (!isObject(entry)) throw malformed(`the entry of ${name} is not an object`);
      return [
        name,
        {
          relation: typeof entry.relation === 'string' ? entry.relation : '',
          parents: strings(entry.parents),
          weightRoots: strings(entry.weight_root),
          sharesInitialWeightsWith: strings(entry.shares_initial_weights_with),
        },
      ];
    }),
  );
}

/** The LINEAGE.json that lies beside a model's folder or file. */
export function lineageBeside(modelPath: string): { readonly path: string; readonly key: string } {
  const full = resolve(modelPath);
  return { path: join(dirname(full), 'LINEAGE.json'), key: basename(full) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
