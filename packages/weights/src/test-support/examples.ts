import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of a model in `examples/models`, found from wherever the compiled code lies. */
export function exampleModel(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'examples/models'))) {
    if (dirname(folder) === folder) throw new RangeError('there is no examples/models above this file');
    folder = dirname(folder);
  }
  return join(folder, 'examples/models', name);
}
