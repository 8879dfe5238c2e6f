import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { openArchive } from '../archive/archive-source.ts';
import type { BundleSource } from '../source.ts';
import { fileAccess } from './file-access.ts';
import { folderSource } from './folder-source.ts';
import { readFault } from './read-fault.ts';

/**
 * A bundle as a person names it: the sealed archive or the folder it was unpacked to.
 * @throws FiliationError as `openArchive` and `folderSource` do
 */
export async function openBundleSource(path: string): Promise<BundleSource> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw readFault(path, cause);
  });
  if (facts.isDirectory()) return folderSource(path);
  return openArchive(await fileAccess(path), basename(path));
}
