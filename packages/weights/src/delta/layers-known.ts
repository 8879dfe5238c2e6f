import { readConfiguration } from '../canonical/configuration.ts';
import type { CanonicalModel } from '../canonical/model.ts';

/** Oddities that say that layers exist which the files handed over do not hold. */
const LACKING: ReadonlySet<string> = new Set(['missing-shard', 'missing-layer']);

/** Whether the layers at hand are all that the model has. Where they are not, a smaller depth tells of the
 *  files and not of the model. */
export function layersKnown({ oddities, architecture }: CanonicalModel): boolean {
  const claimed = readConfiguration(architecture.configuration).layers ?? 0;
  return claimed <= architecture.layers && !oddities.some(({ kind }) => LACKING.has(kind));
}
