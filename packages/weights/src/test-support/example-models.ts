import type { CanonicalModel } from '../canonical/model.ts';
import { openModel } from '../open-model.ts';
import { alteredModel } from './altered-models.ts';
import { exampleModel as examplePath } from './examples.ts';

/** One of the repository's own models, read into memory and its files closed. */
export async function exampleModel(name: string): Promise<CanonicalModel> {
  const opened = await openModel(examplePath(name));
  try {
    return await alteredModel(opened, name, (matrix) => matrix);
  } finally {
    await opened.store.close();
  }
}
