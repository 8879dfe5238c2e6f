import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of a file of the repository, found from the compiled test upwards. */
export function repositoryPath(...parts: readonly string[]): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'examples', 'models'))) {
    if (dirname(folder) === folder) throw new Error('run the tests inside the repository');
    folder = dirname(folder);
  }
  return join(folder, ...parts);
}
