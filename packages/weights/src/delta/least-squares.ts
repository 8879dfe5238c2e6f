import { symmetricEigen } from '@filiation/stats';

/** Sums that a least-squares fit of one vector on a few others needs; sums of parts add up. */
export interface NormalEquations {
  readonly unknowns: number;
  /** unknowns × unknowns inner products of the explaining vectors. */
  readonly gram: Float64Array;
  /** Inner products with the explained vector. */
  readonly cross: Float64Array;
  /** Squared length of the explained vector. */
  target: number;
  elements: number;
}

export interface LeastSquares {
  readonly coefficients: Float64Array;
  readonly standardErrors: Float64Array;
  /** Squared length of what is left, and its share of the target's. */
  readonly residual: number;
  readonly unexplained: number;
  /** Ratio of the largest to the smallest singular value of the explaining vectors at unit length. */
  readonly condition: number;
}

/** Eigenvalues of the correlation matrix below this are taken as exact collinearity. */
const COLLINEAR = 1e-12;

export function newEquations(unknowns: number): NormalEquations {
  return {
    unknowns,
    gram: new Float64Array(unknowns * unknowns),
    cross: new Float64Array(unknowns),
    target: 0,
    elements: 0,
  };
}

/** Adds elements: `explained[i]` against `explaining[k][i]`. Elements not finite anywhere are left out. */
export function addElements(
  equations: NormalEquations,
  explaining: readonly Float32Array[],
  explained: Float32Array,
): void {
  const { unknowns, gram, cross } = equations;
  for (let i = 0; i < explained.length; i++) {
    const y = explained[i]!;
    let total = y;
    for (const vector of explaining) total += vector[i]!;
    if (!Number.isFinite(total)) continue;
    for (let k = 0; k < unknowns; k++) {
      const x = explaining[k]![i]!;
      cross[k]! += x * y;
      for (let j = 0; j <= k; j++) gram[k * unknowns + j]! += x * explaining[j]![i]!;
    }
    equations.target += y * y;
    equations.elements++;
  }
  for (let k = 0; k < unknowns; k++)
    for (let j = 0; j < k; j++) gram[j * unknowns + k] = gram[k * unknowns + j]!;
}

export function addEquations(to: NormalEquations, from: NormalEquations): void {
  from.gram.forEach((value, at) => {
    to.gram[at]! += value;
  });
  from.cross.forEach((value, at) => {
    to.cross[at]! += value;
  });
  to.target += from.target;
  to.elements += from.elements;
}

/** Solves through the eigenvectors of the correlation matrix, so that collinear vectors share a
 *  coefficient instead of blowing up; the condition tells. */
export function solve(equations: NormalEquations): LeastSquares {
  const { unknowns: n, gram, cross, target, elements } = equations;
  const lengths = Float64Array.from({ length: n }, (_, k) => Math.sqrt(gram[k * n + k]!));
  const correlation = gram.map((value, at) => {
    const scale = lengths[Math.floor(at / n)]! * lengths[at % n]!;
    return scale > 0 ? value / scale : 0;
  });
  const { values, vectors } = symmetricEigen(correlation, n);
  const largest = Math.max(values[0] ?? 0, Number.MIN_VALUE);
  const inverse = new Float64Array(n * n);
  for (let e = 0; e < n; e++) {
    if (values[e]! < COLLINEAR * largest) continue;
    for (let k = 0; k < n; k++)
      for (let j = 0; j < n; j++)
        inverse[k * n + j]! += (vectors[e * n + k]! * vectors[e * n + j]!) / values[e]!;
  }
  const scaled = (k: number): number => (lengths[k]! > 0 ? cross[k]! / lengths[k]! : 0);
  const coefficients = Float64Array.from({ length: n }, (_, k) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += inverse[k * n + j]! * scaled(j);
    return lengths[k]! > 0 ? sum / lengths[k]! : 0;
  });
  const residual = Math.max(0, residualOf(equations, coefficients));
  const noise = residual / Math.max(1, elements - n);
  return {
    coefficients,
    standardErrors: coefficients.map((_, k) =>
      lengths[k]! > 0 ? Math.sqrt(Math.max(0, noise * inverse[k * n + k]!)) / lengths[k]! : Infinity,
    ),
    residual,
    unexplained: target > 0 ? residual / target : 0,
    condition: Math.sqrt(largest / Math.max(values[n - 1] ?? 0, COLLINEAR * largest)),
  };
}

/** ||y - Xa||² from the sums. */
export function residualOf(equations: NormalEquations, coefficients: ArrayLike<number>): number {
  const { unknowns: n, gram, cross, target } = equations;
  let sum = target;
  for (let k = 0; k < n; k++) {
    sum -= 2 * coefficients[k]! * cross[k]!;
    for (let j = 0; j < n; j++) sum += coefficients[k]! * coefficients[j]! * gram[k * n + j]!;
  }
  return sum;
}
