import { dirname, join } from 'node:path';
import {
  type Checkpoint,
  FiliationError,
  formatCheckpoint,
  MAX_ENTRY_BYTES,
  MAX_NOTE_BYTES,
  type NoteSignature,
  noteBytes,
  parseNote,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { Signer } from '../keys/signer.ts';
import { type LogEdge, type PlannedFile, planAppend } from './append-plan.ts';
import { archivePath } from './archive.ts';
import { cleanUp } from './clean-up.ts';
import { commitFile, placeFiles } from './commit.ts';
import type { LogFiles } from './log-files.ts';
import { type LogHead, LogReader } from './log-reader.ts';
import { signCheckpoint } from './signed-checkpoint.ts';
import { asWriteFailure } from './write-failure.ts';
import type { WriterLock } from './writer-lock.ts';

/** Bytes of entries committed under one checkpoint; more wait for the next. */
const MAX_BATCH_BYTES = 32 * 2 ** 20;

export interface Appended {
  /** Index of the first of these entries; the others follow it. */
  readonly firstIndex: number;
  /** Entries in the log under `checkpoint`, which may cover other appends too. */
  readonly size: number;
  /** The signed note, UTF-8. */
  readonly checkpoint: Uint8Array;
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
   * Keeps the checkpoint of this size for good, as `checkpoints/<size>`, with the signatures it has and
   * these; of a key that has signed already no second line is taken. The present checkpoint gets them too
   * where it has the same size. The signatures are believed: see `importCosignature`.
   *
   * @throws FiliationError USAGE above the log's size, UNVERIFIED where another text is kept already,
   *         WRITE_FAILED
   */
  archive(size: number = this.size, signatures: readonly NoteSignature[] = []): Promise<void> {
    const done = this.#work.then(async () => {
      this.#mustBeOpen();
      const path = archivePath(size);
      const bytes = await this.#joined(path, size, signatures);
      await asWriteFailure(this.folder, async () => {
        try {
          await this.files.makeFolder(dirname(join(this.folder, path)));
          await commitFile(this.files, this.folder, path, bytes);
        } catch (error) {
          await this.#takeBack();
          throw error;
        }
      });
      if (size === this.size) await this.#commitCheckpoint({ ...this.head, checkpoint: bytes });
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

  /** The kept note of this size, or a new one, with further signatures. */
  async #joined(path: string, size: number, signatures: readonly NoteSignature[]): Promise<Uint8Array> {
    const now: Checkpoint = { origin: this.origin, size, root: await this.rootAt(size), extensions: [] };
    const kept = await this.files.read(join(this.folder, path), MAX_NOTE_BYTES);
    const present = size === this.size ? this.checkpoint : await signCheckpoint(now, this.#signer);
    const note = parseNote(kept ?? present, path);
    if (note.text !== formatCheckpoint(now))
      throw new FiliationError('UNVERIFIED', `${path} in the log ${this.folder} is of another history`, {
        where: join(this.folder, path),
        hint: 'run fsck on the log',
      });
    const known = new Set(note.signatures.map(({ name, keyId }) => `${name} ${keyId}`));
    const added = signatures.filter(({ name, keyId }) => !known.has(`${name} ${keyId}`));
    return noteBytes({ text: note.text, signatures: [...note.signatures, ...added] });
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
        await commitFile(this.files, this.folder, 'checkpoint', head.checkpoint, () => {
          visible = true;
        });
      } catch (error) {
        if (visible) {
          this.#ended = 'its last checkpoint may not have reached the disk';
          this.#mustBeOpen();
        }
        await this.#takeBack();
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
