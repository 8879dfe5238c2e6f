import { type Check, checkLog, type LogCheckResult } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { diskFiles, type LogFiles } from './log-files.ts';
import { logSource } from './log-source.ts';
import { noteKeys } from './signed-checkpoint.ts';

export interface FsckOptions {
  /** Verifier keys of the log: the present one and, after a change of keys, the earlier ones. */
  readonly vkeys: readonly string[];
  readonly witnessKeys?: readonly string[];
  readonly onEntry?: (index: number, entry: Uint8Array) => void | Promise<void>;
  readonly files?: LogFiles;
}

export interface FsckReport extends LogCheckResult {
  /** Failed checks and warnings, in the order met. */
  readonly faults: readonly Check[];
  /** How many times each check passed. */
  readonly passed: Readonly<Record<string, number>>;
  /** Whether no check failed. */
  readonly sound: boolean;
}

/**
 * Re-derives everything in a log's folder from the bytes of its entries (see `checkLog`). Reads only;
 * safe beside a writer, though what that writes meanwhile may show as left over.
 *
 * @throws FiliationError UNREADABLE for a folder that cannot be listed, MALFORMED for keys
 */
export async function fsck(folder: string, options: FsckOptions): Promise<FsckReport> {
  const { vkeys, witnessKeys = [], onEntry, files = diskFiles } = options;
  const faults: Check[] = [];
  const passed: Record<string, number> = {};
  const result = await checkLog({
    source: await logSource(files, folder),
    platform: nodePlatform,
    prefix: '',
    logKeys: noteKeys(vkeys),
    witnessKeys: noteKeys(witnessKeys),
    report: (check) => {
      if (check.status === 'passed') passed[check.id] = (passed[check.id] ?? 0) + 1;
      else faults.push(check);
    },
    ...(onEntry && { onEntry }),
  });
  return { ...result, faults, passed, sound: faults.every(({ status }) => status !== 'failed') };
}
