import { checkClasses } from './calibration.ts';
import { LN10 } from './log-space.ts';

/** log10 LR = intercept + Σ slope · score. */
export interface LogisticCalibration {
  readonly intercept: number;
  readonly slopes: readonly number[];
  /** Some straight line parts the two classes without error: only the ridge holds the slopes down, and the
   *  size of large ratios comes from it, not from data. Bound them. */
  readonly separable: boolean;
  readonly ridge: number;
  readonly related: number;
  readonly unrelated: number;
}

const MOST_STEPS = 200;

/**
 * Logistic calibration of one score (higher or lower may mean related): the line log10 LR = a + b s that
 * minimises Cllr plus a ridge, that is logistic regression with each class weighing one half, so that the
 * training prior drops out (Brümmer & du Preez 2006, Morrison 2013). `ridge` penalises ½ ridge · slope² per
 * standard deviation of the score; its default 0.01 / cases is a normal prior of standard deviation 10 on
 * that slope (natural log), which overlapping classes hardly feel and separable ones need.
 * @throws RangeError where a class is empty, a score is not finite, or separable classes meet ridge 0.
 */
export function logisticCalibration(
  related: readonly number[],
  unrelated: readonly number[],
  options: { readonly ridge?: number } = {},
): LogisticCalibration {
  checkClasses(related, unrelated);
  const row = (score: number): number[] => [score];
  return logisticFusion(related.map(row), unrelated.map(row), options);
}

/**
 * The same with several scores a case (fusion): log10 LR = a + Σ b_i s_i, one ratio for all of them together
 * whatever their dependence. Fit it on validation families, never on the case itself.
 * @throws RangeError as `logisticCalibration`, or for rows of different lengths.
 */
export function logisticFusion(
  related: readonly (readonly number[])[],
  unrelated: readonly (readonly number[])[],
  options: { readonly ridge?: number } = {},
): LogisticCalibration {
  const ridge = options.ridge ?? 0.01 / (related.length + unrelated.length);
  const cases = checkedCases(related, unrelated);
  if (!(ridge >= 0) || ridge === Number.POSITIVE_INFINITY)
    throw new RangeError(`a ridge is >= 0, got ${ridge}`);
  const scales = standardise(cases);
  const used = scales.map((_, j) => j).filter((j) => scales[j]!.deviation > 0);
  const rows = cases.map(({ scores, weight, kin }) => ({
    x: [1, ...used.map((j) => (scores[j]! - scales[j]!.mean) / scales[j]!.deviation)],
    weight,
    kin,
  }));
  const separable = used.length > 0 && separates(rows, fit(rows, Math.max(ridge, 1e-9)));
  if (separable && ridge === 0)
    throw new RangeError('separable classes have no logistic fit without a ridge');
  const theta = fit(rows, ridge);
  const slopes = scales.map((scale, j) => {
    const at = used.indexOf(j);
    return at === -1 ? 0 : theta[at + 1]! / scale.deviation / LN10;
  });
  const shift = slopes.reduce((sum, slope, j) => sum + slope * scales[j]!.mean, 0);
  const intercept = theta[0]! / LN10 - shift;
  return { intercept, slopes, separable, ridge, related: related.length, unrelated: unrelated.length };
}

/** log10 LR of a case's scores. @throws RangeError for another number of scores or one that is not finite. */
export function logisticLog10LR(calibration: LogisticCalibration, ...scores: readonly number[]): number {
  const { slopes, intercept } = calibration;
  if (scores.length !== slopes.length || !scores.every(Number.isFinite))
    throw new RangeError(`need ${slopes.length} finite scores, got ${scores.join(', ')}`);
  return scores.reduce((sum, score, j) => sum + slopes[j]! * score, intercept);
}

interface Case {
  readonly scores: readonly number[];
  readonly weight: number;
  readonly kin: 0 | 1;
}

interface Row {
  readonly x: readonly number[];
  readonly weight: number;
  readonly kin: 0 | 1;
}

function checkedCases(
  related: readonly (readonly number[])[],
  unrelated: readonly (readonly number[])[],
): Case[] {
  if (related.length === 0 || unrelated.length === 0)
    throw new RangeError('calibration needs related and unrelated pairs');
  const cases = [
    ...related.map((scores): Case => ({ scores, weight: 0.5 / related.length, kin: 1 })),
    ...unrelated.map((scores): Case => ({ scores, weight: 0.5 / unrelated.length, kin: 0 })),
  ];
  const width = related[0]!.length;
  for (const { scores } of cases)
    if (scores.length !== width || width === 0 || !scores.every(Number.isFinite))
      throw new RangeError(`need ${width} finite scores a case, got ${scores.join(', ')}`);
  return cases;
}

