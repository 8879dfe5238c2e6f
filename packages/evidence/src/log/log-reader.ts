import { join } from 'node:path';
import {
  consistencyProof,
  DIGEST_BYTES,
  decodeEntryBundle,
  equalBytes,
  FiliationError,
  formatTlogProof,
  type HashReader,
  inclusionProof,
  leafHash,
  MAX_ENTRY_BYTES,
  MAX_NOTE_BYTES,
  parseCheckpoint,
  parseNote,
  rootOf,
  TILE_WIDTH,
  type Tile,
  tileHashes,
  tileHashReader,
  tilePath,
  tileWidth,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { archivedSizes, archivePath } from './archive.ts';
import type { LogFiles } from './log-files.ts';

/** Bytes of the largest bundle: 256 entries of 65,535 bytes, each with its length. */
export const MAX_BUNDLE_BYTES: number = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);
export const TILE_BYTES: number = TILE_WIDTH * DIGEST_BYTES;
/** Tiles kept in memory: a proof needs at most a few on each of seven levels. */
const CACHED_TILES = 64;

/** A signed size and root: what a checkpoint says. */
export interface LogHead {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** The whole signed note, UTF-8. */
  readonly checkpoint: Uint8Array;
}

/**
 * Reads entries and makes proofs from the files of a log as of one checkpoint. Every entry handed out is
 * checked against its leaf hash; whether the tiles add up to the signed root is `checkLog`'s business, and
 * a proof made of wrong tiles does not verify.
 */
export class LogReader {
  readonly folder: string;
  protected readonly files: LogFiles;
  protected head: LogHead;
  readonly #tiles = new Map<string, Uint8Array>();
  #bundle: { readonly path: string; readonly entries: readonly Uint8Array[] } | undefined;

  constructor(folder: string, files: LogFiles, head: LogHead) {
    this.folder = folder;
    this.files = files;
    this.head = head;
  }

  get origin(): string {
    return this.head.origin;
  }

  /** Entries under the checkpoint. */
  get size(): number {
    return this.head.size;
  }

  /** 32 bytes. */
  get root(): Uint8Array {
    return this.head.root;
  }

  /** The current signed note, UTF-8, with whatever cosignatures it has gathered. */
  get checkpoint(): Uint8Array {
    return this.head.checkpoint;
  }

  /** @throws FiliationError USAGE outside the log, NOT_FOUND, UNVERIFIED, MALFORMED */
  async entry(index: number): Promise<Uint8Array> {
    this.#need(Number.isSafeInteger(index) && index >= 0 && index < this.size, `no entry ${index}`);
    const entries = await this.#entriesOf(Math.floor(index / TILE_WIDTH));
    return entries[index % TILE_WIDTH]!;
  }

  /** Entries `from` to `to - 1`, a bundle at a time in memory. @throws as `entry` does */
  async *entries(from = 0, to: number = this.size): AsyncGenerator<Uint8Array> {
    this.#need(from >= 0 && from <= to && to <= this.size, `no entries ${from} to ${to}`);
    for (let index = from; index < to; index++) yield await this.entry(index);
  }

