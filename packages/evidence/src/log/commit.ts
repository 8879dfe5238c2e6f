import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { PlannedFile } from './append-plan.ts';
import { STAGING_PREFIX } from './clean-up.ts';
import type { LogFiles } from './log-files.ts';

/**
 * Writes files under their final names, each whole or not at all, and returns when names and bytes are on
 * the disk.
 */
export async function placeFiles(
  files: LogFiles,
  folder: string,
  planned: readonly PlannedFile[],
): Promise<void> {
  const changed = new Set<string>([folder]);
  for (const { path, bytes } of planned) {
    const target = join(folder, path);
    for (const made of await files.makeFolder(dirname(target))) changed.add(made);
    const staging = stagingName(folder);
    await files.writeSynced(staging, bytes);
    await files.rename(staging, target);
    changed.add(dirname(target));
  }
  for (const each of changed) await files.syncFolder(each);
}

/**
 * Replaces one file of a log's folder: the single step that commits. `visible` is called once readers see
 * the new bytes; an error after that leaves open whether they survive a loss of power.
 */
export async function commitFile(
  files: LogFiles,
  folder: string,
  path: string,
  bytes: Uint8Array,
  visible: () => void = () => undefined,
): Promise<void> {
  const target = join(folder, path);
  const staging = stagingName(folder);
  await files.writeSynced(staging, bytes);
  await files.rename(staging, target);
  visible();
  for (const each of new Set([dirname(target), folder])) await files.syncFolder(each);
}

function stagingName(folder: string): string {
  return join(folder, `${STAGING_PREFIX}${randomBytes(6).toString('hex')}`);
}
