import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FiliationError } from '@filiation/verify';
import { fileError } from './file-error.ts';
import { quoted } from './quoted.ts';

/** Files and folder depth of one model. */
const MAX_FILES = 100_000;
const MAX_DEPTH = 16;
/** Bytes hashed between two reports of progress. */
const PIECE_BYTES = 4 * 2 ** 20;

export interface ModelFile {
  /** Relative to the model, with forward slashes. */
  readonly name: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

export interface FileDigest {
  readonly name: string;
  readonly size: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

export interface TreeDigest {
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  /** Sorted by name. */
  readonly files: readonly FileDigest[];
}

/** Bytes hashed so far, and in all. */
export type DigestProgress = (done: number, total: number) => void;

/**
 * Every regular file of a model: the file itself, or all files below the folder except those with a
 * hidden (dotted) name on their path. Links to files count as files; links to folders are left out.
 * @throws FiliationError NOT_FOUND, UNREADABLE, LIMIT_EXCEEDED
 */
export async function listModelFiles(path: string): Promise<readonly ModelFile[]> {
  const files: ModelFile[] = [];
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) await collect(path, '', 0, files);
    else files.push({ name: basename(path), path, size: facts.size });
  } catch (cause) {
    throw fileError(path, cause);
  }
  return files.sort(byName);
}

async function collect(folder: string, prefix: string, depth: number, files: ModelFile[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    const name = prefix + entry.name;
    if (entry.isDirectory() && depth < MAX_DEPTH) await collect(path, `${name}/`, depth + 1, files);
    if (!entry.isFile() && !entry.isSymbolicLink()) continue;
    const facts = await stat(path);
    if (facts.isFile()) files.push({ name, path, size: facts.size });
    if (files.length > MAX_FILES)
      throw new FiliationError('LIMIT_EXCEEDED', `${folder} holds more than ${MAX_FILES} files`, {
        where: folder,
        hint: 'Name the folder of one model.',
      });
  }
}

/**
 * SHA-256 of the whole tree: the digest of the text that has, for each file in the order of its name
 * (UTF-16 code units), the line `sha256  size  name\n`, where sha256 is that of the file's content in
 * lower-case hex and size its bytes in decimal. Anyone can check it with sha256sum. Files are streamed.
 * @throws FiliationError UNSAFE for names that would break a line, UNREADABLE where a file changes
 *         size meanwhile, NOT_FOUND
 */
export async function treeDigest(
  files: readonly ModelFile[],
  progress: DigestProgress = () => undefined,
): Promise<TreeDigest> {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const digests: FileDigest[] = [];
  let done = 0;
  for (const file of [...files].sort(byName)) {
    const sha256 = await fileDigest(file, (bytes) => {
      done += bytes;
      progress(done, total);
    });
    digests.push({ name: file.name, size: file.size, sha256 });
  }
  const tree = createHash('sha256');
  for (const { name, size, sha256 } of digests) tree.update(`${sha256}  ${size}  ${name}\n`);
  return { digest: `sha256:${tree.digest('hex')}`, files: digests };
}

async function fileDigest(file: ModelFile, progress: (bytes: number) => void): Promise<string> {
  if (/\p{Cc}/u.test(file.name))
    throw new FiliationError('UNSAFE', `the file name ${quoted(file.name)} holds control characters`, {
      where: file.path,
      hint: 'Rename the file.',
    });
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const piece of createReadStream(file.path, { highWaterMark: PIECE_BYTES })) {
      hash.update(piece as Uint8Array);
      size += (piece as Uint8Array).length;
      progress((piece as Uint8Array).length);
    }
  } catch (cause) {
    throw fileError(file.path, cause);
  }
  if (size !== file.size)
    throw new FiliationError('UNREADABLE', `${file.path} changed while it was read`, {
      where: file.path,
      hint: 'Wait until nothing writes to the file, then run again.',
    });
  return hash.digest('hex');
}

function byName(p: { readonly name: string }, q: { readonly name: string }): number {
  return p.name < q.name ? -1 : p.name > q.name ? 1 : 0;
}
