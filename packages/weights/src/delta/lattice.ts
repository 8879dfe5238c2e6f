import { type Matrix, matrix, row } from '../matrix.ts';

/** A way weights are rounded to few levels: each group of a row is scaled by its largest magnitude. */
export interface Lattice {
  /** `int8 per row`, `int4 groups of 32`, `nf4 groups of 64`. */
  readonly name: string;
  /** Weights that share a scale; 0 is a whole row. */
  readonly group: number;
  /** Largest code of evenly spaced levels, reached by the largest magnitude; 0 for a table of levels. */
  readonly top: number;
  /** Levels in units of the largest magnitude, ascending. */
  readonly table?: readonly number[];
}

/** Levels of the 4-bit NormalFloat (Dettmers et al. 2023, arXiv 2305.14314, appendix E). */
const NF4: readonly number[] = [
  -1, -0.6961928, -0.52507305, -0.39491749, -0.28444138, -0.18477343, -0.09105004, 0, 0.0795803, 0.1609302,
  0.2461123, 0.33791524, 0.44070983, 0.562617, 0.72295684, 1,
];

/** Row-wise and grouped absmax rounding as common tools do it; 8 is the top code of Q4_0, 128 of some int8. */
export const LATTICES: readonly Lattice[] = [
  ...[0, 32, 64, 128].flatMap((group) =>
    [7, 8, 127, 128].map((top) => ({
      name: `int${top < 10 ? 4 : 8} ${group === 0 ? 'per row' : `groups of ${group}`}`,
      group,
      top,
    })),
  ),
  { name: 'nf4 groups of 64', group: 64, top: 0, table: NF4 },
];

/** Share of values on the lattice from which a tensor counts as rounded to it. */
const ON_LATTICE = 0.98;
/** Share on the first row below which the others are not looked at. */
const WORTH_LOOKING = 0.9;
/** Above this share by chance (a grid as fine as the storage), the lattice cannot be told. */
const TOO_FINE = 0.5;
/** Rounded values may miss the predicted level by this share of a step (scales stored in float16). */
const LEVEL_TOLERANCE = 0.25;

export interface LatticeFit {
  readonly lattice: Lattice;
  /** Share of values on the lattice. */
  readonly share: number;
  /** Share that values without any lattice would reach at the same tolerance. */
  readonly chance: number;
}

/** The lattice that these rows lie on, found from the rows alone. `bits` is the mantissa bits they use. */
export function findLattice(rows: Matrix, bits: number): LatticeFit | undefined {
  let best: LatticeFit | undefined;
  for (const lattice of LATTICES) {
    const first = latticeShare(firstRow(rows), lattice, bits);
    if (first === undefined || first.share < WORTH_LOOKING) continue;
    const fit = latticeShare(rows, lattice, bits);
    if (fit !== undefined && fit.share >= ON_LATTICE && fit.chance <= TOO_FINE)
      if (best === undefined || fit.share - fit.chance > best.share - best.chance) best = fit;
  }
  return best;
}

function firstRow(rows: Matrix): Matrix {
  return matrix(Math.min(1, rows.rows), rows.columns, rows.data.subarray(0, rows.columns));
}

function latticeShare(rows: Matrix, lattice: Lattice, bits: number): LatticeFit | undefined {
  const relative = storageTolerance(bits);
  let [on, counted, chance] = [0, 0, 0];
  const usable = eachGroup(rows, lattice, (values, scale) => {
    for (const value of values) {
      // zeros lie on every lattice, and the largest magnitude on it by construction
      if (value === 0 || Math.abs(value) === scale) continue;
      const [level, gap] = nearestLevel(value / scale, lattice);
      const tolerance = (Math.abs(value) / scale) * relative;
      if (Math.abs(value / scale - level) <= tolerance) on++;
      chance += Math.min(1, (2 * tolerance) / gap);
      counted++;
    }
  });
  if (!usable || counted === 0) return undefined;
  return { lattice, share: on / counted, chance: chance / counted };
}

export interface RequantisedFit {
  readonly lattice: Lattice;
  /** Share of the subject's values that equal the reference's rounded to the lattice. */
  readonly share: number;
}

