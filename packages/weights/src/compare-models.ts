import type { CanonicalModel } from './canonical/model.ts';
import { type ComparePairInput, comparePair } from './compare.ts';
import { openKernel } from './kernel/open-kernel.ts';
import { openModel } from './open-model.ts';
import type { ComparisonReport } from './report.ts';

export interface CompareOptions
  extends Partial<Omit<ComparePairInput, 'reference' | 'subject' | 'controls' | 'candidates'>> {
  readonly controls?: readonly (string | CanonicalModel)[];
  readonly candidates?: readonly (string | CanonicalModel)[];
}

/**
 * Compares two models, given as paths of files or folders or as opened models, and returns the opinion
 * with every finding behind it.
 *
 * @param reference the possible parent, A
 * @param subject the model in question, B
 * @throws FiliationError where a model cannot be read
 * @example
 * const report = await compareModels('models/base', 'models/candidate');
 * console.log(report.opinion.relation, report.opinion.log10P);
 */
export async function compareModels(
  reference: string | CanonicalModel,
  subject: string | CanonicalModel,
  options: CompareOptions = {},
): Promise<ComparisonReport> {
  const opened: CanonicalModel[] = [];
  const open = async (model: string | CanonicalModel): Promise<CanonicalModel> => {
    if (typeof model !== 'string') return model;
    const fresh = await openModel(model);
    opened.push(fresh);
    return fresh;
  };
  const openAll = async (models: readonly (string | CanonicalModel)[] = []): Promise<CanonicalModel[]> => {
    const all: CanonicalModel[] = [];
    for (const model of models) all.push(await open(model));
    return all;
  };
  const kernel = options.kernel ?? (await openKernel());
  try {
    return await comparePair({
      ...options,
      reference: await open(reference),
      subject: await open(subject),
      controls: await openAll(options.controls),
      candidates: await openAll(options.candidates),
      kernel,
      now: options.now ?? (() => new Date()),
    });
  } finally {
    if (options.kernel === undefined) await kernel.close();
    for (const model of opened) await model.store.close();
  }
}
