import { LN10, type RandomStream, symmetricEigenvalues } from '@filiation/stats';
import type { MatrixKernel } from '../kernel/kernel.ts';
import type { Matrix } from '../matrix.ts';

/** Grid of the Chernoff bound, as shares of the largest admissible exponent. */
const EXPONENTS: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => (i + 1) / 100),
  0.999,
  0.9999,
  0.99999,
];

/** log10 p that `detectable` speaks of. */
export const DETECTION_LEVEL = -6;

/** Couplings of directions by one matrix: n × n, symmetric, zero diagonal, length 1. */
export interface Couplings {
  readonly size: number;
  readonly data: Float32Array;
}

/** Inner products between `directions` (n × anything, as one matrix W maps them), diagonal dropped: what W
 *  couples with what, whatever turn or permutation acts on the other side of W. */
export async function couplings(directions: Matrix, kernel: MatrixKernel): Promise<Couplings> {
  const size = directions.rows;
  const { data } = await kernel.timesTransposed(directions, directions);
  for (let at = 0; at < data.length; at += size + 1) data[at] = 0;
  let square = 0;
  for (let at = 0; at < data.length; at++) square += data[at]! * data[at]!;
  // A matrix that holds NaN or infinity couples nothing that could be compared.
  const scale = square > 0 && Number.isFinite(square) ? 1 / Math.sqrt(square) : 0;
  for (let at = 0; at < data.length; at++) data[at] = scale === 0 ? 0 : data[at]! * scale;
  return { size, data };
}

/** Cosine of two couplings. */
export function couplingCosine(a: Couplings, b: Couplings): number {
  let sum = 0;
  for (let at = 0; at < a.data.length; at++) sum += a.data[at]! * b.data[at]!;
  return sum;
}

/** Adds the entrywise product of two couplings. */
export function addAgreement(sum: Float64Array, a: Couplings, b: Couplings): void {
  for (let at = 0; at < sum.length; at++) sum[at] = sum[at]! + a.data[at]! * b.data[at]!;
}

export interface SignTest {
  /** Σ of the agreement matrix M, and its standard deviation when directions turn about at random. */
  readonly statistic: number;
  readonly deviation: number;
  /** Statistics of random turns, for display. */
  readonly drawn: Float64Array;
  /** (1 + draws at or above the statistic) / (draws + 1), the law widened by the margin. */
  readonly monteCarlo: number;
  /** Twice the smaller of Monte Carlo and Chernoff bound, never below what `size` signs can show. */
  readonly log10P: number;
  /** Smallest statistic that would have shown `DETECTION_LEVEL`; undefined where no statistic could. */
  readonly detectable: number | undefined;
}

/**
 * Tests Σ M_ij against its law when each direction of the subject points either way at random (signs s):
 * T(s) = Σ s_i s_j M_ij. The far tail is the Chernoff bound with Gaussian in place of signs, which has
 * heavier tails: log E exp(λT) = -½ Σ log(1 - 2λμ_i) over the eigenvalues μ of M. n signs can never show
 * more than 2^(1-n), since s and -s give the same T.
 * @param agreement n × n, symmetric, zero diagonal.
 * @param margin the law is taken this many times wider than signs make it; at least 1.
 */
export function signTest(
  agreement: Float64Array,
  size: number,
  draws: number,
  stream: RandomStream,
  margin: number,
): SignTest {
  const statistic = sum(agreement);
  const deviation = Math.sqrt(2 * agreement.reduce((total, value) => total + value * value, 0));
  const drawn = Float64Array.from({ length: draws }, () =>
    turnedSum(agreement, randomSigns(size, stream), size),
  );
  // Rounding may set equal sums apart: count ties.
  const tolerance = 1e-9 * deviation;
  const above = drawn.filter((value) => margin * value >= statistic - tolerance).length;
  const monteCarlo = (1 + above) / (draws + 1);
  const values = symmetricEigenvalues(agreement, size);
  const log10Bound = chernoff(values, statistic / margin) / LN10;
  const floor = (1 - size) * Math.log10(2);
  const log10P = Math.max(floor, Math.log10(2) + Math.min(Math.log10(monteCarlo), log10Bound));
  const detectable = floor > DETECTION_LEVEL ? undefined : margin * smallestShowing(values, deviation);
  return { statistic, deviation, drawn, monteCarlo, log10P: Math.min(0, log10P), detectable };
}

function randomSigns(size: number, stream: RandomStream): Int8Array {
  return Int8Array.from({ length: size }, () => (stream.integer(2) === 0 ? 1 : -1));
}

function turnedSum(agreement: Float64Array, signs: Int8Array, size: number): number {
  let total = 0;
  for (let i = 1; i < size; i++) {
    let row = 0;
    for (let j = 0, base = i * size; j < i; j++) row += signs[j]! * agreement[base + j]!;
    total += signs[i]! * row;
  }
  return 2 * total;
}

/** Statistic at which twice the bound reaches the detection level, by bisection. */
function smallestShowing(eigenvalues: Float64Array, deviation: number): number {
  const target = LN10 * DETECTION_LEVEL - Math.LN2;
  let low = 0;
  let high = Math.max(deviation, Number.MIN_VALUE);
  while (chernoff(eigenvalues, high) > target && high < 1e6 * deviation) high *= 2;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (chernoff(eigenvalues, middle) > target) low = middle;
    else high = middle;
  }
  return high;
}

/** Natural log of the bound from the eigenvalues (descending); 0 where the statistic is not above its mean. */
function chernoff(eigenvalues: Float64Array, statistic: number): number {
  const largest = eigenvalues[0] ?? 0;
  if (!(statistic > 0) || !(largest > 0)) return 0;
  let best = 0;
  for (const share of EXPONENTS) {
    const exponent = share / (2 * largest);
    let log = -exponent * statistic;
    for (const value of eigenvalues) log -= 0.5 * Math.log1p(-2 * exponent * value);
    best = Math.min(best, log);
  }
  return best;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
