import { realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { FiliationError, fileError, quoted } from '@filiation/evidence';

/** Folder in which the Hugging Face download cache keeps links into its `blobs` folder. */
const HUB_SNAPSHOT = /[\\/]models--[^\\/]+[\\/]snapshots[\\/][^\\/]+$/;

/**
 * Real path of a file that a model's own text names. The name must stay below the folder, by letter and
 * after links are followed; only links of the Hugging Face cache into its blobs are let through.
 * @throws FiliationError UNSAFE; NOT_FOUND where the file is absent
 */
export async function resolveInside(folder: string, name: string): Promise<string> {
  if (!staysBelow(name)) throw unsafe(folder, name, 'is no path below the model folder');
  const base = await realPath(folder);
  const target = await realPath(join(base, name));
  const allowed = HUB_SNAPSHOT.test(base) ? [base, join(dirname(dirname(base)), 'blobs')] : [base];
  if (allowed.some((root) => target.startsWith(resolve(root) + sep))) return target;
  throw unsafe(folder, name, 'is a link that leaves the model folder');
}

/** Whether a path is relative, printable, written with forward slashes, and never steps up. */
export function staysBelow(name: string): boolean {
  if (name === '' || /[\p{Cc}\\]/u.test(name) || /^[a-zA-Z]:/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    throw fileError(path, cause);
  }
}

function unsafe(folder: string, name: string, what: string): FiliationError {
  return new FiliationError('UNSAFE', `${folder}: the file name ${quoted(name)} ${what}`, {
    where: folder,
    hint: 'Honest models do not do this: look at the index file, or put real files in place of links.',
  });
}
