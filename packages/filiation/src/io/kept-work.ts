import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@filiation/evidence';
import { writeWholeFile } from '@filiation/evidence';
import { type CanonicalModel, SOFTWARE, type WeightParameters } from '@filiation/weights';
import { printable } from '../view/printable.ts';
import type { Terminal } from './terminal.ts';

/** What is done of a long run, so that the same command goes on where it was interrupted. */
export interface KeptWork<T> {
  readonly done: readonly T[];
  keep(item: T): Promise<void>;
  /** The run is complete: nothing is left to resume. */
  clear(): Promise<void>;
}

/**
 * Opens the kept work of a run, in `$XDG_CACHE_HOME/filiation/runs` (by default `~/.cache`). The name is
 * a digest of everything that changes a number, so that a changed run never picks up another's results.
 * A place that cannot be written costs the shortcut, not the run: it is said once.
 */
export async function openKeptWork<T>(
  run: JsonObject,
  isItem: (value: unknown) => value is T,
  terminal: Pick<Terminal, 'say'>,
): Promise<KeptWork<T>> {
  const name = createHash('sha256').update(JSON.stringify(run)).digest('hex').slice(0, 32);
  const folder = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const path = join(folder, 'filiation', 'runs', `${name}.json`);
  const done = await readItems(path, isItem);
  const items = [...done];
  let keeping = true;
  return {
    done,
    async keep(item: T): Promise<void> {
      items.push(item);
      if (!keeping) return;
      try {
        await writeWholeFile(path, JSON.stringify(items));
      } catch (error) {
        keeping = false;
        terminal.say(`Should this run be interrupted, it starts afresh: ${messageOf(error)}.`);
      }
    },
    // What could not be kept need not be removed.
    clear: () => rm(path, { force: true }).catch(() => undefined),
  };
}

function messageOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error));
}

/** Kept work that cannot be read is only a lost shortcut: the run starts afresh. */
async function readItems<T>(path: string, isItem: (value: unknown) => value is T): Promise<readonly T[]> {
  try {
    const held: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Array.isArray(held) ? held.filter(isItem) : [];
  } catch {
    return [];
  }
}

/** Everything that changes a number in a run of the weight tests. */
export function runKey(
  command: string,
  models: readonly CanonicalModel[],
  parameters: WeightParameters,
  kernel: string,
  extra: JsonObject = {},
): JsonObject {
  return {
    command,
    software: SOFTWARE,
    exhibits: models.map((model) => [model.name, model.digest]),
    parameters: { ...parameters },
    kernel,
    ...extra,
  };
}
