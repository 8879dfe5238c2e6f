import type { MatrixKernel } from '../kernel/kernel.ts';
import { type Matrix, matrix, transpose } from '../matrix.ts';

/** Growth steps: each multiplies a small singular value by about 3.44, so twelve lift 1e-6 of the norm,
 *  where float32 rounding begins to show, to order one. */
const GROWTH_STEPS = 12;
const FINISHING_STEPS = 14;
/** Root-mean-square entry of XXᵀ - I at which the factor counts as orthonormal in float32. */
const ORTHONORMAL = 2e-6;

export interface PolarFactor {
  /** Same shape as the input; rows orthonormal where rows <= columns, else columns. */
  readonly factor: Matrix;
  /** Root-mean-square over rows of |XXᵀ - I|: near 0, larger where the input lacks rank. */
  readonly defect: number;
}

/**
 * Orthogonal polar factor U of M = U·(MᵀM)^½ by Newton–Schulz iterations: matrix products only.
 * Odd quintics first grow small singular values fast (coefficients published with the Muon optimiser,
 * Jordan et al. 2024), then converge (15/8, -5/4, 3/8). Where M lacks
 * rank the factor is unique on its range only: beyond, empty directions stay empty (zero rows or columns)
 * and directions of rounding noise come out as some partial isometry.
 */
export async function polarFactor(m: Matrix, kernel: MatrixKernel): Promise<PolarFactor> {
  const wide = m.rows <= m.columns;
  let x = scaledToUnit(wide ? m : transpose(m));
  let defect = 1;
  for (let step = 0; step < GROWTH_STEPS + FINISHING_STEPS; step++) {
    const gram = await kernel.timesTransposed(x, x);
    const before = defect;
    defect = distanceFromIdentity(gram);
    const finishing = step >= GROWTH_STEPS;
    if (defect < ORTHONORMAL || (finishing && step > GROWTH_STEPS + 2 && defect > 0.9 * before)) break;
    const [a, b, c] = finishing || defect < 0.1 ? [15 / 8, -5 / 4, 3 / 8] : [3.4445, -4.775, 2.0315];
    const squared = await kernel.timesTransposed(gram, gram);
    const polynomial = weightedSum(b, gram, c, squared);
    const product = await kernel.timesTransposed(polynomial, transpose(x));
    x = weightedSum(1, product, a, x);
  }
  return { factor: wide ? x : transpose(x), defect };
}

function scaledToUnit(m: Matrix): Matrix {
  let sum = 0;
  for (let i = 0; i < m.data.length; i++) sum += m.data[i]! * m.data[i]!;
  const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  return weightedSum(scale, m, 0, m);
}

function weightedSum(a: number, x: Matrix, b: number, y: Matrix): Matrix {
  const out = matrix(x.rows, x.columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = a * x.data[i]! + b * y.data[i]!;
  return out;
}

/** Root-mean-square row norm of G - I. */
function distanceFromIdentity(gram: Matrix): number {
  let sum = 0;
  for (let i = 0; i < gram.rows; i++)
    for (let j = 0; j < gram.columns; j++) sum += (gram.data[i * gram.columns + j]! - (i === j ? 1 : 0)) ** 2;
  return Math.sqrt(sum / gram.rows);
}
