import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FiliationError, fileError, quotedList } from '@filiation/evidence';
import type { Oddity, TensorStore } from '../store.ts';
import type { ByteSource } from './byte-source.ts';
import { type FileKind, fileKind, KIND_HEAD_BYTES } from './file-kind.ts';
import { fileSource } from './file-source.ts';
import { openGgufFile } from './gguf-split.ts';
import { openSafetensors } from './safetensors.ts';
import { openShardedSafetensors, openShardIndex, openShards } from './shards.ts';
import { openTorchZip, type TorchOptions } from './torch-zip.ts';
import { chooseWeights, type WeightChoice } from './weight-files.ts';

/** How to read what is not plain tensors. */
export type StoreOptions = TorchOptions;

/** Files listed in one folder. */
const MAX_FOLDER_FILES = 100_000;

/**
 * Opens the weights at a path: a file of any format that is read here, told by its first bytes, or a
 * folder as model hubs lay them out. Nothing but headers is read. Other weight files of the folder, an
 * adapter without its base, missing shards and the like are told as oddities.
 * @throws FiliationError NOT_FOUND, UNREADABLE, UNSUPPORTED, USAGE (several models in one folder), and
 *         what the format readers throw
 */
export async function openStore(path: string, options: StoreOptions = {}): Promise<TensorStore> {
  const isFolder = await stat(path).then(
    (facts) => facts.isDirectory(),
    (cause: unknown) => {
      throw fileError(path, cause);
    },
  );
  return isFolder ? openFolder(path, options) : openFile(path, options);
}

async function openFile(path: string, options: StoreOptions): Promise<TensorStore> {
  const source = await fileSource(path);
  const kind = await kindOf(source);
  if (kind === 'safetensors' || (kind === 'unknown' && path.endsWith('.safetensors')))
    return openSafetensors(source);
  if (kind === 'zip') return openTorchZip(source, options);
  await source.close();
  // Its siblings, where it is one of several parts, are found by the path.
  if (kind === 'gguf') return openGgufFile(path);
  throw unreadableKind(path, kind);
}

async function kindOf(source: ByteSource): Promise<FileKind> {
  try {
    return fileKind(await source.read(0, Math.min(source.size, KIND_HEAD_BYTES)));
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openFolder(folder: string, options: StoreOptions): Promise<TensorStore> {
  const choice = chooseWeights(await fileNames(folder));
  const store = await openLayout(folder, choice, options);
  const oddities = folderOddities(choice);
  return oddities.length === 0 ? store : { ...store, oddities: [...oddities, ...store.oddities] };
}

async function openLayout(
  folder: string,
  { layout }: WeightChoice,
  options: StoreOptions,
): Promise<TensorStore> {
  switch (layout.kind) {
    case 'file':
      return openFile(join(folder, layout.file), options);
    case 'index':
      return layout.format === 'safetensors'
        ? openShardedSafetensors(folder, layout.file)
        : openShards(folder, await openShardIndex(folder, layout.file), 'pytorch', (source) =>
            openTorchZip(source, options),
          );
    case 'numbered':
      return openShards(folder, layout, 'safetensors', openSafetensors);
    case 'ambiguous':
      throw new FiliationError('USAGE', `${folder} holds several models: ${quotedList(layout.files, 10)}`, {
        where: folder,
        hint: 'Name one of these files instead of the folder.',
      });
    case 'none':
      throw new FiliationError('NOT_FOUND', `${folder} holds no weights`, {
        where: folder,
        hint: 'Expected are .safetensors, .gguf, .bin, .pt or .pth files directly in the folder.',
      });
  }
}

async function fileNames(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    if (names.length <= MAX_FOLDER_FILES) return names;
  } catch (cause) {
    throw fileError(folder, cause);
  }
  throw new FiliationError('LIMIT_EXCEEDED', `${folder} holds more than ${MAX_FOLDER_FILES} files`, {
    where: folder,
    hint: 'Name the model file or the folder of one model.',
  });
}

function folderOddities({ passedOver, adapterOnly }: WeightChoice): Oddity[] {
  const oddities: Oddity[] = [];
  if (adapterOnly)
    oddities.push({
      severity: 'warning',
      kind: 'adapter-only',
      text: 'the folder holds an adapter, which is a difference to a base model and no whole model; merge it into its base to compare it',
    });
  if (passedOver.length > 0)
    oddities.push({
      severity: 'note',
      kind: 'other-weight-files',
      text: `not read, because other files of the folder are taken for the model: ${quotedList(passedOver)}`,
    });
  return oddities;
}

/** Kinds that no reader takes. */
type UnreadKind = Exclude<FileKind, 'safetensors' | 'zip' | 'gguf'>;

const KIND_TEXT: Readonly<Record<UnreadKind, readonly [what: string, hint: string]>> = {
  pickle: [
    'a bare pickle stream, as PyTorch before 1.6 wrote it',
    'Convert it to safetensors with the tool that wrote it; it will not be unpickled here.',
  ],
  tar: ['a tar archive', 'Unpack it, or convert the model inside to safetensors.'],
  hdf5: ['an HDF5 file', 'Convert it to safetensors.'],
  'old-ggml': ['a GGML file from before GGUF', 'Convert it to GGUF with llama.cpp.'],
  'lfs-pointer': ['a Git LFS pointer, not the file itself', 'Run: git lfs pull'],
  empty: ['empty', 'Download it again.'],
  unknown: ['of no known weight format', 'Expected are safetensors, GGUF and PyTorch zip checkpoints.'],
};

function unreadableKind(path: string, kind: UnreadKind): FiliationError {
  const [what, hint] = KIND_TEXT[kind];
  const code = kind === 'empty' ? 'TRUNCATED' : 'UNSUPPORTED';
  return new FiliationError(code, `${path} is ${what}`, { where: path, hint });
}
