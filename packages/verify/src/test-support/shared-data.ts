import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Folder of public test vectors beside the checkout (or under FILIATION_SHARED), or undefined where they
 * are not on this machine: such tests then skip.
 */
export function sharedEvidence(name: string): string | undefined {
  const shared = process.env.FILIATION_SHARED ?? join(repository(), '..', 'shared');
  const folder = join(shared, 'data', 'evidence', name);
  return existsSync(folder) ? folder : undefined;
}

function repository(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'filiation-workspace')
      return folder;
  }
  throw new Error('these tests run inside the repository');
}
