export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array;
  /** n × n, row-major: row i is the unit eigenvector of values[i]. */
  readonly vectors: Float64Array;
}

const MOST_SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors of a real symmetric n × n matrix (row-major; only its lower triangle is
 * read). Householder reduction to tridiagonal form, then implicit QL (Wilkinson & Reinsch 1971, tred2 and
 * tql2), with the basis kept transposed so that every inner loop runs along memory.
 * @throws RangeError for a wrong length or entries that are not finite.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const basis = checkedCopy(matrix, n);
  const { diagonal, off, scales } = tridiagonalise(basis, n);
  formBasis(basis, n, scales);
  implicitQL(diagonal, off, n, basis);
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => diagonal[b]! - diagonal[a]!);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    vectors.set(basis.subarray(from * n, (from + 1) * n), to * n);
  });
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors };
}

/**
 * The same eigenvalues without the vectors: about a quarter of the work.
 * @throws RangeError for a wrong length or entries that are not finite.
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const { diagonal, off } = tridiagonalise(checkedCopy(matrix, n), n);
  implicitQL(diagonal, off, n);
  return diagonal.sort().reverse();
}

function checkedCopy(matrix: Float64Array, n: number): Float64Array {
  if (matrix.length !== n * n) throw new RangeError(`${matrix.length} entries are not ${n} x ${n}`);
  for (let i = 0; i < matrix.length; i++)
    if (!Number.isFinite(matrix[i]!)) throw new RangeError(`a matrix entry is ${matrix[i]}`);
  const copy = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) copy[i * n + j] = copy[j * n + i] = matrix[i * n + j]!;
  return copy;
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  readonly off: Float64Array;
  /** Factors of the reflectors. */
  readonly scales: Float64Array;
}

/** Diagonal and next diagonal of Qᵀ A Q. The reflectors that make up Q stay in the rows of `a`, whose lower
 *  triangle is not looked at. */
function tridiagonalise(a: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n);
  const off = new Float64Array(n);
  const scales = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    // Column k below the diagonal, read as row k by symmetry, becomes (alpha, 0, …, 0).
    const row = k * n;
    const norm = lengthOf(a, row + k + 1, row + n);
    if (norm === 0) continue;
    const head = a[row + k + 1]!;
    const alpha = head > 0 ? -norm : norm;
    for (let j = k + 1; j < n; j++) a[row + j]! /= norm;
    a[row + k + 1] = (head - alpha) / norm;
    const v = a.subarray(row, row + n);
    const beta = 1 / (1 + Math.abs(head) / norm);
    scales[k] = beta;
    off[k] = alpha;
    reflect(a, n, k + 1, v, beta, p);
  }
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i]!;
  if (n > 1) off[n - 2] = a[(n - 2) * n + n - 1]!;
  return { diagonal, off, scales };
}

/** Euclidean length of a part, without overflow or underflow. */
function lengthOf(values: Float64Array, from: number, to: number): number {
  let largest = 0;
  for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(values[i]!));
  if (largest === 0) return 0;
  let sum = 0;
  for (let i = from; i < to; i++) sum += (values[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** Trailing block A := H A H with H = I - beta v vᵀ, as the symmetric rank-two update A - v wᵀ - w vᵀ of
 *  the upper triangle. */
function reflect(
  a: Float64Array,
  n: number,
  from: number,
  v: Float64Array,
  beta: number,
  p: Float64Array,
): void {
  p.fill(0, from);
  for (let i = from; i < n; i++) {
    const vi = v[i]!;
    let sum = a[i * n + i]! * vi;
    for (let j = i + 1, at = i * n + j; j < n; j++, at++) {
      const entry = a[at]!;
      sum += entry * v[j]!;
      p[j] = p[j]! + entry * vi;
    }
    p[i] = p[i]! + sum;
  }
  let inner = 0;
  for (let i = from; i < n; i++) {
    p[i] = beta * p[i]!;
    inner += p[i]! * v[i]!;
  }
  const half = (beta * inner) / 2;
  for (let i = from; i < n; i++) p[i]! -= half * v[i]!;
  for (let i = from; i < n; i++) {
    const vi = v[i]!;
    const wi = p[i]!;
    for (let j = i, at = i * n + i; j < n; j++, at++) a[at]! -= vi * p[j]! + wi * v[j]!;
  }
}

/** Qᵀ = H_(n-3) … H_0 in the place of the reflectors, accumulated backwards so that each touches only its
 *  trailing block. */
function formBasis(a: Float64Array, n: number, scales: Float64Array): void {
  const v = new Float64Array(n);
  const p = new Float64Array(n);
  for (let i = Math.max(0, n - 2); i < n; i++) {
    for (let j = 0; j < n; j++) a[i * n + j] = i === j ? 1 : 0;
    for (let j = 0; j < i; j++) a[j * n + i] = j < n - 2 ? a[j * n + i]! : 0;
  }
  for (let k = n - 3; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) v[j] = a[k * n + j]!;
    const beta = scales[k]!;
    if (beta !== 0) {
      // Q := H Q on the trailing block; the block holds Qᵀ, so Qᵀ := Qᵀ H, row by row.
      for (let i = k + 1; i < n; i++) {
        let sum = 0;
        for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++) sum += a[at]! * v[j]!;
        p[i] = beta * sum;
        for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++) a[at]! -= p[i]! * v[j]!;
      }
    }
    for (let j = 0; j < n; j++) a[k * n + j] = j === k ? 1 : 0;
    for (let i = k + 1; i < n; i++) a[i * n + k] = 0;
  }
}

