import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { FiliationError, prepareOutput } from '@filiation/evidence';

/**
 * Makes sure, before long work begins, that results can be written and that none would change an exhibit:
 * no output is a model's file or lies in a model's folder, whatever links lead there, and no two are one.
 *
 * @throws FiliationError USAGE or WRITE_FAILED
 */
export async function prepareOutputs(
  outputs: readonly (string | undefined)[],
  models: readonly string[],
): Promise<void> {
  const taken = new Set<string>();
  for (const output of outputs) {
    if (output === undefined) continue;
    const real = await realPlace(resolve(output));
    for (const model of models) await refuseWithin(output, real, model);
    if (taken.has(real))
      throw new FiliationError('USAGE', `${output} is named for two outputs`, {
        where: real,
        hint: 'give each output its own file',
      });
    taken.add(real);
    await prepareOutput(output);
  }
}

async function refuseWithin(output: string, real: string, model: string): Promise<void> {
  const place = await realPlace(resolve(model));
  const folder = (await stat(place).catch(() => undefined))?.isDirectory() === true;
  if (real !== place && !(folder && real.startsWith(place + sep))) return;
  throw new FiliationError(
    'USAGE',
    folder ? `${output} lies in the folder of the model ${model}` : `${output} is one of the models`,
    { where: output, hint: 'write results elsewhere: what is compared is not to be changed' },
  );
}

/** Where a path leads when all links are followed; its last parts need not exist. */
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPlace(parent), basename(path));
  }
}
