import { FiliationError } from '@filiation/evidence';
import type { ByteSource } from './byte-source.ts';
import { jsonScanner } from './json-scanner.ts';

/** Bytes; an index of 100,000 tensors takes 10 MB. */
const MAX_INDEX_BYTES = 100_000_000;
const MAX_TENSORS = 1_000_000;
/** Each shard stays open while the model is read. */
const MAX_SHARDS = 4096;

/** Which tensor lies in which file, as `*.index.json` says. */
export interface ShardIndex {
  readonly name: string;
  /** Tensor name to file name, unchecked. */
  readonly weightMap: ReadonlyMap<string, string>;
  /** File names, once each, sorted. */
  readonly files: readonly string[];
}

/**
 * Reads the `weight_map` of an index and closes the source; file names in it are not yet checked.
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED
 */
export async function readShardIndex(source: ByteSource): Promise<ShardIndex> {
  const { name } = source;
  try {
    if (source.size > MAX_INDEX_BYTES) throw tooLarge(name, `more than ${MAX_INDEX_BYTES} bytes`);
    const weightMap = parseWeightMap(decode(await source.read(0, source.size), name), name);
    const files = [...new Set(weightMap.values())].sort();
    if (files.length > MAX_SHARDS) throw tooLarge(name, `more than ${MAX_SHARDS} shards`);
    return { name, weightMap, files };
  } finally {
    await source.close();
  }
}

function parseWeightMap(text: string, name: string): Map<string, string> {
  const scanner = jsonScanner(text, name);
  const weightMap = new Map<string, string>();
  let found = false;
  scanner.object((key) => {
    if (key !== 'weight_map') return void scanner.skip();
    found = true;
    scanner.object((tensor) => {
      weightMap.set(tensor, scanner.string());
      if (weightMap.size > MAX_TENSORS) throw tooLarge(name, `more than ${MAX_TENSORS} tensors`);
    });
  });
  scanner.end();
  return found ? weightMap : scanner.fail('there is no weight_map');
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const hint = 'Get the index again from its source.';
    throw new FiliationError('MALFORMED', `${name} is not UTF-8 text`, { where: name, hint, cause });
  }
}

function tooLarge(name: string, what: string): FiliationError {
  const hint = 'No published model comes near this limit: check where the file comes from.';
  return new FiliationError('LIMIT_EXCEEDED', `${name} holds ${what}`, { where: name, hint });
}
