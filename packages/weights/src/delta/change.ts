import type { TensorRole } from '../canonical/model.ts';
import type { TensorMeasure } from './tensor-pass.ts';

/** What accounts for a tensor's difference without further training. */
export type Explanation = 'identical' | 'cast' | 'requantised' | 'zeroed';

/** Elements from which a tensor's cosine says anything. */
const FEWEST_ELEMENTS = 256;
/** Median cosine of matrices in place from which the pair counts as kin in place; strangers give 0. */
const KIN = 0.2;
/** Further zeros from which a tensor counts as sparsified. */
const ZEROED_SHARE = 0.1;
/** Share of surviving (or on-grid) elements that must agree for the explanation to hold. */
const NEARLY_ALL = 0.95;

const VOCABULARY: ReadonlySet<TensorRole | undefined> = new Set(['embedding', 'head', 'position-embedding']);

export function isMatrix(measure: TensorMeasure): boolean {
  return !measure.bias && measure.pair.subject.rows > 1 && measure.counts.elements >= FEWEST_ELEMENTS;
}

/** Median cosine of the layers' matrices (of all matrices where none has a layer); 0 where there are none. */
export function cosineInPlace(measures: readonly TensorMeasure[]): number {
  const matrices = measures.filter(isMatrix);
  const layered = matrices.filter((measure) => measure.role !== undefined && !VOCABULARY.has(measure.role));
  return median((layered.length > 0 ? layered : matrices).map((measure) => measure.cosine));
}

/** Whether the tensors, as they stand, resemble each other more than strangers' do. */
export function kinInPlace(measures: readonly TensorMeasure[]): boolean {
  return cosineInPlace(measures) > KIN;
}

/** A matrix that resembles its counterpart no more than a stranger's. */
export function unlike(measure: TensorMeasure): boolean {
  return isMatrix(measure) && measure.cosine < KIN;
}

/** The explanation that accounts for the whole difference of a tensor, if one does. */
export function explanationOf(measure: TensorMeasure): Explanation | undefined {
  if (measure.identical || measure.counts.equal === measure.counts.elements) return 'identical';
  if (measure.cast !== undefined) return 'cast';
  if (measure.rounding.requantised !== undefined) return 'requantised';
  if ((measure.rounding.withinHalfStep ?? 0) >= NEARLY_ALL) return 'requantised';
  const cut = (['reference', 'subject'] as const).some((from) => onlyZeroed(seenFrom(measure, from)));
  return cut ? 'zeroed' : undefined;
}

/** Whether the subject has far more exact zeros than the reference. */
export function zeroed(measure: TensorMeasure): boolean {
  return measure.zeroShareSubject - measure.zeroShareReference >= ZEROED_SHARE;
}

/** Whether new zeros account for the whole difference. */
export function onlyZeroed(measure: TensorMeasure): boolean {
  return zeroed(measure) && survivorsAgree(measure);
}

/** The measure with the two sides exchanged where the subject is taken as the earlier one. */
export function seenFrom(measure: TensorMeasure, from: 'reference' | 'subject'): TensorMeasure {
  if (from === 'reference') return measure;
  const { counts } = measure;
  return {
    ...measure,
    zeroShareReference: measure.zeroShareSubject,
    zeroShareSubject: measure.zeroShareReference,
    counts: {
      ...counts,
      zerosReference: counts.zerosSubject,
      zerosSubject: counts.zerosReference,
      twoOfFourReference: counts.twoOfFourSubject,
      twoOfFourSubject: counts.twoOfFourReference,
    },
  };
}

export function survivorsAgree(measure: TensorMeasure): boolean {
  return survivorShare(measure) >= NEARLY_ALL;
}

/** Share of the subject's non-zero elements that equal the reference's. */
export function survivorShare(measure: TensorMeasure): number {
  const { elements, zerosSubject, equal, equalZeros } = measure.counts;
  const survivors = elements - zerosSubject;
  return survivors === 0 ? 1 : (equal - equalZeros) / survivors;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
