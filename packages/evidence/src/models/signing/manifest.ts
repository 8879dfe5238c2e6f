import { FiliationError, quoted } from '@filiation/verify';

/** Files or shards one manifest may list; published models have at most a few thousand. */
const MAX_ENTRIES = 200_000;
/** UTF-8 bytes of one path: PATH_MAX of Linux. */
const MAX_PATH_BYTES = 4096;
/** Half a UTF-16 pair: no UTF-8 file name can hold it. */
const LONE_SURROGATE = /\p{Cs}/u;

/** What a file is digested with. `blake3` is in the standard but not in Node. */
export type ManifestHash = 'sha256' | 'blake2b';

/** How a signer listed and digested the model, as the signature records it. */
export interface ManifestSettings {
  readonly method: 'files' | 'shards';
  readonly hash: ManifestHash;
  /** Bytes; only with `shards`. */
  readonly shardSize?: number;
  readonly allowSymlinks: boolean;
  /** Paths left out, relative to the model; a folder stands for all in it. Absent in early versions. */
  readonly ignorePaths?: readonly string[];
}

/** One file, or one piece of a file. */
export interface ManifestEntry {
  /** Relative, forward slashes; `.` for a model that is one file. */
  readonly path: string;
  /** Lower-case hex. */
  readonly digest: string;
  /** Bytes `[start, end)`; only with `shards`. */
  readonly start?: number;
  readonly end?: number;
}

export interface Manifest {
  readonly settings: ManifestSettings;
  /** As listed: the root digest depends on the order. */
  readonly entries: readonly ManifestEntry[];
}

/** Digits of a digest in hex. */
export const DIGEST_DIGITS: Readonly<Record<ManifestHash, number>> = { sha256: 64, blake2b: 128 };

/**
 * Checks what a manifest from outside says: known number of entries, safe and distinct names, digests of
 * the right length, shards that follow one another without a gap.
 *
 * @throws FiliationError LIMIT_EXCEEDED, UNSAFE (a path that leaves the model), MALFORMED
 */
export function checkManifest(manifest: Manifest, where: string): void {
  const { settings, entries } = manifest;
  if (entries.length > MAX_ENTRIES)
    throw new FiliationError('LIMIT_EXCEEDED', `${where} lists ${entries.length} files or shards`, {
      where,
      hint: `at most ${MAX_ENTRIES} are read`,
    });
  const digest = new RegExp(`^[0-9a-f]{${DIGEST_DIGITS[settings.hash]}}$`);
  /** End of the last shard of each file. */
  const ends = new Map<string, number>();
  for (const entry of entries) {
    checkEntryPath(entry.path, where);
    if (!digest.test(entry.digest))
      throw malformed(where, `${quoted(entry.path)} has no ${settings.hash} digest`);
    if (settings.method === 'files') {
      if (ends.has(entry.path)) throw malformed(where, `${quoted(entry.path)} is listed twice`);
      ends.set(entry.path, 0);
    } else checkShard(entry, ends, settings.shardSize ?? 0, where);
  }
  if (ends.has('.') && ends.size > 1) throw malformed(where, 'a single-file model lists other files');
}

function checkShard(entry: ManifestEntry, ends: Map<string, number>, size: number, where: string): void {
  const { path, start, end } = entry;
  const expected = ends.get(path) ?? 0;
  if (start === undefined || end === undefined || start !== expected)
    throw malformed(where, `the shards of ${quoted(path)} do not follow one another`);
  // A short shard is the last of its file.
  if (end <= start || end - start > size || (start > 0 && start % size !== 0))
    throw malformed(where, `a shard of ${quoted(path)} has not the recorded size`);
  ends.set(path, end);
}

/** @throws FiliationError UNSAFE */
export function checkEntryPath(path: string, where: string): void {
  if (path === '.') return;
  const unsafe =
    path === '' ||
    path.startsWith('/') ||
    path.includes('\0') ||
    LONE_SURROGATE.test(path) ||
    utf8.encode(path).length > MAX_PATH_BYTES ||
    path.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (unsafe)
    throw new FiliationError(
      'UNSAFE',
      `${where} names a path that is no file of the model: ${quoted(path)}`,
      {
        where,
        hint: 'paths are relative to the model, with forward slashes and without `.` or `..`',
      },
    );
}

const utf8 = new TextEncoder();

/** Order of UTF-8 bytes, which is that of code points; JavaScript's own differs above U+FFFF. */
export function compareUtf8(one: string, other: string): number {
  const a = utf8.encode(one);
  const b = utf8.encode(other);
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** The order in which Filiation lists entries: path by UTF-8 bytes, then position in the file. */
export function sortEntries(entries: readonly ManifestEntry[]): ManifestEntry[] {
  return [...entries].sort((a, b) => compareUtf8(a.path, b.path) || (a.start ?? 0) - (b.start ?? 0));
}

/** Concatenated raw digests in listed order: what the root digest is the SHA-256 of. Names are not in it. */
export function rootDigestInput(entries: readonly ManifestEntry[]): Uint8Array {
  const total = entries.reduce((sum, entry) => sum + entry.digest.length / 2, 0);
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const { digest } of entries)
    for (let i = 0; i < digest.length; i += 2) bytes[at++] = Number.parseInt(digest.slice(i, i + 2), 16);
  return bytes;
}

function malformed(where: string, what: string): FiliationError {
  return new FiliationError('MALFORMED', `${where}: ${what}`, { where });
}
