import { dirname, join } from 'node:path';
import { FiliationError, MAX_ENTRY_BYTES, MAX_NOTE_BYTES, TileBuilder } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { systemReason } from '../io/write-file.ts';
import type { Signer } from '../keys/signer.ts';
import { type LogEdge, type PlannedFile, planAppend } from './append-plan.ts';
import { archivedSizes } from './archive.ts';
import { cleanUp } from './clean-up.ts';
import { commitFile, placeFiles } from './commit.ts';
import { diskFiles, type LogFiles } from './log-files.ts';
import { type LogHead, LogReader } from './log-reader.ts';
import { edgeOf } from './read-edge.ts';
import { noteKeys, readCheckpoint, signCheckpoint } from './signed-checkpoint.ts';
import { lockForWriting, type ProcessTable, type WriterLock } from './writer-lock.ts';

/** Bytes of entries committed under one checkpoint; more wait for the next. */
const MAX_BATCH_BYTES = 32 * 2 ** 20;

export interface LogOptions {
  readonly signer: Signer;
  /** Verifier keys that the log was signed with before `signer`, after a change of keys. */
  readonly earlierKeys?: readonly string[];
  /** Operations on files and the machine's processes; tests give their own. */
  readonly files?: LogFiles;
  readonly processes?: ProcessTable;
}

export interface Appended {
  /** Index of the first of these entries; the others follow it. */
  readonly firstIndex: number;
  /** Entries in the log under `checkpoint`, which may cover other appends too. */
  readonly size: number;
  /** The signed note, UTF-8. */
  readonly checkpoint: Uint8Array;
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
    if ((await files.read(join(folder, 'checkpoint'), MAX_NOTE_BYTES)) !== undefined)
      throw new FiliationError('CONFLICT', `${folder} already holds a log`, { where: folder });
    const tree = TileBuilder.empty(nodePlatform);
    const root = tree.root();
    const checkpoint = await signCheckpoint({ origin, size: 0, root, extensions: [] }, signer);
    await asWriteFailure(folder, async () => {
      await cleanUp(files, folder, 0, 'set aside');
      await commitFile(files, join(folder, 'checkpoint'), checkpoint);
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

interface Ticket {
  readonly entries: readonly Uint8Array[];
  readonly bytes: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** A log that this process writes to. */
export class Log extends LogReader {
  readonly #signer: Signer;
  readonly #lock: WriterLock;
  readonly #waiting: Ticket[] = [];
  #edge: LogEdge;
  #work: Promise<void> = Promise.resolve();
  /** Why nothing more can be written through this object. */
  #ended: string | undefined;
  /** A failed append may have left files beyond the checkpoint. */
  #unclean = false;

  /** Use `createLog` or `openLog`. */
  constructor(
    folder: string,
    files: LogFiles,
    head: LogHead,
    signer: Signer,
    lock: WriterLock,
    edge: LogEdge,
  ) {
    super(folder, files, head);
    this.#signer = signer;
    this.#lock = lock;
    this.#edge = edge;
  }

  /**
   * Appends entries in this order, one after the other, and resolves once they are on the disk under a
   * signed checkpoint. Calls that wait at the same time share one checkpoint.
   *
   * @throws FiliationError LIMIT_EXCEEDED for an entry above 65,535 bytes, WRITE_FAILED: the log is then
   *         as it was before, except where the message says that it must be opened again
   */
  append(entries: readonly Uint8Array[]): Promise<Appended> {
    const tooLarge = entries.find((entry) => entry.length > MAX_ENTRY_BYTES);
    if (tooLarge !== undefined)
      return Promise.reject(
        new FiliationError(
          'LIMIT_EXCEEDED',
          `an entry has ${tooLarge.length} bytes, above ${MAX_ENTRY_BYTES}`,
          {
            where: this.folder,
            hint: 'log the digest of a document, and keep the document beside the log',
          },
        ),
      );
    if (entries.length === 0)
      return Promise.reject(new FiliationError('USAGE', 'an append needs at least one entry'));
    const copies = entries.map((entry) => entry.slice());
    const bytes = copies.reduce((sum, entry) => sum + entry.length, 0);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries: copies, bytes, resolve, reject });
      this.#work = this.#work.then(() => this.#commitWaiting());
    });
  }

