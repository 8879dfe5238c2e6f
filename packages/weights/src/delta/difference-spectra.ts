import type { RandomStream } from '@filiation/stats';
import type { TensorRole } from '../canonical/model.ts';
import type { PairContext } from '../context.ts';
import { matrix } from '../matrix.ts';
import { median } from './change.ts';
import { latticeSteps } from './lattice.ts';
import { type DifferenceSpectrum, numericalRank } from './numerical-rank.ts';
import { spacing } from './precision.ts';
import { correspondingChunk, type TensorMeasure } from './tensor-pass.ts';

/** Tensors whose difference is decomposed. */
export const SPECTRUM_TENSORS: number = 12;
/** Largest part of one that is: the rank of a part never exceeds the whole's, and equals it while it is
 *  well below the part's shorter side. The first look is smaller; a part that seems of full rank there
 *  is looked at again, until `CONFIRMED` of them were of full rank in the large part too. */
export const FIRST_SIDE: number = 192;
export const SHORTER_SIDE: number = 512;
export const LONGER_SIDE: number = 4096;
const CONFIRMED = 2;
/** Smaller matrices have no room for a low rank. */
const SMALLEST_SIDE = 16;
/** A low rank stands out from what follows it by this ratio of singular values. */
const CLEAR_GAP = 1.5;
/** Where this share of elements did not move, and the median move of the others is below this many grid
 *  steps, the change is lost in the storage grid. */
const UNMOVED_SHARE = 0.25;
const LOST_STEPS = 3;
const DRAWN_MOVES = 4096;

/** What the difference of a tensor looks like. `rounding`: nothing above the rounding floor.
 *  `unresolved`: too small against the storage grid for its rank to be told. */
export type ChangeKind = 'low-rank' | 'full-rank' | 'rounding' | 'unresolved';

export interface TensorSpectrum extends DifferenceSpectrum {
  readonly label: string;
  readonly role: TensorRole | undefined;
  readonly layer: number | undefined;
  /** Rows and columns decomposed. */
  readonly rows: number;
  readonly columns: number;
  readonly kind: ChangeKind;
}

/** Decomposes the differences of a seeded choice of changed matrices, every role before a second layer. */
export async function differenceSpectra(
  context: PairContext,
  changed: readonly TensorMeasure[],
): Promise<TensorSpectrum[]> {
  const out: TensorSpectrum[] = [];
  const chosen = chooseTensors(context, changed);
  let confirmed = 0;
  for (const [index, measure] of chosen.entries()) {
    context.progress(`decomposing the change of ${measure.label}`, index / chosen.length);
    let spectrum = await spectrumOf(context, measure, FIRST_SIDE);
    const cut = Math.min(...sides(measure)) > FIRST_SIDE;
    if (spectrum.kind === 'full-rank' && cut && confirmed < CONFIRMED) {
      spectrum = await spectrumOf(context, measure, SHORTER_SIDE);
      if (spectrum.kind === 'full-rank') confirmed++;
    }
    out.push(spectrum);
  }
  return out;
}

function chooseTensors(context: PairContext, changed: readonly TensorMeasure[]): TensorMeasure[] {
  const stream = context.random('difference-spectra');
  const usable = changed.filter((measure) => Math.min(...sides(measure)) >= SMALLEST_SIDE);
  const byRole = new Map<string, TensorMeasure[]>();
  for (const at of stream.permutation(usable.length)) {
    const measure = usable[at]!;
    const role = measure.role ?? '';
    byRole.set(role, [...(byRole.get(role) ?? []), measure]);
  }
  const rounds = [...byRole.keys()].sort().map((role) => byRole.get(role)!);
  const chosen: TensorMeasure[] = [];
  for (let round = 0; chosen.length < Math.min(SPECTRUM_TENSORS, usable.length); round++)
    for (const measures of rounds) {
      const next = measures[round];
      if (next !== undefined && chosen.length < SPECTRUM_TENSORS) chosen.push(next);
    }
  return chosen;
}

function sides(measure: TensorMeasure): [number, number] {
  const { pair } = measure;
  return [
    pair.rows?.reference.length ?? pair.reference.rows,
    pair.columns?.reference.length ?? pair.reference.columns,
  ];
}

async function spectrumOf(
  context: PairContext,
  measure: TensorMeasure,
  shorter: number,
): Promise<TensorSpectrum> {
  const stream = context.random(`difference-spectra/${measure.label}`);
  const [height, width] = sides(measure);
  // the longer side may keep more: the cost is the square of the shorter
  const tall = height > width;
  const rows = stream.sample(height, tall ? LONGER_SIDE : shorter);
  const [a, b] = await correspondingChunk(measure.pair, rows);
  const columns = stream.sample(a.columns, tall ? shorter : LONGER_SIDE);
  const difference = matrix(rows.length, columns.length);
  const steps = new Float32Array(difference.data.length);
  const { mantissaBitsReference: bitsA, mantissaBitsSubject: bitsB } = measure;
  const lattice = measure.pair.columns === undefined ? measure.rounding.subject : undefined;
  const stepsOfLattice = lattice === undefined ? undefined : latticeSteps(b, lattice.lattice);
  for (let i = 0; i < rows.length; i++)
    for (let j = 0; j < columns.length; j++) {
      const from = i * a.columns + columns[j]!;
      const change = b.data[from]! - a.data[from]!;
      const to = i * columns.length + j;
      difference.data[to] = Number.isFinite(change) ? change : 0;
      steps[to] =
        stepsOfLattice?.[from] ?? Math.max(spacing(b.data[from]!, bitsB), spacing(a.data[from]!, bitsA));
    }
  const spectrum = numericalRank(difference, steps, stream);
  return {
    ...spectrum,
    label: measure.label,
    role: measure.role,
    layer: measure.layer,
    rows: rows.length,
    columns: columns.length,
    kind: kindOf(spectrum, stepsOfLattice === undefined && lostInGrid(difference.data, steps, stream)),
  };
}

function lostInGrid(difference: Float32Array, steps: Float32Array, stream: RandomStream): boolean {
  const moves: number[] = [];
  for (let draw = 0; draw < DRAWN_MOVES; draw++) {
    const i = stream.integer(steps.length);
    moves.push(steps[i]! > 0 ? Math.abs(difference[i]!) / steps[i]! : 0);
  }
  const moved = moves.filter((move) => move > 0);
  return 1 - moved.length / moves.length > UNMOVED_SHARE && median(moved) < LOST_STEPS;
}

function kindOf(spectrum: DifferenceSpectrum, lost: boolean): ChangeKind {
  if (spectrum.rank === 0) return 'rounding';
  if (lost) return 'unresolved';
  const room = spectrum.singularValues.length / 2;
  return spectrum.rank <= room && spectrum.gap >= CLEAR_GAP ? 'low-rank' : 'full-rank';
}
