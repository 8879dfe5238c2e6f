import { createHash, type Hash } from 'node:crypto';
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, lstat, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FiliationError } from '@filiation/verify';
import { fileError } from '../../io/file-error.ts';
import { compareUtf8, type ManifestEntry, type ManifestHash, type ManifestSettings } from './manifest.ts';

/** Bytes of one read. */
const PIECE = 2 ** 20;
/** Files of one model folder, and folders in one another. */
const MAX_FILES = 500_000;
const MAX_DEPTH = 64;

export interface SignableFile {
  /** Relative to the model, forward slashes; `.` for a model that is one file. */
  readonly path: string;
  /** Where it is read. */
  readonly place: string;
  readonly size: number;
  readonly kind: 'file' | 'link' | 'other';
}

/**
 * Every file of a model, sorted by UTF-8 bytes. Folders that are links are not entered; `skip` keeps
 * whole folders out of the walk.
 *
 * @throws FiliationError NOT_FOUND, UNREADABLE, UNSUPPORTED (a name that is not UTF-8), LIMIT_EXCEEDED
 */
export async function listSignableFiles(
  model: string,
  skip: (path: string) => boolean = () => false,
): Promise<SignableFile[]> {
  const found = await readable(model, () => stat(model));
  if (found.isFile()) return [{ path: '.', place: model, size: found.size, kind: 'file' }];
  if (!found.isDirectory())
    throw new FiliationError('UNREADABLE', `${model} is neither a file nor a folder`, { where: model });
  const files: SignableFile[] = [];
  await walk(model, '', 0);
  return files.sort((a, b) => compareUtf8(a.path, b.path));

  async function walk(folder: string, prefix: string, depth: number): Promise<void> {
    if (depth > MAX_DEPTH)
      throw new FiliationError('LIMIT_EXCEEDED', `${folder} lies more than ${MAX_DEPTH} folders deep`, {
        where: folder,
      });
    const entries: Dirent<Buffer>[] = await readable(folder, () =>
      readdir(folder, { withFileTypes: true, encoding: 'buffer' }),
    );
    for (const entry of entries) {
      const name = decodeName(entry.name, folder);
      const path = prefix + name;
      const place = join(folder, name);
      if (entry.isDirectory()) {
        if (!skip(path)) await walk(place, `${path}/`, depth + 1);
        continue;
      }
      if (files.length === MAX_FILES)
        throw new FiliationError('LIMIT_EXCEEDED', `${model} holds more than ${MAX_FILES} files`, {
          where: model,
        });
      files.push(await describe(path, place));
    }
  }
}

async function describe(path: string, place: string): Promise<SignableFile> {
  const found = await readable(place, () => lstat(place));
  if (!found.isSymbolicLink())
    return { path, place, size: found.size, kind: found.isFile() ? 'file' : 'other' };
  const target = await stat(place).catch(() => undefined);
  // A link that leads to no file has nothing to digest.
  return { path, place, size: target?.size ?? 0, kind: target?.isFile() === true ? 'link' : 'other' };
}

function decodeName(name: Buffer, folder: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    throw new FiliationError('UNSUPPORTED', `${folder} holds a name that is not UTF-8`, {
      where: folder,
      hint: 'rename the file: signatures name files in UTF-8',
    });
  }
}

/** Node's names of the digests. */
const HASHES: Readonly<Record<ManifestHash, string>> = { sha256: 'sha256', blake2b: 'blake2b512' };

/**
 * Digests one file as the settings say, in one pass and with bounded memory: one entry, or one for each
 * shard. An empty file has no shards.
 *
 * @throws FiliationError UNREADABLE (also where the file changes size meanwhile)
 */
export async function digestFile(
  file: SignableFile,
  settings: Pick<ManifestSettings, 'method' | 'hash' | 'shardSize'>,
  onBytes: (bytes: number) => void,
): Promise<ManifestEntry[]> {
  const shard = settings.method === 'shards' ? settings.shardSize! : Number.POSITIVE_INFINITY;
  const entries: ManifestEntry[] = [];
  let hash: Hash = createHash(HASHES[settings.hash]);
  let start = 0;
  let end = 0;
  const close = (): void => {
    const digest = hash.digest('hex');
    entries.push(
      settings.method === 'shards' ? { path: file.path, digest, start, end } : { path: file.path, digest },
    );
    hash = createHash(HASHES[settings.hash]);
    start = end;
  };
  for await (const piece of pieces(file)) {
    for (let at = 0; at < piece.length; ) {
      const take = Math.min(piece.length - at, start + shard - end);
      hash.update(piece.subarray(at, at + take));
      at += take;
      end += take;
      if (end - start === shard) close();
    }
    onBytes(piece.length);
  }
  if (settings.method === 'files' || end > start) close();
  if (end !== file.size)
    throw new FiliationError('UNREADABLE', `${file.place} changed while it was read`, { where: file.place });
  return entries;
}

async function* pieces(file: SignableFile): AsyncGenerator<Uint8Array> {
  // Not blocking: a pipe put in the file's place must not hold the run.
  const handle: FileHandle = await readable(file.place, () =>
    open(file.place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)),
  );
  try {
    if (!(await handle.stat()).isFile())
      throw new FiliationError('UNREADABLE', `${file.place} is no longer a file`, { where: file.place });
    const buffer = new Uint8Array(PIECE);
    for (;;) {
      const { bytesRead } = await readable(file.place, () => handle.read(buffer, 0, PIECE));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function readable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw fileError(path, cause);
  }
}
