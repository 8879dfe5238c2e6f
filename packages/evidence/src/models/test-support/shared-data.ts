import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A folder of the vectors that lie outside the repository (`FILIATION_SHARED`, else `../shared` of the
 * repository's root), or undefined where they are not there and their tests have to be left out.
 */
export function sharedEvidence(name: string): string | undefined {
  const folder = join(process.env.FILIATION_SHARED ?? besideRepository(), 'data', 'evidence', name);
  return existsSync(folder) ? folder : undefined;
}

function besideRepository(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (dirname(folder) !== folder) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'filiation-workspace')
      return join(folder, '..', 'shared');
    folder = dirname(folder);
  }
  return folder;
}