/** The lattice for which `rounded` is `original` rounded to it, scales taken from `original`. */
export function findRequantised(original: Matrix, rounded: Matrix, bits: number): RequantisedFit | undefined {
  let best: RequantisedFit | undefined;
  for (const lattice of LATTICES) {
    if (requantisedShare(firstRow(original), firstRow(rounded), lattice, bits) < WORTH_LOOKING) continue;
    const share = requantisedShare(original, rounded, lattice, bits);
    if (share >= ON_LATTICE && (best === undefined || share > best.share)) best = { lattice, share };
  }
  return best;
}

function requantisedShare(original: Matrix, rounded: Matrix, lattice: Lattice, bits: number): number {
  const relative = storageTolerance(bits);
  let [agree, counted, moved] = [0, 0, 0];
  const usable = eachGroup(original, lattice, (values, scale, start) => {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Math.abs(value) === scale) continue;
      const [level, gap] = nearestLevel(value / scale, lattice);
      const other = rounded.data[start + i]! / scale;
      if (Math.abs(other - level) <= LEVEL_TOLERANCE * gap + Math.abs(level) * relative) agree++;
      if (other !== value / scale) moved++;
      counted++;
    }
  });
  // an unchanged tensor is a copy, not a rounding, even where it happens to lie on the lattice
  return usable && counted > 0 && moved > counted / 100 ? agree / counted : 0;
}

/** Share of values no further than half a step from the original: what rounding alone can have done. */
export function withinHalfStep(original: Matrix, rounded: Matrix, lattice: Lattice, bits: number): number {
  const relative = storageTolerance(bits);
  let [inside, counted] = [0, 0];
  eachGroup(rounded, lattice, (values, scale, start) => {
    for (let i = 0; i < values.length; i++) {
      const [level, , gap] = nearestLevel(values[i]! / scale, lattice);
      const distance = Math.abs(original.data[start + i]! / scale - values[i]! / scale);
      if (distance <= 0.5 * gap + (Math.abs(level) + gap) * relative) inside++;
      counted++;
    }
  });
  return counted === 0 ? 0 : inside / counted;
}

/** Distance between the levels around each value, in the units of the weights. */
export function latticeSteps(rows: Matrix, lattice: Lattice): Float32Array {
  const steps = new Float32Array(rows.data.length);
  eachGroup(rows, lattice, (values, scale, start) => {
    for (let i = 0; i < values.length; i++)
      steps[start + i] = nearestLevel(values[i]! / scale, lattice)[2] * scale;
  });
  return steps;
}

/** Scale (rounded to the storage), and value: each within half a unit in the last place, so twice that. */
function storageTolerance(bits: number): number {
  return 2 ** -Math.min(bits, 20);
}

/** Nearest level and the distances to its nearer and farther neighbour, in units of the scale. */
function nearestLevel(value: number, lattice: Lattice): [level: number, gap: number, wider: number] {
  if (lattice.table === undefined)
    return [Math.round(value * lattice.top) / lattice.top, 1 / lattice.top, 1 / lattice.top];
  let best = 0;
  for (let k = 1; k < lattice.table.length; k++)
    if (Math.abs(lattice.table[k]! - value) < Math.abs(lattice.table[best]! - value)) best = k;
  const level = lattice.table[best]!;
  const below = lattice.table[best - 1] ?? level - 0.3;
  const above = lattice.table[best + 1] ?? level + 0.3;
  return [level, Math.min(level - below, above - level), Math.max(level - below, above - level)];
}

/** Visits every group with its largest magnitude; false where rows do not divide into groups. */
function eachGroup(
  rows: Matrix,
  lattice: Lattice,
  visit: (values: Float32Array, scale: number, start: number) => void,
): boolean {
  const width = lattice.group === 0 ? rows.columns : lattice.group;
  if (width === 0 || rows.columns % width !== 0) return false;
  for (let i = 0; i < rows.rows; i++) {
    const values = row(rows, i);
    for (let start = 0; start < rows.columns; start += width) {
      const part = values.subarray(start, start + width);
      let scale = 0;
      for (const value of part) scale = Math.max(scale, Math.abs(value));
      if (scale > 0 && Number.isFinite(scale)) visit(part, scale, i * rows.columns + start);
    }
  }
  return true;
}
