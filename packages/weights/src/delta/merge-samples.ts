import type { RandomStream } from '@filiation/stats';
import type { CanonicalModel, CanonicalTensor, TensorRole } from '../canonical/model.ts';
import { spacing } from './precision.ts';
import { addToMeasure, newMeasure, ratios } from './running-measure.ts';
import { placeLabel } from './tensor-side.ts';

/** The same sampled elements of one tensor in every model of a merge. */
export interface MergeSample {
  readonly label: string;
  readonly role: TensorRole;
  readonly layer: number | undefined;
  readonly base: Float32Array | undefined;
  readonly subject: Float32Array;
  readonly candidates: readonly Float32Array[];
  /** Expected squared length of the subject's rounding errors. */
  readonly roundingFloor: number;
}

/** A tensor that every model has in the same shape. */
export interface MergePlace {
  readonly label: string;
  readonly base: CanonicalTensor | undefined;
  readonly subject: CanonicalTensor;
  readonly candidates: readonly CanonicalTensor[];
}

export interface MergeModels {
  readonly base: CanonicalModel | undefined;
  readonly subject: CanonicalModel;
  readonly candidates: readonly CanonicalModel[];
}

/** Fewer elements than this fix no coefficient worth listing. */
const FEWEST_ELEMENTS = 1024;

/** Matrices all models share, and labels of those left out. */
export function mergePlaces(models: MergeModels): { places: MergePlace[]; skipped: string[] } {
  const places: MergePlace[] = [];
  const skipped: string[] = [];
  for (const subject of models.subject.tensors) {
    if (subject.bias || subject.rows < 2 || subject.rows * subject.columns < FEWEST_ELEMENTS) continue;
    const label = placeLabel(subject.role, subject.layer, subject.expert, false);
    const same = (model: CanonicalModel): CanonicalTensor | undefined => {
      const options = subject.expert === undefined ? {} : { expert: subject.expert };
      const found = model.find(subject.role, subject.layer, options);
      return found?.rows === subject.rows && found.columns === subject.columns ? found : undefined;
    };
    const base = models.base === undefined ? undefined : same(models.base);
    const candidates = models.candidates.map(same).filter((tensor) => tensor !== undefined);
    if (candidates.length < models.candidates.length || (models.base !== undefined && base === undefined))
      skipped.push(label);
    else places.push({ label, base, subject, candidates });
  }
  return { places, skipped };
}

/** Reads seeded rows, at most `elements` of them in all (at least one row). */
export async function readSample(
  models: MergeModels,
  place: MergePlace,
  elements: number,
  stream: RandomStream,
): Promise<MergeSample> {
  const { subject } = place;
  const rows = stream.sample(subject.rows, Math.max(1, Math.floor(elements / subject.columns)));
  const read = async (model: CanonicalModel, tensor: CanonicalTensor): Promise<Float32Array> =>
    (await model.read(tensor, { rows, asStored: true })).data;
  const held = await read(models.subject, subject);
  const candidates: Float32Array[] = [];
  for (const [index, tensor] of place.candidates.entries())
    candidates.push(await read(models.candidates[index]!, tensor));
  return {
    label: place.label,
    role: subject.role,
    layer: subject.layer,
    base: place.base === undefined ? undefined : await read(models.base!, place.base),
    subject: held,
    candidates,
    roundingFloor: roundingFloor(held),
  };
}

/** Rounding errors are uniform within half a grid step: a twelfth of the squared step each. */
function roundingFloor(values: Float32Array): number {
  const measure = newMeasure();
  addToMeasure(measure, values, values, 0);
  const bits = ratios(measure).mantissaBitsSubject;
  let sum = 0;
  for (const value of values) if (Number.isFinite(value)) sum += spacing(value, bits) ** 2 / 12;
  return sum;
}

export function minus(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - b[i]!);
}
