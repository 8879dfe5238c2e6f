import { basename, dirname } from 'node:path';
import { FiliationError, quoted } from '@filiation/evidence';
import type { Oddity, TensorStore } from '../store.ts';
import { fileSource } from './file-source.ts';
import { openGguf } from './gguf.ts';
import { joinedStore } from './joined-store.ts';
import { resolveInside } from './model-path.ts';

/** Parts of one model; the largest published ones have about 50. */
const MAX_PARTS = 1024;

/** `model-00002-of-00005.gguf`, as llama.cpp's split tool names parts. */
const PART_NAME = /^(?<stem>.*)-(?<part>\d{5})-of-(?<parts>\d{5})\.gguf$/s;

/** Names of all parts beside a part's own name; undefined for a name of another form. Pure. */
export function splitNames(name: string): readonly string[] | undefined {
  const { stem, part, parts } = PART_NAME.exec(name)?.groups ?? {};
  const count = Number(parts);
  if (stem === undefined || count < 1 || count > MAX_PARTS || Number(part) < 1 || Number(part) > count)
    return undefined;
  return Array.from(
    { length: count },
    (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${parts}.gguf`,
  );
}

/**
 * Opens a GGUF model at a path: one file, or every part of a split model that lies in the same folder.
 * Missing parts become the oddity `missing-shard`. File names come from the given name alone, never
 * from the file's contents.
 * @throws FiliationError as `openGguf`; MALFORMED where parts contradict each other; UNSAFE where a part
 *         is a link out of the folder
 */
export async function openGgufFile(path: string): Promise<TensorStore> {
  const own = basename(path);
  const names = splitNames(own);
  const opened = await openGguf(await fileSource(path));
  if (names === undefined || !isPart(opened)) return opened;
  const parts = [{ name: own, store: opened }];
  try {
    const missing: string[] = [];
    for (const name of names) {
      if (name === own) continue;
      const store = await openPart(dirname(path), name);
      if (store === undefined) missing.push(name);
      else parts.push({ name, store });
    }
    return joinParts(
      parts.sort((a, b) => (a.name < b.name ? -1 : 1)),
      missing,
      names,
    );
  } catch (error) {
    for (const { store } of parts) await store.close();
    throw error;
  }
}

interface Part {
  readonly name: string;
  readonly store: TensorStore;
}

function isPart(store: TensorStore): boolean {
  const parts = store.metadata['split.count'];
  return typeof parts === 'number' && parts > 1;
}

async function openPart(folder: string, name: string): Promise<TensorStore | undefined> {
  try {
    return await openGguf(await fileSource(await resolveInside(folder, name), name));
  } catch (error) {
    if (error instanceof FiliationError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

function joinParts(
  parts: readonly Part[],
  missing: readonly string[],
  names: readonly string[],
): TensorStore {
  const seen = new Set<string>();
  for (const { name, store } of parts) {
    checkPart(name, store, names);
    for (const tensor of store.tensors) {
      if (seen.has(tensor.name)) contradiction(name, `repeats tensor ${quoted(tensor.name)} of another part`);
      seen.add(tensor.name);
    }
  }
  const stores = parts.map(({ name, store }) => ({ ...store, oddities: ownOddities(name, store) }));
  return {
    ...joinedStore(
      'gguf',
      stores.map((store) => ({ store, tensors: store.tensors })),
      missingOddities(missing, parts, seen.size),
    ),
    // The first part holds the model's metadata; the others hold only their own place.
    metadata: parts[0]!.store.metadata,
  };
}

function checkPart(name: string, store: TensorStore, names: readonly string[]): void {
  const { 'split.count': count, 'split.no': place } = store.metadata;
  if (count !== names.length) contradiction(name, `calls itself one of ${quoted(String(count))} parts`);
  if (place !== undefined && names[Number(place)] !== name)
    contradiction(name, `calls itself part ${quoted(String(place))}, counted from 0`);
}

function missingOddities(missing: readonly string[], parts: readonly Part[], tensors: number): Oddity[] {
  if (missing.length > 0) {
    const text = `${missing.length} parts of the split model are missing, ${missing[0]} first.`;
    return [{ severity: 'warning', kind: 'missing-shard', text }];
  }
  const declared = parts[0]!.store.metadata['split.tensors.count'];
  if (declared === undefined || declared === tensors) return [];
  const text = `The parts hold ${tensors} tensors, the first declares ${quoted(String(declared))}.`;
  return [{ severity: 'warning', kind: 'missing-tensors', text }];
}

/** What a part says of itself, but that its siblings are not seen: they are, or are told as missing. */
function ownOddities(name: string, store: TensorStore): Oddity[] {
  return store.oddities
    .filter(({ kind }) => kind !== 'missing-shard')
    .map((oddity) => ({ ...oddity, text: `${name}: ${oddity.text}` }));
}

function contradiction(file: string, what: string): never {
  throw new FiliationError('MALFORMED', `${file} ${what}`, {
    where: file,
    hint: 'Files of different models lie under one name: download the model again.',
  });
}
