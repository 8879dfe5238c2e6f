import { DIGEST_BYTES, equalBytes, hexOf } from './bytes.ts';
import type { Check } from './check.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { decodeEntryBundle, MAX_ENTRY_BYTES } from './entry-bundle.ts';
import { FiliationError } from './error.ts';
import { LogMembers } from './log-members.ts';
import { leafHash } from './merkle.ts';
import { MAX_NOTE_BYTES, parseNote } from './note.ts';
import type { NoteKey } from './note-key.ts';
import type { Platform } from './platform.ts';
import type { BundleSource } from './source.ts';
import { type HashTile, TileBuilder } from './tile-builder.ts';
import { TILE_WIDTH, tilePath, tileWidth } from './tiles.ts';
import { type VerifiedSignature, verifyNote } from './verify-note.ts';

/** Bytes of the largest bundle: 256 entries of 65,535 bytes, each with its length. */
const MAX_BUNDLE_BYTES = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);

export interface LogCheckRequest {
  readonly source: BundleSource;
  readonly platform: Platform;
  /** Where the log lies in the source: `''` or a folder with a slash at its end, `data/log/`. */
  readonly prefix: string;
  /** The log's keys, all of the origin's name; one of them must have signed each checkpoint. */
  readonly logKeys: readonly NoteKey[];
  /** Keys of witnesses: their lines, where present, must verify. */
  readonly witnessKeys?: readonly NoteKey[];
  /** Sizes, beside those of the archived checkpoints, whose roots are wanted. */
  readonly sizes?: readonly number[];
  /** Hears of every single check. */
  readonly report: (check: Check) => void;
  /** Hears of each entry in order, once its bytes are read; the bytes may be kept. `rootBefore` gives the
   *  root of the entries before it, until the call ends. */
  readonly onEntry?: (index: number, entry: Uint8Array, rootBefore: () => Uint8Array) => void | Promise<void>;
  /** Entries read, and in all; once a bundle. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A checkpoint of the log whose signature verifies and whose root is that of the entries. */
export interface CheckedCheckpoint extends Checkpoint {
  /** Path in the source. */
  readonly path: string;
  /** The text that was signed: what a time stamp covers. */
  readonly text: string;
  /** The whole note, with all its signature lines. */
  readonly note: Uint8Array;
  /** The log's own signature and those of known witnesses. */
  readonly signatures: readonly VerifiedSignature[];
}

export interface LogCheckResult {
  /** Entries read; the size of the log where nothing failed. */
  readonly entries: number;
  /** The current checkpoint, where its note could be read and verified. */
  readonly head?: CheckedCheckpoint;
  /** Archived checkpoints that verify and fit the entries, by ascending size. */
  readonly archived: readonly CheckedCheckpoint[];
  /** Root at each requested size up to `entries`, each archived size, and the size of the log. */
  readonly roots: ReadonlyMap<number, Uint8Array>;
}

/**
 * Re-derives a whole log from the bytes of its entries: each leaf hash, each tile of each level, the root,
 * and the archived checkpoints against the same tree; names files that are missing, differ or do not
 * belong. One pass, in memory of one bundle and the log's right edge.
 *
 * Nothing is thrown for what a bundle can hold: every fault is a failed check.
 */
export async function checkLog(request: LogCheckRequest): Promise<LogCheckResult> {
  const check = new LogCheck(request);
  return check.run();
}

class LogCheck {
  readonly #request: LogCheckRequest;
  readonly #members: LogMembers;
  readonly #roots = new Map<number, Uint8Array>();

  constructor(request: LogCheckRequest) {
    this.#request = request;
    this.#members = new LogMembers(request.source.members, request.prefix);
  }

