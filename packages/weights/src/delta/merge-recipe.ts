import {
  addElements,
  addEquations,
  type LeastSquares,
  type NormalEquations,
  newEquations,
  residualOf,
  solve,
} from './least-squares.ts';
import type { MergeMethod } from './merge-recovery.ts';
import { type MergeSample, minus } from './merge-samples.ts';
import { slerpFraction } from './slerp.ts';
import { fitDare, fitTies, type SparseFit, type TaskVectors } from './sparse-merges.ts';

/** Left-overs up to this multiple of the rounding floor are rounding. */
const AT_FLOOR = 3;
/** Coefficients this close are one. */
const SAME_WEIGHT = 0.02;
/** Distance from one at which weights on bare tensors still sum to one. */
const UNIT_SUM = 1e-4;
/** Share unexplained up to which trimming or dropping counts as found. */
const SPARSE_FOUND = 0.02;

export interface TensorFits {
  readonly sample: Pick<MergeSample, 'label' | 'role' | 'layer' | 'roundingFloor'>;
  /** Changes on changes; undefined without a base. */
  readonly task: NormalEquations | undefined;
  /** Weights on weights, the base among the ingredients. */
  readonly direct: NormalEquations;
}

export function fitTensor(sample: MergeSample): TensorFits {
  const { base, subject, candidates } = sample;
  const direct = newEquations(candidates.length + (base === undefined ? 0 : 1));
  addElements(direct, base === undefined ? candidates : [...candidates, base], subject);
  if (base === undefined) return { sample: withoutValues(sample), task: undefined, direct };
  const task = newEquations(candidates.length);
  addElements(
    task,
    candidates.map((vector) => minus(vector, base)),
    minus(subject, base),
  );
  return { sample: withoutValues(sample), task, direct };
}

function withoutValues({ label, role, layer, roundingFloor }: MergeSample): TensorFits['sample'] {
  return { label, role, layer, roundingFloor };
}

export function taskVectors(sample: MergeSample): TaskVectors {
  const base = sample.base!;
  return {
    subject: minus(sample.subject, base),
    candidates: sample.candidates.map((vector) => minus(vector, base)),
    unchanged: Math.sqrt(sample.roundingFloor / Math.max(1, sample.subject.length)),
  };
}

export interface Recipe {
  readonly pooled: LeastSquares;
  readonly perTensor: readonly LeastSquares[];
  readonly equations: readonly NormalEquations[];
  readonly floor: number;
  readonly target: number;
}

export function recipe(fits: readonly TensorFits[], pick: (fit: TensorFits) => NormalEquations): Recipe {
  const equations = fits.map(pick);
  const all = newEquations(equations[0]!.unknowns);
  for (const part of equations) addEquations(all, part);
  return {
    pooled: solve(all),
    perTensor: equations.map(solve),
    equations,
    // a tensor that did not change has no rounding errors to allow for
    floor: fits.reduce((sum, fit) => sum + (pick(fit).target > 0 ? fit.sample.roundingFloor : 0), 0),
    target: all.target,
  };
}

export function exact(fit: Recipe): boolean {
  const left = fit.perTensor.reduce((sum, { residual }) => sum + residual, 0);
  return left <= AT_FLOOR * fit.floor;
}

export function exactMethod(fit: Recipe, withBase: boolean): MergeMethod {
  if (fit.pooled.residual > AT_FLOOR * fit.floor) return 'layerwise';
  const weights = [...fit.pooled.coefficients];
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const all = withBase ? [...weights, 1 - sum] : weights;
  if (all.filter((weight) => Math.abs(weight) > SAME_WEIGHT).length <= 1) return 'single';
  if (!withBase) return Math.abs(1 - sum) <= UNIT_SUM ? 'linear' : 'task-arithmetic';
  // one candidate mixed with the base, or candidates that leave nothing of it, are plain mixtures
  const plain = weights.length === 1 ? sum <= 1 : Math.abs(1 - sum) <= SAME_WEIGHT;
  return plain ? 'linear' : 'task-arithmetic';
}

/** Two ingredients whose weights lie on the sphere's arc in every tensor. */
export function slerpOf(fit: Recipe): { fraction: number; low: number; high: number } | undefined {
  const order = [...fit.pooled.coefficients.keys()].sort(
    (x, y) => Math.abs(fit.pooled.coefficients[y]!) - Math.abs(fit.pooled.coefficients[x]!),
  );
  const [first, second] = order.slice(0, 2).sort((x, y) => x - y);
  if (first === undefined || second === undefined) return undefined;
  let left = 0;
  const fractions: number[] = [];
  for (const [index, equations] of fit.equations.entries()) {
    const { unknowns: n, gram } = equations;
    const angle = Math.acos(
      Math.max(
        -1,
        Math.min(
          1,
          gram[first * n + second]! / Math.sqrt(gram[first * n + first]! * gram[second * n + second]!),
        ),
      ),
    );
    const { coefficients } = fit.perTensor[index]!;
    const arc = slerpFraction([coefficients[first]!, coefficients[second]!], angle);
    if (arc === undefined) return undefined;
    const weights = new Float64Array(n);
    weights[first] = arc.first;
    weights[second] = arc.second;
    left += residualOf(equations, weights);
    fractions.push(arc.fraction);
  }
  if (left > AT_FLOOR * fit.floor) return undefined;
  const [low, middle, high] = spread(fractions);
  return { fraction: middle, low, high };
}

export function sparseMethod(sparse: readonly TaskVectors[], task: Recipe): SparseFit | undefined {
  const ties = fitTies(sparse);
  const dare = fitDare(sparse, [...task.pooled.coefficients]);
  const best = dare !== undefined && dare.unexplained < ties.unexplained ? dare : ties;
  return best.unexplained < SPARSE_FOUND ? best : undefined;
}

export function spread(values: readonly number[]): [low: number, middle: number, high: number] {
  const sorted = [...values].sort((x, y) => x - y);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(0.05), at(0.5), at(0.95)];
}
