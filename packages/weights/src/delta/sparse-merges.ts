import { addElements, newEquations, solve } from './least-squares.ts';

/** Task vectors and the subject's own, the same elements of one tensor: differences from the base. */
export interface TaskVectors {
  readonly subject: Float32Array;
  readonly candidates: readonly Float32Array[];
  /** Difference below which an element counts as unchanged. */
  readonly unchanged: number;
}

export interface SparseFit {
  readonly method: 'ties' | 'dare';
  /** Share of the subject's task vector left unexplained, all tensors together. */
  readonly unexplained: number;
  /** TIES: share kept of each task vector, and the scale; DARE: drop rate, and coefficients. */
  readonly density?: number;
  readonly scale?: number;
  readonly dropRate?: number;
  readonly coefficients?: readonly number[];
}

const COARSE_DENSITIES: readonly number[] = Array.from({ length: 19 }, (_, i) => 0.05 * (i + 1));
/** Steps around the best coarse density. */
const FINE_STEP = 0.01;
/** More candidates have too many subsets to assign elements to. */
const MOST_DARE_CANDIDATES = 5;
const DARE_ROUNDS = 8;

/** Trim, elect sign, disjoint mean (Yadav et al. 2023, arXiv 2306.01708): density and scale that fit best. */
export function fitTies(tensors: readonly TaskVectors[]): SparseFit {
  const sorted = tensors.map((tensor) => tensor.candidates.map((vector) => vector.map(Math.abs).sort()));
  const attempt = (density: number): { density: number; scale: number; unexplained: number } => {
    const equations = newEquations(1);
    tensors.forEach((tensor, index) => {
      const thresholds = sorted[index]!.map((sizes) => quantile(sizes, 1 - density));
      addElements(equations, [tiesOf(tensor.candidates, thresholds)], tensor.subject);
    });
    const { coefficients, unexplained } = solve(equations);
    return { density, scale: coefficients[0]!, unexplained };
  };
  const better = (densities: readonly number[]) =>
    densities.map(attempt).reduce((best, next) => (next.unexplained < best.unexplained ? next : best));
  const coarse = better(COARSE_DENSITIES);
  const around = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((k) => coarse.density + k * FINE_STEP);
  const { density, scale, unexplained } = better(around.filter((value) => value > 0 && value < 1));
  return { method: 'ties', density, scale, unexplained };
}

/** Linear interpolation between order statistics, as numerical libraries do. */
function quantile(sorted: Float32Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const next = sorted[Math.min(low + 1, sorted.length - 1)]!;
  return sorted[low]! + (at - low) * (next - sorted[low]!);
}

function tiesOf(candidates: readonly Float32Array[], thresholds: readonly number[]): Float32Array {
  const out = new Float32Array(candidates[0]!.length);
  for (let i = 0; i < out.length; i++) {
    let elected = 0;
    candidates.forEach((vector, k) => {
      if (Math.abs(vector[i]!) >= thresholds[k]!) elected += vector[i]!;
    });
    let [sum, count] = [0, 0];
    candidates.forEach((vector, k) => {
      const value = vector[i]!;
      if (Math.abs(value) >= thresholds[k]! && value !== 0 && value > 0 === elected > 0) {
        sum += value;
        count++;
      }
    });
    out[i] = count === 0 ? 0 : sum / count;
  }
  return out;
}

/**
 * Drop and rescale (Yu et al. 2023, arXiv 2311.03099): every element is a sum over some subset of the
 * candidates. The drop rate follows from the share of unchanged elements, the coefficients from
 * assigning each element its nearest subset and fitting again.
 * @param start coefficients of the plain least-squares fit, which dropping leaves unbiased.
 */
export function fitDare(tensors: readonly TaskVectors[], start: readonly number[]): SparseFit | undefined {
  const count = start.length;
  if (count > MOST_DARE_CANDIDATES) return undefined;
  let [unmoved, elements] = [0, 0];
  for (const { subject, unchanged } of tensors) {
    elements += subject.length;
    for (const value of subject) if (Math.abs(value) <= unchanged) unmoved++;
  }
  const dropRate = (unmoved / Math.max(1, elements)) ** (1 / count);
  if (dropRate <= 0 || dropRate >= 1) return undefined;
  let coefficients = start.map((value) => value / (1 - dropRate));
  let unexplained = 1;
  for (let turn = 0; turn < DARE_ROUNDS; turn++) {
    const equations = newEquations(count);
    for (const tensor of tensors)
      addElements(equations, nearestSubsets(tensor, coefficients), tensor.subject);
    const fit = solve(equations);
    coefficients = [...fit.coefficients];
    unexplained = fit.unexplained;
  }
  return { method: 'dare', dropRate, coefficients, unexplained };
}

/** Candidates' vectors with the elements set to zero that the nearest subset leaves out. */
function nearestSubsets(tensor: TaskVectors, coefficients: readonly number[]): Float32Array[] {
  const { candidates, subject } = tensor;
  const kept = candidates.map((vector) => new Float32Array(vector.length));
  for (let i = 0; i < subject.length; i++) {
    let best = 0;
    let bestDistance = Infinity;
    for (let subset = 0; subset < 2 ** candidates.length; subset++) {
      let sum = 0;
      for (let k = 0; k < candidates.length; k++)
        if ((subset >> k) & 1) sum += coefficients[k]! * candidates[k]![i]!;
      const distance = Math.abs(subject[i]! - sum);
      if (distance < bestDistance) {
        best = subset;
        bestDistance = distance;
      }
    }
    for (let k = 0; k < candidates.length; k++) if ((best >> k) & 1) kept[k]![i] = candidates[k]![i]!;
  }
  return kept;
}
