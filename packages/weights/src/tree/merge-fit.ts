import type { MergeFit } from './relations.ts';

/** The same sampled weights of several models of one shape. */
export interface WeightSample {
  readonly id: string;
  readonly values: Float64Array;
  /** Root mean square of the rounding error of the model's storage format on these values. */
  readonly rounding: number;
}

const LEAST_WEIGHT = 0.02;
/** The two-parent residual must be within this factor of what rounding leaves … */
const FLOOR_FACTOR = 2;
/** … and this much smaller than the distance to the nearer parent alone. */
const GAIN = 0.2;

/**
 * Finds every model that is a weighted sum of two others with positive weights, by least squares on the
 * sampled values: min |X − pP − qQ|². Only sums exact up to rounding count: a merge that was tuned
 * afterwards or trimmed (TIES, DARE) is not found here and is left to `weights.delta` with candidates.
 */
export function fitMerges(samples: readonly WeightSample[]): MergeFit[] {
  const gram = samples.map((one) => samples.map((other) => inner(one.values, other.values)));
  return samples.flatMap((child, x) => {
    const fits = pairsWithout(x, samples.length).flatMap(([p, q]) => {
      const fit = leastSquares(gram, x, p, q);
      return fit === undefined ? [] : [{ p, q, ...fit }];
    });
    const best = fits.sort((a, b) => a.residual - b.residual)[0];
    const size = Math.sqrt(gram[x]![x]!);
    if (best === undefined || size === 0) return [];
    const residual = best.residual / size;
    const floor = (child.rounding * Math.sqrt(child.values.length)) / size;
    const alone = Math.min(single(gram, x, best.p), single(gram, x, best.q)) / size;
    if (residual > FLOOR_FACTOR * floor || residual > GAIN * alone) return [];
    const parents = [
      { id: samples[best.p]!.id, weight: best.a },
      { id: samples[best.q]!.id, weight: best.b },
    ].sort((a, b) => b.weight - a.weight);
    return [{ child: child.id, parents, residual, floor }];
  });
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function pairsWithout(x: number, count: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let p = 0; p < count; p++)
    for (let q = p + 1; q < count; q++) if (p !== x && q !== x) pairs.push([p, q]);
  return pairs;
}

/** |X − P|, the distance to one model taken whole. */
function single(gram: readonly number[][], x: number, p: number): number {
  return Math.sqrt(Math.max(0, gram[x]![x]! - 2 * gram[x]![p]! + gram[p]![p]!));
}

function leastSquares(
  gram: readonly number[][],
  x: number,
  p: number,
  q: number,
): { a: number; b: number; residual: number } | undefined {
  const pp = gram[p]![p]!;
  const qq = gram[q]![q]!;
  const pq = gram[p]![q]!;
  const determinant = pp * qq - pq * pq;
  if (determinant <= 1e-9 * pp * qq) return undefined;
  const a = (gram[x]![p]! * qq - gram[x]![q]! * pq) / determinant;
  const b = (gram[x]![q]! * pp - gram[x]![p]! * pq) / determinant;
  if (a < LEAST_WEIGHT || b < LEAST_WEIGHT) return undefined;
  const squared = gram[x]![x]! - a * gram[x]![p]! - b * gram[x]![q]!;
  return { a, b, residual: Math.sqrt(Math.max(0, squared)) };
}
