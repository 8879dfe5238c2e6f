import { randomStream } from '@filiation/stats';
import type { CanonicalModel } from '../canonical/model.ts';
import {
  exact,
  exactMethod,
  fitTensor,
  type Recipe,
  recipe,
  slerpOf,
  sparseMethod,
  type TensorFits,
  taskVectors,
} from './merge-recipe.ts';
import type { MergeOptions, MergeRecovery } from './merge-recovery.ts';
import { type MergeFits, nothingFound, reportRecipe, reportSparse } from './merge-report.ts';
import { type MergeModels, mergePlaces, readSample } from './merge-samples.ts';
import type { TaskVectors } from './sparse-merges.ts';

/** Elements of a tensor that are read, where the caller does not say. */
const SAMPLED_ELEMENTS = 2 ** 17;
/** Tensors on which trimming and dropping are tried. */
const SPARSE_TENSORS = 8;
/** Share of the change left over up to which a mixture is called partial. */
const PARTIAL_FOUND = 0.5;

/**
 * Coefficients of known candidates in a merge, by least squares tensor by tensor on the changes from the
 * base (on the weights themselves where no base is known).
 * @throws RangeError without candidates.
 */
export async function recoverMerge(
  base: CanonicalModel | undefined,
  subject: CanonicalModel,
  candidates: readonly CanonicalModel[],
  options: MergeOptions = {},
): Promise<MergeRecovery> {
  if (candidates.length === 0) throw new RangeError('a merge is recovered from at least one candidate');
  const models: MergeModels = { base, subject, candidates };
  const { places, skipped } = mergePlaces(models);
  const names = [...candidates, ...(base === undefined ? [] : [base])].map((model) => model.name);
  if (places.length === 0) return nothingFound(names, skipped);
  const elements = options.sampledElements ?? SAMPLED_ELEMENTS;
  const fits: TensorFits[] = [];
  const sparse: TaskVectors[] = [];
  for (const [index, place] of places.entries()) {
    options.progress?.(`fitting ${place.label}`, index / places.length);
    const sample = await readSample(
      models,
      place,
      elements,
      randomStream(`${options.seed ?? ''}/merge/${place.label}`),
    );
    fits.push(fitTensor(sample));
    if (base !== undefined && takesPart(index, places.length)) sparse.push(taskVectors(sample));
  }
  return conclude({ names, withBase: base !== undefined, tensors: fits, skipped }, sparse);
}

function takesPart(index: number, count: number): boolean {
  return index % Math.max(1, Math.ceil(count / SPARSE_TENSORS)) === 0;
}

/** First that fits to within rounding: weights that sum to one with the base's, spherical weights, any
 *  weights, trimmed or dropped changes; else what least squares leaves. */
function conclude(fits: MergeFits, sparse: readonly TaskVectors[]): MergeRecovery {
  const direct = recipe(fits.tensors, (fit) => fit.direct);
  if (!fits.withBase) return concludeDirect(fits, direct) ?? reportRecipe(fits, direct, false, 'none');
  const task = recipe(fits.tensors, (fit) => fit.task!);
  if (exact(task)) return reportRecipe(fits, task, true, exactMethod(task, true));
  const found = concludeDirect(fits, direct);
  if (found !== undefined) return found;
  const trimmed = sparseMethod(sparse, task);
  if (trimmed !== undefined) return reportSparse(reportRecipe(fits, task, true, trimmed.method), trimmed);
  return reportRecipe(fits, task, true, task.pooled.unexplained < PARTIAL_FOUND ? 'partial' : 'none');
}

function concludeDirect(fits: MergeFits, direct: Recipe): MergeRecovery | undefined {
  if (!exact(direct)) return undefined;
  const arc = slerpOf(direct);
  const method = exactMethod(direct, false);
  // a straight mixture is also an arc where the two are nearly parallel: the plainer name wins
  if (arc === undefined || method === 'linear' || method === 'single')
    return reportRecipe(fits, direct, false, method);
  return { ...reportRecipe(fits, direct, false, 'slerp'), details: arc };
}
