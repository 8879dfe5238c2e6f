import { basename, dirname, resolve } from 'node:path';
import { type CanonicalModel, openModel } from '@filiation/weights';
import type { Terminal } from './terminal.ts';

/** Opens and digests models one after the other, closing all again where one fails. */
export async function openModels(
  paths: readonly string[],
  terminal: Terminal,
  options: { readonly tolerant?: boolean } = {},
): Promise<CanonicalModel[]> {
  const names = distinctNames(paths);
  const models: CanonicalModel[] = [];
  try {
    for (const [i, path] of paths.entries())
      models.push(
        await openModel(path, {
          name: names[i]!,
          tolerant: options.tolerant === true,
          onProgress: (step, fraction) =>
            terminal.meter.update(`${names[i]}: ${step}`, 100 * fraction, 100, '%'),
        }),
      );
    return models;
  } catch (error) {
    for (const model of models) await model.store.close();
    throw error;
  } finally {
    terminal.meter.end();
  }
}

/** Base names, lengthened by parent folders until no two models are called the same. */
export function distinctNames(paths: readonly string[]): string[] {
  const full = paths.map((path) => resolve(path));
  return full.map((path) => {
    let name = basename(path);
    let rest = dirname(path);
    const clash = (end: string) => full.some((other) => other !== path && other.endsWith(`/${end}`));
    while (clash(name) && rest !== dirname(rest)) {
      name = `${basename(rest)}/${name}`;
      rest = dirname(rest);
    }
    return name;
  });
}
