import { join } from 'node:path';
import type { LogFiles } from './log-files.ts';

/** Folder of the signed notes kept for good: those that others cosigned or that carry a time stamp. */
const ARCHIVE = 'checkpoints';

/** Where the checkpoint of a size is kept, below the log's folder. */
export function archivePath(size: number): string {
  return `${ARCHIVE}/${size}`;
}

/** Sizes of the archived checkpoints, ascending. */
export async function archivedSizes(files: LogFiles, folder: string): Promise<readonly number[]> {
  const names = await files.list(join(folder, ARCHIVE));
  return names
    .filter((name) => /^(?:0|[1-9][0-9]{0,15})$/.test(name))
    .map(Number)
    .sort((p, q) => p - q);
}
