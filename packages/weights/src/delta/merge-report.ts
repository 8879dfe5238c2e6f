import { exact, type Recipe, spread, type TensorFits } from './merge-recipe.ts';
import type { MergeIngredient, MergeMethod, MergeRecovery } from './merge-recovery.ts';
import type { SparseFit } from './sparse-merges.ts';

/** Condition and standard error beyond which a coefficient is not identified, for an exact recipe; for
 *  an inexact one whatever is left over may lean on collinear candidates. */
const WORST_CONDITION = 1e4;
const WORST_INEXACT_CONDITION = 30;
const WORST_ERROR = 0.05;

/** Everything that was read, and how each tensor was summed. */
export interface MergeFits {
  /** Candidates in order, then the base. */
  readonly names: readonly string[];
  readonly withBase: boolean;
  readonly tensors: readonly TensorFits[];
  readonly skipped: readonly string[];
}

/** @param affine whether the base carries what the candidates' weights leave of one. */
export function reportRecipe(
  fits: MergeFits,
  fit: Recipe,
  affine: boolean,
  method: MergeMethod,
): MergeRecovery {
  const weightsOf = (coefficients: Float64Array): number[] => {
    const weights = [...coefficients];
    return affine ? [...weights, 1 - weights.reduce((sum, weight) => sum + weight, 0)] : weights;
  };
  const perTensor = fit.perTensor.map((tensor) => weightsOf(tensor.coefficients));
  const errors = [...fit.pooled.standardErrors];
  const ingredients = weightsOf(fit.pooled.coefficients).map((coefficient, k): MergeIngredient => {
    const weighed = perTensor.filter((_, index) => candidatesMoved(fit, index));
    const [low, , high] = spread(weighed.map((weights) => weights[k]!));
    // the base's error cannot exceed the sum of the others', however they are correlated
    const standardError = errors[k] ?? errors.reduce((sum, error) => sum + error, 0);
    return { name: fits.names[k]!, coefficient, standardError, low, high };
  });
  const inexact = !exact(fit) && method !== 'ties' && method !== 'dare';
  const worst = inexact ? WORST_INEXACT_CONDITION : WORST_CONDITION;
  const left = fit.perTensor.reduce((sum, { residual }) => sum + residual, 0);
  return {
    method,
    ingredients,
    r2: fit.target > 0 ? 1 - left / fit.target : 0,
    r2Ceiling: fit.target > 0 ? Math.max(0, 1 - fit.floor / fit.target) : 0,
    condition: fit.pooled.condition,
    identifiable:
      fit.pooled.condition <= worst && ingredients.every(({ standardError }) => standardError <= WORST_ERROR),
    details: {},
    tensors: fits.tensors.map(({ sample }, index) => ({
      label: sample.label,
      role: sample.role,
      layer: sample.layer,
      coefficients: perTensor[index]!,
      unexplained: fit.perTensor[index]!.unexplained,
    })),
    skipped: fits.skipped,
  };
}

/** Tensors that no candidate changed say nothing about coefficients. */
function candidatesMoved(fit: Recipe, index: number): boolean {
  const { unknowns, gram } = fit.equations[index]!;
  for (let k = 0; k < unknowns; k++) if (gram[k * unknowns + k]! === 0) return false;
  return true;
}

export function reportSparse(plain: MergeRecovery, found: SparseFit): MergeRecovery {
  const { density, scale, dropRate } = found;
  const details = Object.fromEntries(
    Object.entries({ density, scale, dropRate }).filter(
      (entry): entry is [string, number] => entry[1] !== undefined,
    ),
  );
  return { ...plain, r2: 1 - found.unexplained, details };
}

export function nothingFound(names: readonly string[], skipped: readonly string[]): MergeRecovery {
  return {
    method: 'none',
    ingredients: names.map((name) => ({ name, coefficient: 0, standardError: 0, low: 0, high: 0 })),
    r2: 0,
    r2Ceiling: 0,
    condition: 1,
    identifiable: false,
    details: {},
    tensors: [],
    skipped,
  };
}