  /** @throws FiliationError USAGE where the size is above the log's */
  async rootAt(size: number): Promise<Uint8Array> {
    this.#need(size <= this.size, `no tree of ${size} entries`);
    return size === this.size ? this.root : rootOf(nodePlatform, this.#hashes(), size);
  }

  /** Hashes that prove entry `index` in the tree of `size` entries, the leaf's sibling first. */
  async inclusionProof(index: number, size: number = this.size): Promise<readonly Uint8Array[]> {
    this.#need(size <= this.size, `no tree of ${size} entries`);
    return inclusionProof(nodePlatform, this.#hashes(), index, size);
  }

  /** Hashes that prove the tree of `newSize` entries to continue that of `oldSize`. */
  async consistencyProof(oldSize: number, newSize: number = this.size): Promise<readonly Uint8Array[]> {
    this.#need(newSize <= this.size, `no tree of ${newSize} entries`);
    return consistencyProof(nodePlatform, this.#hashes(), oldSize, newSize);
  }

  /** The archived checkpoint of a size, with its cosignatures; undefined where none is kept. */
  archived(size: number): Promise<Uint8Array | undefined> {
    return this.files.read(join(this.folder, archivePath(size)), MAX_NOTE_BYTES);
  }

  /** Sizes of the archived checkpoints, ascending. */
  archivedSizes(): Promise<readonly number[]> {
    return archivedSizes(this.files, this.folder);
  }

  /**
   * The receipt of an entry (C2SP tlog-proof, extension `.tlog-proof`): its inclusion proof and a
   * checkpoint. That is the present one or, where only an older archived one has been cosigned, the
   * latest such that covers the entry.
   *
   * @throws FiliationError USAGE outside the log, NOT_FOUND, MALFORMED
   */
  async proofFile(index: number): Promise<Uint8Array> {
    this.#need(Number.isSafeInteger(index) && index >= 0 && index < this.size, `no entry ${index}`);
    const checkpoint = (await this.#cosignedOver(index)) ?? this.checkpoint;
    const { size } = parseCheckpoint(parseNote(checkpoint).text);
    const hashes = await this.inclusionProof(index, size);
    return formatTlogProof({ index, hashes, checkpoint });
  }

  async #cosignedOver(index: number): Promise<Uint8Array | undefined> {
    if (parseNote(this.checkpoint).signatures.length > 1) return undefined;
    for (const size of (await this.archivedSizes()).toReversed()) {
      if (size <= index || size > this.size) continue;
      const bytes = await this.archived(size);
      if (bytes !== undefined && parseNote(bytes).signatures.length > 1) return bytes;
    }
    return undefined;
  }

  #hashes(): HashReader {
    const read = (level: number, index: number, width: number) => this.#hashTile({ level, index, width });
    return tileHashReader(nodePlatform, read, this.size);
  }

  async #hashTile(tile: Tile): Promise<Uint8Array> {
    const path = tilePath(tile);
    const known = this.#tiles.get(path);
    if (known !== undefined) return known;
    const { bytes, width } = await this.#read(tile, TILE_BYTES);
    tileHashes(bytes, width);
    const hashes = bytes.subarray(0, tile.width * DIGEST_BYTES);
    if (this.#tiles.size === CACHED_TILES) this.#tiles.delete(this.#tiles.keys().next().value!);
    this.#tiles.set(path, hashes);
    return hashes;
  }

  async #entriesOf(index: number): Promise<readonly Uint8Array[]> {
    const tile: Tile = { level: 'entries', index, width: tileWidth('entries', index, this.size) };
    const path = tilePath(tile);
    if (this.#bundle?.path === path) return this.#bundle.entries;
    const { bytes, width } = await this.#read(tile, MAX_BUNDLE_BYTES);
    const entries = decodeEntryBundle(bytes, width).slice(0, tile.width);
    const leaves = tileHashes(await this.#hashTile({ ...tile, level: 0 }), tile.width);
    entries.forEach((entry, i) => {
      if (equalBytes(leafHash(nodePlatform, entry), leaves[i]!)) return;
      throw new FiliationError(
        'UNVERIFIED',
        `entry ${index * TILE_WIDTH + i} is not the one that was logged`,
        {
          where: join(this.folder, path),
          hint: 'the file was changed after it was written; run fsck on the log',
        },
      );
    });
    this.#bundle = { path, entries };
    return entries;
  }

  /** A tile or bundle, or the full one that has replaced it since. */
  async #read(tile: Tile, limit: number): Promise<{ readonly bytes: Uint8Array; readonly width: number }> {
    for (const width of [tile.width, TILE_WIDTH]) {
      const bytes = await this.files.read(join(this.folder, tilePath({ ...tile, width })), limit);
      if (bytes !== undefined) return { bytes, width };
    }
    throw new FiliationError('NOT_FOUND', `the log ${this.folder} lacks ${tilePath(tile)}`, {
      where: join(this.folder, tilePath(tile)),
      hint: 'bring the file back from a copy of the case; run fsck on the log to see all that is missing',
    });
  }

  #need(condition: boolean, message: string): void {
    if (condition) return;
    throw new FiliationError('USAGE', `${message} in the log ${this.folder}, which has ${this.size}`, {
      where: this.folder,
    });
  }
}