  async run(): Promise<LogCheckResult> {
    const head = await this.#readCheckpoint('checkpoint');
    const archived: CheckedCheckpoint[] = [];
    for (const size of this.#members.archived) {
      const found = await this.#readCheckpoint(`checkpoints/${size}`);
      if (found !== undefined && this.#fitsName(found, size)) archived.push(found);
    }
    const size = head?.size ?? (await this.#statedSize(archived));
    const sizes = new Set([...archived.map((each) => each.size), ...(this.#request.sizes ?? []), size]);
    const tree = await this.#replay(size, sizes);
    for (const path of this.#members.strangers(size))
      this.#say('log.leftover', 'warning', path, 'no part of the log under this checkpoint');
    const fitting = archived.filter((each) => this.#fitsTree(each, size, tree.size));
    if (head !== undefined && tree.size === size) this.#fitsTree(head, size, size);
    return { entries: tree.size, ...(head && { head }), archived: fitting, roots: this.#roots };
  }

  /** How many entries to look at where no signature vouches for the number: the faults in them still have
   *  names, and whoever spoiled the checkpoint alone has hidden nothing. */
  async #statedSize(archived: readonly CheckedCheckpoint[]): Promise<number> {
    try {
      return parseCheckpoint(parseNote(await this.#read('checkpoint', MAX_NOTE_BYTES)).text).size;
    } catch (error) {
      if (!(error instanceof FiliationError)) throw error;
      return archived.at(-1)?.size ?? 0;
    }
  }

  /** Builds the tree from the bundles, comparing every tile on the way; ends early at a bundle that
   *  cannot be read. */
  async #replay(size: number, sizes: ReadonlySet<number>): Promise<TileBuilder> {
    const { platform, onEntry } = this.#request;
    const tree = TileBuilder.empty(platform);
    if (sizes.has(0)) this.#roots.set(0, tree.root());
    for (let index = 0; index * TILE_WIDTH < size; index++) {
      const entries = await this.#readBundle(index, tileWidth('entries', index, size));
      if (entries === undefined) return tree;
      const full: HashTile[] = [];
      for (const entry of entries) {
        await onEntry?.(tree.size, entry, () => tree.root());
        tree.append(leafHash(platform, entry), (tile) => full.push(tile));
        if (sizes.has(tree.size)) this.#roots.set(tree.size, tree.root());
      }
      for (const tile of full) await this.#compareTile(tile);
      this.#request.onProgress?.(tree.size, size);
    }
    for (const tile of tree.partialTiles()) await this.#compareTile(tile);
    return tree;
  }

  async #readBundle(index: number, width: number): Promise<readonly Uint8Array[] | undefined> {
    const found = this.#members.pathOf('entries', index, width);
    const wanted = tilePath({ level: 'entries', index, width });
    if (found === undefined) {
      const first = index * TILE_WIDTH;
      this.#say(
        'log.entries',
        'failed',
        wanted,
        `missing: entries ${first} to ${first + width - 1} and all after them cannot be checked`,
      );
      return undefined;
    }
    try {
      const bytes = await this.#read(found.path, MAX_BUNDLE_BYTES);
      const entries = decodeEntryBundle(bytes, found.width).slice(0, width);
      this.#say('log.entries', 'passed', found.path, `${width} entries read`);
      for (const older of this.#members.narrower('entries', index, found.width)) {
        const length = entries.slice(0, older).reduce((sum, entry) => sum + 2 + entry.length, 0);
        const path = tilePath({ level: 'entries', index, width: older });
        await this.#compare('log.old-tile', path, bytes.subarray(0, length));
      }
      return entries;
    } catch (error) {
      this.#fault('log.entries', found.path, error);
      return undefined;
    }
  }

  async #compareTile({ level, index, width, bytes }: HashTile): Promise<void> {
    const found = this.#members.pathOf(level, index, width);
    if (found === undefined) {
      const part = tilePath({ level, index, width });
      this.#say('log.tile', 'failed', part, 'missing: readers cannot make proofs with it');
      return;
    }
    // A full tile may stand for a partial one; what it holds beyond is named as left over.
    await this.#compare('log.tile', found.path, bytes, found.width > width);
    for (const older of this.#members.narrower(level, index, width)) {
      const path = tilePath({ level, index, width: older });
      await this.#compare('log.old-tile', path, bytes.subarray(0, older * DIGEST_BYTES));
    }
  }

  async #compare(id: string, path: string, expected: Uint8Array, mayGoOn = false): Promise<void> {
    try {
      const whole = await this.#read(path, MAX_BUNDLE_BYTES);
      const bytes = mayGoOn ? whole.subarray(0, expected.length) : whole;
      if (equalBytes(bytes, expected)) this.#say(id, 'passed', path, 'is what the entries give');
      else this.#say(id, 'failed', path, 'differs from what the entries give');
    } catch (error) {
      this.#fault(id, path, error);
    }
  }

  async #readCheckpoint(path: string): Promise<CheckedCheckpoint | undefined> {
    const id = path === 'checkpoint' ? 'log.checkpoint' : 'log.archived-checkpoint';
    try {
      const { platform, logKeys, witnessKeys = [] } = this.#request;
      const bytes = await this.#read(path, MAX_NOTE_BYTES);
      const note = parseNote(bytes, path);
      const checkpoint = parseCheckpoint(note.text, path);
      const own = logKeys.filter((key) => key.name === checkpoint.origin);
      if (own.length === 0)
        throw new FiliationError(
          'UNVERIFIED',
          `it is of the log ${checkpoint.origin}, whose key is not among those given`,
        );
      const { verified } = await verifyNote(platform, note, [...own, ...witnessKeys], path);
      if (!verified.some(({ key }) => own.includes(key)))
        throw new FiliationError('UNVERIFIED', 'the log itself did not sign it');
      this.#say(id, 'passed', path, `signed by ${checkpoint.origin} at ${checkpoint.size} entries`);
      return {
        ...checkpoint,
        path: this.#request.prefix + path,
        text: note.text,
        note: bytes,
        signatures: verified,
      };
    } catch (error) {
      this.#fault(id, path, error);
      return undefined;
    }
  }

  #fitsName(checkpoint: CheckedCheckpoint, size: number): boolean {
    if (checkpoint.size === size) return true;
    this.#say(
      'log.archived-checkpoint',
      'failed',
      `checkpoints/${size}`,
      `is of ${checkpoint.size} entries, which is not its name`,
    );
    return false;
  }

  /** Whether the root that was signed is the root of the entries. */
  #fitsTree({ path, size, root }: CheckedCheckpoint, logSize: number, read: number): boolean {
    const part = path.slice(this.#request.prefix.length);
    if (size > logSize) {
      this.#say(
        'log.root',
        'failed',
        part,
        `was signed at ${size} entries, but the log ends at ${logSize}: it has lost entries`,
      );
      return false;
    }
    if (size > read) {
      this.#say('log.root', 'failed', part, `cannot be compared: only ${read} entries could be read`);
      return false;
    }
    const found = this.#roots.get(size)!;
    const same = equalBytes(found, root);
    if (same) this.#say('log.root', 'passed', part, `its root is that of the first ${size} entries`);
    else
      this.#say(
        'log.root',
        'failed',
        part,
        `its root at ${size} entries is ${hexOf(root)}, but the entries give ${hexOf(found)}: another history was signed`,
      );
    return same;
  }

  #read(path: string, limit: number): Promise<Uint8Array> {
    return this.#request.source.read(this.#request.prefix + path, limit);
  }

  #fault(id: string, path: string, error: unknown): void {
    if (!(error instanceof FiliationError)) throw error;
    this.#say(id, 'failed', path, error.message);
  }

  #say(id: string, status: Check['status'], path: string, detail: string): void {
    this.#request.report({ id, status, part: this.#request.prefix + path, detail });
  }
}
