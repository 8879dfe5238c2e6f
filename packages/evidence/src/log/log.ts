import { dirname, join } from 'node:path';
import { FiliationError, MAX_NOTE_BYTES, TileBuilder } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { Signer } from '../keys/signer.ts';
import { archivedSizes } from './archive.ts';
import { cleanUp } from './clean-up.ts';
import { commitFile } from './commit.ts';
import { diskFiles, type LogFiles } from './log-files.ts';
import { type LogHead, LogReader } from './log-reader.ts';
import { edgeOf } from './read-edge.ts';
import { noteKeys, readCheckpoint, signCheckpoint } from './signed-checkpoint.ts';
import { Log } from './writable-log.ts';
import { asWriteFailure } from './write-failure.ts';
import { lockForWriting, type ProcessTable } from './writer-lock.ts';

export type { Appended, Log } from './writable-log.ts';

/** What only a log's folder holds. */
const OWN_NAMES: readonly string[] = ['checkpoint', 'checkpoints/', 'tile/'];

export interface LogOptions {
  readonly signer: Signer;
  /** Verifier keys that the log was signed with before `signer`, after a change of keys. */
  readonly earlierKeys?: readonly string[];
  /** Operations on files and the machine's processes; tests give their own. */
  readonly files?: LogFiles;
  readonly processes?: ProcessTable;
}

/**
 * Starts an empty log: its checkpoint of size 0.
 *
 * @throws FiliationError CONFLICT where a log is there already or another process writes there,
 *         BAD_CONFIG where the key is not named like the log, WRITE_FAILED
 */
export async function createLog(
  folder: string,
  options: LogOptions & { readonly origin: string },
): Promise<Log> {
  const { origin, signer, files = diskFiles } = options;
  if (signer.name !== origin)
    throw new FiliationError('BAD_CONFIG', `the key ${signer.name} cannot sign for the log ${origin}`, {
      hint: 'a log is signed with a key of its own name',
    });
  const lock = await asWriteFailure(folder, async () => {
    const changed = new Set([dirname(folder), ...(await files.makeFolder(folder))]);
    for (const each of changed) await files.syncFolder(each);
    return lockForWriting(folder, files, options.processes);
  });
  try {
    const found = (await files.list(folder)).find((name) => OWN_NAMES.includes(name));
    if (found !== undefined)
      throw new FiliationError('CONFLICT', `${folder} already holds a log, or what is left of one`, {
        where: join(folder, found),
        hint: 'open that log, or choose another folder',
      });
    const tree = TileBuilder.empty(nodePlatform);
    const root = tree.root();
    const checkpoint = await signCheckpoint({ origin, size: 0, root, extensions: [] }, signer);
    await asWriteFailure(folder, async () => {
      await cleanUp(files, folder, 0, 'remove');
      await commitFile(files, folder, 'checkpoint', checkpoint);
    });
    return new Log(folder, files, { origin, size: 0, root, checkpoint }, signer, lock, { tree, bundle: [] });
  } catch (error) {
    await lock.release().catch(() => undefined);
    throw error;
  }
}

/**
 * Opens a log to append to it. What an interrupted append left beyond the checkpoint is set aside.
 *
 * @throws FiliationError NOT_FOUND, CONFLICT where another process writes to it, UNVERIFIED where the
 *         checkpoint is not signed by a known key, does not fit the tiles, or has gone back behind an
 *         archived one; MALFORMED, WRITE_FAILED
 */
export async function openLog(folder: string, options: LogOptions): Promise<Log> {
  const { signer, files = diskFiles } = options;
  await headOf(folder, files, undefined);
  const lock = await asWriteFailure(folder, () => lockForWriting(folder, files, options.processes));
  try {
    const keys = noteKeys([signer.vkey, ...(options.earlierKeys ?? [])]);
    const head = await headOf(folder, files, keys);
    if (signer.name !== head.origin)
      throw new FiliationError(
        'BAD_CONFIG',
        `the key ${signer.name} cannot sign for the log ${head.origin}`,
        {
          hint: 'a log is signed with a key of its own name',
        },
      );
    await mustNotHaveGoneBack(folder, files, head);
    const edge = await edgeOf(folder, files, head);
    await asWriteFailure(folder, () => cleanUp(files, folder, head.size, 'set aside'));
    return new Log(folder, files, head, signer, lock, edge);
  } catch (error) {
    await lock.release().catch(() => undefined);
    throw error;
  }
}

/**
 * Reads a log as of its present checkpoint, without the right to write; `vkeys` are the log's keys, and
 * without them the signature is left to `checkLog`.
 *
 * @throws FiliationError NOT_FOUND, UNVERIFIED, MALFORMED
 */
export async function readLog(
  folder: string,
  { vkeys, files = diskFiles }: { readonly vkeys?: readonly string[]; readonly files?: LogFiles } = {},
): Promise<LogReader> {
  const keys = vkeys === undefined ? undefined : noteKeys(vkeys);
  return new LogReader(folder, files, await headOf(folder, files, keys));
}

async function headOf(
  folder: string,
  files: LogFiles,
  keys: Parameters<typeof readCheckpoint>[1],
): Promise<LogHead> {
  const path = join(folder, 'checkpoint');
  const bytes = await files.read(path, MAX_NOTE_BYTES);
  if (bytes === undefined)
    throw new FiliationError('NOT_FOUND', `${folder} holds no log`, {
      where: path,
      hint: 'give the folder that holds the file "checkpoint"',
    });
  return readCheckpoint(bytes, keys, path);
}

async function mustNotHaveGoneBack(folder: string, files: LogFiles, head: LogHead): Promise<void> {
  const latest = (await archivedSizes(files, folder)).at(-1) ?? 0;
  if (latest <= head.size) return;
  throw new FiliationError('UNVERIFIED', `the log ${folder} ends at ${head.size} but had ${latest} entries`, {
    where: join(folder, 'checkpoint'),
    hint: 'an older checkpoint was put back: restore the newer one from a copy of the case',
  });
}