/** Mean and standard deviation of each score, both classes weighing the same. */
function standardise(cases: readonly Case[]): { readonly mean: number; readonly deviation: number }[] {
  return cases[0]!.scores.map((_, j) => {
    const size = cases.reduce((top, { scores }) => Math.max(top, Math.abs(scores[j]!)), 0);
    if (size === 0) return { mean: 0, deviation: 0 };
    const mean = cases.reduce((sum, { scores, weight }) => sum + (weight * scores[j]!) / size, 0);
    const variance = cases.reduce(
      (sum, { scores, weight }) => sum + weight * (scores[j]! / size - mean) ** 2,
      0,
    );
    const deviation = Math.sqrt(variance);
    return { mean: mean * size, deviation: deviation < 1e-13 ? 0 : deviation * size };
  });
}

/** Newton's method with step halving on the weighted logistic loss, which is convex. */
function fit(rows: readonly Row[], ridge: number): number[] {
  const size = rows[0]!.x.length;
  let theta = new Array<number>(size).fill(0);
  let loss = lossOf(rows, theta, ridge);
  for (let step = 0; step < MOST_STEPS; step++) {
    const move = solve(...derivatives(rows, theta, ridge));
    // Newton's steps square their error: one this small is the last.
    if (move.every((value, j) => Math.abs(value) <= 1e-9 * (1 + Math.abs(theta[j]!))))
      return theta.map((value, j) => value - move[j]!);
    let scale = 1;
    let next = theta;
    let reached = Number.POSITIVE_INFINITY;
    for (; reached > loss; scale /= 2) {
      if (scale < 1e-10) return theta;
      next = theta.map((value, j) => value - scale * move[j]!);
      reached = lossOf(rows, next, ridge);
    }
    theta = next;
    loss = reached;
  }
  return theta;
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

function lossOf(rows: readonly Row[], theta: readonly number[], ridge: number): number {
  let loss = 0;
  for (const { x, weight, kin } of rows) {
    const toward = (kin === 1 ? -1 : 1) * dot(x, theta);
    loss += weight * (Math.max(toward, 0) + Math.log1p(Math.exp(-Math.abs(toward))));
  }
  for (let j = 1; j < theta.length; j++) loss += (ridge / 2) * theta[j]! ** 2;
  return loss;
}

function derivatives(
  rows: readonly Row[],
  theta: readonly number[],
  ridge: number,
): [gradient: number[], hessian: number[][]] {
  const size = theta.length;
  const gradient = theta.map((value, j) => (j === 0 ? 0 : ridge * value));
  const hessian = theta.map((_, j) => theta.map((__, k) => (j === k && j > 0 ? ridge : 0)));
  for (const { x, weight, kin } of rows) {
    const toward = (kin === 1 ? -1 : 1) * dot(x, theta);
    // Chance the fit gives to the wrong class, without rounding to 0.
    const wrong = toward > 0 ? 1 / (1 + Math.exp(-toward)) : Math.exp(toward) / (1 + Math.exp(toward));
    const pull = weight * wrong * (kin === 1 ? -1 : 1);
    const curve = weight * wrong * (1 - wrong);
    for (let j = 0; j < size; j++) {
      gradient[j]! += pull * x[j]!;
      for (let k = 0; k < size; k++) hessian[j]![k]! += curve * x[j]! * x[k]!;
    }
  }
  return [gradient, hessian];
}

/** Gaussian elimination with pivots on a small system. */
function solve(right: number[], matrix: number[][]): number[] {
  const n = right.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let k = i + 1; k < n; k++) if (Math.abs(matrix[k]![i]!) > Math.abs(matrix[pivot]![i]!)) pivot = k;
    [matrix[i], matrix[pivot]] = [matrix[pivot]!, matrix[i]!];
    [right[i], right[pivot]] = [right[pivot]!, right[i]!];
    const head = matrix[i]![i]!;
    if (head === 0) throw new RangeError('the scores are linearly dependent: no fit without a ridge');
    for (let k = i + 1; k < n; k++) {
      const factor = matrix[k]![i]! / head;
      for (let j = i; j < n; j++) matrix[k]![j]! -= factor * matrix[i]![j]!;
      right[k]! -= factor * right[i]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) right[i]! -= matrix[i]![j]! * right[j]!;
    right[i]! /= matrix[i]![i]!;
  }
  return right;
}

/** Whether some cut on the fitted direction parts the classes, a shared score on the cut allowed. */
function separates(rows: readonly Row[], theta: readonly number[]): boolean {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const { x, kin } of rows) {
    const value = dot(x.slice(1), theta.slice(1));
    if (kin === 1) lowest = Math.min(lowest, value);
    else highest = Math.max(highest, value);
  }
  return lowest >= highest;
}
