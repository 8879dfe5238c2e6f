import type { CanonicalModel, TensorRole } from '../../canonical/model.ts';
import type { PairContext } from '../../context.ts';
import type { UnitSource } from './unit-rows.ts';

/** Input rows of an MLP of one layer (and expert), or undefined where the model has none there. */
export function mlpSource(
  model: CanonicalModel,
  role: TensorRole,
  layer: number,
  expert: number | undefined,
): UnitSource | undefined {
  const tensor = model.find(role, layer, expert === undefined ? {} : { expert });
  const gain = model.find('mlp-norm', layer);
  // A gain of another width belongs to something else than this matrix's input.
  const fits = tensor !== undefined && gain?.columns === tensor.columns;
  return tensor === undefined ? undefined : { model, tensor, gain: fits ? gain : undefined };
}

/** `mlp-gate` where both models have one (its rows are the more individual), else `mlp-up`. */
export function mlpRole(pair: PairContext): TensorRole {
  return pair.reference.architecture.gatedMlp && pair.subject.architecture.gatedMlp ? 'mlp-gate' : 'mlp-up';
}