  /**
   * Puts another note of the present size and root in place of the checkpoint: the same with more
   * signatures. Runs between appends.
   *
   * @throws FiliationError CONFLICT where the log has grown since, WRITE_FAILED
   */
  replaceCheckpoint(change: (head: LogHead) => Promise<Uint8Array>): Promise<void> {
    const done = this.#work.then(async () => {
      this.#mustBeOpen();
      const checkpoint = await change(this.head);
      await this.#commitCheckpoint({ ...this.head, checkpoint });
    });
    this.#work = done.catch(() => undefined);
    return done;
  }

  /** Waits for what is under way and lets others write. */
  async close(): Promise<void> {
    await this.#work;
    if (this.#ended === 'it was closed') return;
    this.#ended = 'it was closed';
    await this.#lock.release().catch(() => undefined);
  }

  async #commitWaiting(): Promise<void> {
    const batch: Ticket[] = [];
    for (let bytes = 0; this.#waiting.length > 0; ) {
      bytes += this.#waiting[0]!.bytes;
      if (batch.length > 0 && bytes > MAX_BATCH_BYTES) break;
      batch.push(this.#waiting.shift()!);
    }
    if (batch.length === 0) return;
    try {
      let firstIndex = this.size;
      await this.#commit(batch.flatMap(({ entries }) => entries));
      for (const { entries, resolve } of batch) {
        resolve({ firstIndex, size: this.size, checkpoint: this.checkpoint });
        firstIndex += entries.length;
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async #commit(entries: readonly Uint8Array[]): Promise<void> {
    this.#mustBeOpen();
    const plan = planAppend(nodePlatform, this.#edge, entries);
    const { size } = plan.edge.tree;
    const root = plan.edge.tree.root();
    const { origin } = this.head;
    const checkpoint = await signCheckpoint({ origin, size, root, extensions: [] }, this.#signer);
    await this.#place(plan.files);
    await this.#commitCheckpoint({ origin, size, root, checkpoint });
    this.#edge = plan.edge;
    this.#unclean = false;
    // The full tiles stand, so that a partial one left over does no harm.
    for (const folder of plan.superseded)
      await this.files.remove(join(this.folder, folder)).catch(() => undefined);
  }

  async #place(planned: readonly PlannedFile[]): Promise<void> {
    await asWriteFailure(this.folder, async () => {
      if (this.#unclean) await cleanUp(this.files, this.folder, this.size, 'remove');
      this.#unclean = true;
      try {
        await placeFiles(this.files, this.folder, planned);
      } catch (error) {
        await this.#takeBack();
        throw error;
      }
    });
  }

  async #commitCheckpoint(head: LogHead): Promise<void> {
    let visible = false;
    await asWriteFailure(this.folder, async () => {
      try {
        await commitFile(this.files, join(this.folder, 'checkpoint'), head.checkpoint, () => {
          visible = true;
        });
      } catch (error) {
        if (visible) this.#ended = 'its last checkpoint may not have reached the disk';
        else await this.#takeBack();
        throw error;
      }
    });
    this.head = head;
  }

  async #takeBack(): Promise<void> {
    this.#unclean = await cleanUp(this.files, this.folder, this.size, 'remove').then(
      () => false,
      () => true,
    );
  }

  #mustBeOpen(): void {
    if (this.#ended === undefined) return;
    throw new FiliationError('WRITE_FAILED', `the log ${this.folder} must be opened again: ${this.#ended}`, {
      where: this.folder,
      hint: 'open the log again; it shows which entries it holds',
    });
  }
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

async function asWriteFailure<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof FiliationError) throw cause;
    throw new FiliationError('WRITE_FAILED', `cannot write the log ${folder}: ${systemReason(cause)}`, {
      where: folder,
      hint: 'free space or check permissions, then try again: the log is as it was',
      cause,
    });
  }
}
