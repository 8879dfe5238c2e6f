import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { FiliationError } from '@filiation/evidence';
import { buildModel } from './canonical/build.ts';
import type { CanonicalModel } from './canonical/model.ts';
import { openStore } from './formats/interim-store.ts';
import { readModelFolder } from './formats/model-folder.ts';

export interface OpenModelOptions {
  /** Shown in findings; the folder's or file's own name where absent. */
  readonly name?: string;
  /** `skip` leaves the files unhashed: for experiments, not for a case. */
  readonly digest?: 'full' | 'skip';
  /** Work done while hashing; `fraction` in [0, 1]. */
  readonly onProgress?: (step: string, fraction: number) => void;
}

/**
 * Opens a model folder or file: safetensors (sharded too), PyTorch or GGUF, with the configuration,
 * tokenizer and model card beside it. Close `model.store` when done.
 * @throws FiliationError NOT_FOUND, MALFORMED, TRUNCATED, UNSUPPORTED, UNSAFE, LIMIT_EXCEEDED for weights
 *   that cannot be read. What stands beside the weights is left out with an oddity instead.
 */
export async function openModel(path: string, options: OpenModelOptions = {}): Promise<CanonicalModel> {
  const folder = (await isFolder(path)) ? path : dirname(path);
  const store = await openStore(path);
  const { configuration, tokenizer, claims, oddities } = await readModelFolder(folder);
  return buildModel({
    name: options.name ?? nameOf(path),
    digest: options.digest === 'skip' ? `unhashed:${nameOf(path)}` : `sha256:${store.digest}`,
    store,
    ...(configuration === undefined ? {} : { configuration }),
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(claims === undefined ? {} : { claims }),
    oddities,
  });
}

function nameOf(path: string): string {
  return basename(resolve(path)).replace(/\.(safetensors|gguf|bin|pt|pth)$/, '');
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new FiliationError('NOT_FOUND', `${path} does not exist`, {
      where: path,
      hint: 'Name a model folder or a .safetensors, .gguf or .bin file.',
      cause,
    });
  }
}
