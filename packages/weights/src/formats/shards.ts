import { join } from 'node:path';
import { FiliationError, quoted, quotedList } from '@filiation/evidence';
import type { Oddity, TensorStore } from '../store.ts';
import type { ByteSource } from './byte-source.ts';
import { fileSource } from './file-source.ts';
import { joinedStore, type StorePart } from './joined-store.ts';
import { resolveInside } from './model-path.ts';
import { openSafetensors } from './safetensors.ts';
import { readShardIndex, type ShardIndex } from './shard-index.ts';

/** Opens one shard; takes over the source. */
export type ShardOpener = (source: ByteSource) => Promise<TensorStore>;

/** What the file set is to hold; without a `weightMap`, whatever the files hold. */
export interface ShardPlan {
  readonly files: readonly string[];
  readonly weightMap?: ReadonlyMap<string, string>;
}

/**
 * Opens the safetensors shards that an index in a folder names. A missing shard leaves a partial store
 * with a `missing-shard` warning; other disagreements between index and shards become oddities too.
 * @throws FiliationError UNSAFE for a shard name that leaves the folder, NOT_FOUND where no shard is
 *         there, and whatever opening a shard throws
 */
export async function openShardedSafetensors(
  folder: string,
  indexName = 'model.safetensors.index.json',
): Promise<TensorStore> {
  const index = await openShardIndex(folder, indexName);
  return openShards(folder, index, 'safetensors', openSafetensors);
}

export async function openShardIndex(folder: string, indexName: string): Promise<ShardIndex> {
  return readShardIndex(await fileSource(join(folder, indexName)));
}

/** As `openShardedSafetensors`, for any format and any source of the plan. */
export async function openShards(
  folder: string,
  plan: ShardPlan,
  format: TensorStore['format'],
  open: ShardOpener,
): Promise<TensorStore> {
  const opened = new Map<string, TensorStore>();
  const oddities: Oddity[] = [];
  try {
    for (const file of plan.files) {
      const source = await openSource(folder, file);
      if (source === undefined) oddities.push(missingShard(file, plan));
      else opened.set(file, await open(source));
    }
    if (opened.size === 0)
      throw new FiliationError('NOT_FOUND', `${folder} holds none of the ${plan.files.length} shards`, {
        where: folder,
        hint: 'Download the model again, with all its files.',
      });
    return joinedStore(format, selectParts(opened, plan, oddities), oddities);
  } catch (error) {
    await Promise.all([...opened.values()].map((store) => store.close()));
    throw error;
  }
}

async function openSource(folder: string, file: string): Promise<ByteSource | undefined> {
  try {
    return await fileSource(await resolveInside(folder, file), file);
  } catch (error) {
    if (error instanceof FiliationError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** Takes each tensor from the shard that the index names, or else from the first that has it. */
function selectParts(
  opened: ReadonlyMap<string, TensorStore>,
  plan: ShardPlan,
  oddities: Oddity[],
): StorePart[] {
  const taken = new Set<string>();
  const unlisted: string[] = [];
  const repeated: string[] = [];
  const take = (name: string, file: string): boolean => {
    const listed = plan.weightMap?.get(name);
    if (listed !== undefined && listed !== file && opened.has(listed)) {
      repeated.push(name);
      return false;
    }
    if (taken.has(name)) repeated.push(name);
    else if (plan.weightMap !== undefined && listed !== file) unlisted.push(name);
    const fresh = !taken.has(name);
    taken.add(name);
    return fresh;
  };
  const parts = [...opened].map(([file, store]) => ({
    store,
    tensors: store.tensors.filter((tensor) => take(tensor.name, file)),
  }));
  const absent = [...(plan.weightMap ?? [])].filter(([name, file]) => opened.has(file) && !taken.has(name));
  warn(
    oddities,
    'absent-tensor',
    'in the index but in no shard',
    absent.map(([name]) => name),
  );
  warn(oddities, 'unlisted-tensor', 'in a shard that the index does not give for it', unlisted);
  warn(oddities, 'repeated-tensor', 'in more than one shard, only one of which is read', repeated);
  return parts;
}

function warn(oddities: Oddity[], kind: string, where: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const text = `${names.length} ${names.length === 1 ? 'tensor is' : 'tensors are'} ${where}: ${quotedList(names)}`;
  oddities.push({ severity: 'warning', kind, text });
}

function missingShard(file: string, plan: ShardPlan): Oddity {
  const lost = [...(plan.weightMap ?? [])].filter(([, shard]) => shard === file).map(([name]) => name);
  const tensors = lost.length === 0 ? '' : `, and with it ${lost.length} tensors: ${quotedList(lost)}`;
  return {
    severity: 'warning',
    kind: 'missing-shard',
    text: `the file ${quoted(file)} is missing${tensors}`,
  };
}