/** Diagonalises; the rows of `basis`, where given, are turned along. */
function implicitQL(d: Float64Array, e: Float64Array, n: number, basis?: Float64Array): void {
  const turns: Turns = { sines: new Float64Array(n), cosines: new Float64Array(n) };
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      let m = l;
      for (; m < n - 1; m++) {
        const scale = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
        if (Math.abs(e[m]!) <= Number.EPSILON * scale) break;
      }
      if (m === l) break;
      if (sweep === MOST_SWEEPS) throw new RangeError(`eigenvalue ${l} of ${n} did not converge`);
      const last = sweepOnce(d, e, l, m, turns);
      if (basis !== undefined) turnRows(basis, n, m - 1, last, turns);
    }
  }
}

/** Plane rotations of one sweep: entry i turns rows i and i + 1. */
interface Turns {
  readonly sines: Float64Array;
  readonly cosines: Float64Array;
}

/** One implicitly shifted QL sweep on the unreduced block l … m, whose rotations run from m - 1 down to the
 *  index returned. */
function sweepOnce(d: Float64Array, e: Float64Array, l: number, m: number, turns: Turns): number {
  const gap = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.hypot(gap, 1);
  let g = d[m]! - d[l]! + e[l]! / (gap + (gap >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let shift = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= shift;
      e[m] = 0;
      return i + 1;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1]! - shift;
    const turn = (d[i]! - g) * sine + 2 * cosine * b;
    shift = sine * turn;
    d[i + 1] = g + shift;
    g = cosine * turn - b;
    turns.sines[i] = sine;
    turns.cosines[i] = cosine;
  }
  d[l]! -= shift;
  e[l] = g;
  e[m] = 0;
  return l;
}

/** Rotations `first` down to `last`, two at a time: the row between them is loaded once. */
function turnRows(basis: Float64Array, n: number, first: number, last: number, turns: Turns): void {
  let i = first;
  for (; i > last; i -= 2) {
    const [s, c] = [turns.sines[i]!, turns.cosines[i]!];
    const [t, k] = [turns.sines[i - 1]!, turns.cosines[i - 1]!];
    const end = i * n;
    for (let at = end - n; at < end; at++) {
      const upper = basis[at + 2 * n]!;
      const middle = basis[at + n]!;
      const lower = basis[at]!;
      const turned = c * middle - s * upper;
      basis[at + 2 * n] = s * middle + c * upper;
      basis[at + n] = t * lower + k * turned;
      basis[at] = k * lower - t * turned;
    }
  }
  if (i < last) return;
  const [s, c] = [turns.sines[i]!, turns.cosines[i]!];
  for (let at = i * n; at < (i + 1) * n; at++) {
    const upper = basis[at + n]!;
    const lower = basis[at]!;
    basis[at + n] = s * lower + c * upper;
    basis[at] = c * lower - s * upper;
  }
}
