import { relative, resolve, sep } from 'node:path';
import { digestFile, listSignableFiles, type SignableFile } from './files.ts';
import type { Manifest, ManifestEntry } from './manifest.ts';

/** Left out at top level where a signature does not record what it leaves out. */
export const DEFAULT_IGNORED: readonly string[] = ['.git', '.gitattributes', '.github', '.gitignore'];

/**
 * `changed`: other bytes than were signed; `missing`: signed but not there; `unsigned`: there but not
 * signed; `link`: a symbolic link where the signature allows none; `not-a-file`: a link to nowhere, a
 * pipe or a device.
 */
export interface FileDifference {
  readonly path: string;
  readonly problem: 'changed' | 'missing' | 'unsigned' | 'link' | 'not-a-file';
}

export interface FilesCompared {
  /** Files whose every byte was digested and found as signed. */
  readonly unchanged: number;
  readonly bytes: number;
  readonly differences: readonly FileDifference[];
  /** Files and folders (with a slash) that are there and that the signature says nothing of, by its own
   *  settings or by the caller's wish. */
  readonly notCovered: readonly string[];
}

export interface CompareFilesOptions {
  /** Files that neither the manifest lists nor its settings leave out are `notCovered`, no difference. */
  readonly ignoreUnsignedFiles: boolean;
  /** Further paths to leave out, relative to the model. */
  readonly ignorePaths: readonly string[];
  /** The signature's own file, which cannot be in its manifest. */
  readonly signaturePath?: string;
  readonly onProgress?: (path: string, done: number, total: number) => void;
}

/**
 * Holds the files of a model against a manifest: all that is listed is digested, and all that is there
 * must be listed or left out. Names of the manifest are looked up among the files found, never opened.
 *
 * @throws FiliationError NOT_FOUND, UNREADABLE, LIMIT_EXCEEDED, UNSUPPORTED
 */
export async function compareFiles(
  model: string,
  manifest: Manifest,
  options: CompareFilesOptions,
): Promise<FilesCompared> {
  const listed = groupByPath(manifest.entries);
  const ignored = ignoreRule(
    [...(manifest.settings.ignorePaths ?? DEFAULT_IGNORED), ...options.ignorePaths],
    new Set(foldersOf(listed.keys())),
  );
  const own = options.signaturePath === undefined ? undefined : pathWithin(model, options.signaturePath);
  const notCovered: string[] = [];
  const files = await listSignableFiles(model, (folder) => {
    const skipped = ignored(folder, true);
    if (skipped) notCovered.push(`${folder}/`);
    return skipped;
  });
  const total = files.reduce((sum, file) => sum + (listed.has(file.path) ? file.size : 0), 0);
  let bytes = 0;
  let unchanged = 0;
  const differences: FileDifference[] = [];
  for (const file of files) {
    const expected = listed.get(file.path);
    listed.delete(file.path);
    if (expected === undefined) {
      if (file.path === own) continue;
      if (ignored(file.path, false) || options.ignoreUnsignedFiles || nothingToSign(file, manifest))
        notCovered.push(file.path);
      else differences.push({ path: file.path, problem: 'unsigned' });
      continue;
    }
    const problem = await compareFile(file, expected, manifest, (read) => {
      bytes += read;
      options.onProgress?.(file.path, bytes, total);
    });
    if (problem === undefined) unchanged++;
    else differences.push({ path: file.path, problem });
  }
  for (const path of listed.keys()) differences.push({ path, problem: 'missing' });
  return { unchanged, bytes, differences, notCovered };
}

async function compareFile(
  file: SignableFile,
  expected: readonly ManifestEntry[],
  { settings }: Manifest,
  onBytes: (bytes: number) => void,
): Promise<FileDifference['problem'] | undefined> {
  if (file.kind === 'other') return 'not-a-file';
  if (file.kind === 'link' && !settings.allowSymlinks) return 'link';
  const found = await digestFile(file, settings, onBytes);
  const same =
    found.length === expected.length &&
    found.every((entry, i) => entry.digest === expected[i]!.digest && entry.end === expected[i]!.end);
  return same ? undefined : 'changed';
}

/** Under `shards` an empty file leaves no trace in a manifest. */
function nothingToSign(file: SignableFile, { settings }: Manifest): boolean {
  return settings.method === 'shards' && file.kind !== 'other' && file.size === 0;
}

function groupByPath(entries: readonly ManifestEntry[]): Map<string, ManifestEntry[]> {
  const groups = new Map<string, ManifestEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.path);
    if (group === undefined) groups.set(entry.path, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** Whether a path is left out. A folder that holds a signed file is entered whatever the rule says. */
export function ignoreRule(
  paths: readonly string[],
  signedFolders: ReadonlySet<string> = new Set(),
): (path: string, folder: boolean) => boolean {
  const rule = new Set(paths.map((path) => path.replace(/^\.\//, '').replace(/\/+$/, '')));
  return (path, folder) => {
    if (folder && signedFolders.has(path)) return false;
    return rule.has(path) || [...foldersOf([path])].some((parent) => rule.has(parent));
  };
}

/** `a/b/c` → `a`, `a/b`. */
function* foldersOf(paths: Iterable<string>): Generator<string> {
  for (const path of paths)
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) yield path.slice(0, at);
}

/** The path as a manifest would name it; undefined where it lies outside the model. */
export function pathWithin(model: string, path: string): string | undefined {
  const inside = relative(resolve(model), resolve(path));
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`)
    ? undefined
    : inside.split(sep).join('/');
}
