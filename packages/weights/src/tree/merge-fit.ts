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
  const gram = gramOf(samples);
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
    if (!(residual <= FLOOR_FACTOR * floor && residual <= GAIN * alone)) return [];
    const parents = [
      { id: samples[best.p]!.id, weight: best.a },
      { id: samples[best.q]!.id, weight: best.b },
    ].sort((a, b) => b.weight - a.weight);
    return [{ child: child.id, parents, residual, floor }];
  });
}

/** A model whose change from a base is in good part made of two others' changes. */
export interface SuspectMerge {
  readonly child: string;
  readonly base: string;
  readonly parents: readonly [string, string];
}

/** Share of the change that two candidates must explain, and how much more than the better one alone. */
const LEAST_EXPLAINED = 0.4;
const LEAST_GAIN = 0.02;
/** Nearest models tried as the base of a recipe. */
const BASES_TRIED = 4;

/**
 * Screens for merges that are no weighted sum: for each model and each near base, the two others whose
 * changes from that base best explain its own; best explained first. A screen only: `recoverMerge`
 * confirms.
 */
export function suspectMerges(samples: readonly WeightSample[], known: ReadonlySet<string>): SuspectMerge[] {
  const gram = gramOf(samples);
  return samples.flatMap((child, x) => {
    if (known.has(child.id)) return [];
    const near = samples
      .map((_, b) => b)
      .filter((b) => b !== x)
      .sort((p, q) => single(gram, x, p) - single(gram, x, q))
      .slice(0, BASES_TRIED);
    return near
      .flatMap((b) => {
        const best = explainedByTwo(changeGram(gram, b), x, b);
        return best === undefined ? [] : [{ b, ...best }];
      })
      .sort((one, other) => other.explained - one.explained)
      .map(({ b, p, q }) => ({
        child: child.id,
        base: samples[b]!.id,
        parents: [samples[p]!.id, samples[q]!.id],
      }));
  });
}

function explainedByTwo(
  gram: readonly number[][],
  x: number,
  base: number,
): { p: number; q: number; explained: number } | undefined {
  const total = gram[x]![x]!;
  let best: { p: number; q: number; explained: number } | undefined;
  for (const [p, q] of pairsWithout(x, gram.length)) {
    if (p === base || q === base || total === 0) continue;
    const fit = leastSquares(gram, x, p, q);
    if (fit === undefined) continue;
    const explained = 1 - fit.residual ** 2 / total;
    const alone = Math.max(gram[x]![p]! ** 2 / gram[p]![p]!, gram[x]![q]! ** 2 / gram[q]![q]!) / total;
    if (explained >= LEAST_EXPLAINED && explained - alone >= LEAST_GAIN && explained > (best?.explained ?? 0))
      best = { p, q, explained };
  }
  return best;
}

/** Inner products of the changes from model b, from those of the weights. */
function changeGram(gram: readonly number[][], b: number): number[][] {
  return gram.map((line, i) => line.map((value, j) => value - gram[i]![b]! - gram[b]![j]! + gram[b]![b]!));
}

function gramOf(samples: readonly WeightSample[]): number[][] {
  return samples.map((one) => samples.map((other) => inner(one.values, other.values)));
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
