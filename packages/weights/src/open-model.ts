import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileError, listModelFiles, treeDigest } from '@filiation/evidence';
import { buildModel } from './canonical/build.ts';
import type { CanonicalModel } from './canonical/model.ts';
import { ggufFacts } from './formats/gguf-facts.ts';
import { type FolderFacts, readModelFolder } from './formats/model-folder.ts';
import { openStore } from './formats/open-store.ts';
import type { Oddity, TensorStore } from './store.ts';

export interface OpenModelOptions {
  /** Shown in findings; the folder's or file's own name where absent. */
  readonly name?: string;
  /** `skip` leaves the files unhashed: for experiments, not for a case. */
  readonly digest?: 'full' | 'skip';
  /** Reads a PyTorch checkpoint that also asks for things Filiation does not know, leaving those out with
   *  an oddity; nothing is executed either way. */
  readonly tolerant?: boolean;
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
  const wholeFolder = await isFolder(path);
  const store = await openStore(path, options.tolerant === undefined ? {} : { tolerant: options.tolerant });
  try {
    const folder = await readModelFolder(wholeFolder ? path : dirname(path));
    const own = ggufFacts(store);
    const { configuration, tokenizer, claims } = { ...folder, ...own };
    const digest =
      options.digest === 'skip' ? `unhashed:${nameOf(path)}` : await digestOf(path, store, options);
    return buildModel({
      name: options.name ?? nameOf(path),
      digest,
      store,
      ...(configuration === undefined ? {} : { configuration }),
      ...(tokenizer === undefined ? {} : { tokenizer }),
      ...(claims === undefined ? {} : { claims }),
      rotaryPairs: own.rotaryPairs,
      oddities: [...folder.oddities, ...(wholeFolder ? [] : besideFile(folder, own))],
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Digest of everything that was opened: the folder, the file, or all parts of a split file. */
async function digestOf(path: string, store: TensorStore, { onProgress }: OpenModelOptions): Promise<string> {
  const step = `hashing ${nameOf(path)}`;
  const parts = new Set(store.tensors.map((tensor) => tensor.file));
  const paths =
    parts.size > 1 && !(await isFolder(path)) ? [...parts].map((part) => join(dirname(path), part)) : [path];
  const files = [];
  for (const each of paths) files.push(...(await listModelFiles(each)));
  const { digest } = await treeDigest(files, (done, total) =>
    onProgress?.(step, total === 0 ? 1 : done / total),
  );
  return digest;
}

/** Who names one file gets what stands beside it too, unless the file has it in itself, and is told that
 *  the digest is of the file alone. */
function besideFile(folder: FolderFacts, own: Partial<FolderFacts>): Oddity[] {
  const what = (['configuration', 'tokenizer'] as const).filter(
    (part) => folder[part] !== undefined && own[part] === undefined,
  );
  if (what.length === 0) return [];
  const text = `the ${what.join(' and ')} beside the file was taken for its own; the digest is of the file alone`;
  return [{ severity: 'note', kind: 'beside-file', text }];
}

function nameOf(path: string): string {
  return basename(resolve(path)).replace(/\.(safetensors|gguf|bin|pt|pth)$/, '');
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw fileError(path, cause);
  }
}
