import { compareChunks } from '../kernel/vector.ts';
import { bitsUsed } from './precision.ts';

/** Sums over corresponding elements of two tensors, gathered chunk by chunk. */
export interface RunningMeasure {
  elements: number;
  /** Equal bit for bit as float32, which for stored float16, bfloat16 and float32 means equal bytes. */
  equal: number;
  /** Sums over the elements finite in both. */
  squaresReference: number;
  squaresSubject: number;
  squaresDifference: number;
  product: number;
  zerosReference: number;
  zerosSubject: number;
  /** Equal elements that are zero; the other equal ones are what pruning left untouched. */
  equalZeros: number;
  nonFiniteReference: number;
  nonFiniteSubject: number;
  /** Aligned groups of four along a row; those with two or more exact zeros (2:4 sparsity). */
  groupsOfFour: number;
  twoOfFourReference: number;
  twoOfFourSubject: number;
  /** OR of the float32 words: which mantissa bits occur. */
  wordsReference: number;
  wordsSubject: number;
}

export function newMeasure(): RunningMeasure {
  return {
    elements: 0,
    equal: 0,
    squaresReference: 0,
    squaresSubject: 0,
    squaresDifference: 0,
    product: 0,
    zerosReference: 0,
    zerosSubject: 0,
    equalZeros: 0,
    nonFiniteReference: 0,
    nonFiniteSubject: 0,
    groupsOfFour: 0,
    twoOfFourReference: 0,
    twoOfFourSubject: 0,
    wordsReference: 0,
    wordsSubject: 0,
  };
}

const EXPONENT = 0x7f800000;
const MAGNITUDE = 0x7fffffff;

/** Adds corresponding elements of the reference (a) and the subject (b), rows of `columns` elements. */
export function addToMeasure(
  measure: RunningMeasure,
  a: Float32Array,
  b: Float32Array,
  columns: number,
): void {
  const compared = compareChunks(a, b);
  const wordsA = new Int32Array(a.buffer, a.byteOffset, a.length);
  const wordsB = new Int32Array(b.buffer, b.byteOffset, b.length);
  measure.elements += a.length;
  measure.squaresReference += compared.sumSquaresA;
  measure.squaresSubject += compared.sumSquaresB;
  measure.squaresDifference += compared.sumSquaresDifference;
  measure.product += compared.dot;
  measure.zerosReference += compared.zerosA;
  measure.zerosSubject += compared.zerosB;
  if (compared.nonFinite > 0) addWordsWithCare(measure, wordsA, wordsB);
  else addWords(measure, wordsA, wordsB);
  addZeros(measure, wordsA, wordsB, columns, compared.zerosA + compared.zerosB);
}

function addWords(measure: RunningMeasure, wordsA: Int32Array, wordsB: Int32Array): void {
  let [equal, orA, orB] = [0, 0, 0];
  for (let i = 0; i < wordsA.length; i++) {
    const wordA = wordsA[i]!;
    const wordB = wordsB[i]!;
    if (wordA === wordB) equal++;
    orA |= wordA;
    orB |= wordB;
  }
  measure.equal += equal;
  measure.wordsReference |= orA;
  measure.wordsSubject |= orB;
}

/** As above, where some numbers are not finite: their mantissas say nothing of precision. */
function addWordsWithCare(measure: RunningMeasure, wordsA: Int32Array, wordsB: Int32Array): void {
  for (let i = 0; i < wordsA.length; i++) {
    const wordA = wordsA[i]!;
    const wordB = wordsB[i]!;
    if (wordA === wordB) measure.equal++;
    if ((wordA & EXPONENT) === EXPONENT) measure.nonFiniteReference++;
    else measure.wordsReference |= wordA;
    if ((wordB & EXPONENT) === EXPONENT) measure.nonFiniteSubject++;
    else measure.wordsSubject |= wordB;
  }
}

function addZeros(
  measure: RunningMeasure,
  wordsA: Int32Array,
  wordsB: Int32Array,
  columns: number,
  zeros: number,
): void {
  if (columns > 0) measure.groupsOfFour += Math.floor(columns / 4) * (wordsA.length / columns);
  if (zeros === 0) return;
  for (let i = 0; i < wordsA.length; i++)
    if (wordsA[i] === wordsB[i] && (wordsA[i]! & MAGNITUDE) === 0) measure.equalZeros++;
  for (let start = 0; start + columns <= wordsA.length && columns >= 4; start += columns)
    for (let at = start; at + 4 <= start + columns; at += 4) {
      if (zerosOfFour(wordsA, at) >= 2) measure.twoOfFourReference++;
      if (zerosOfFour(wordsB, at) >= 2) measure.twoOfFourSubject++;
    }
}

function zerosOfFour(words: Int32Array, at: number): number {
  let zeros = 0;
  for (let k = 0; k < 4; k++) if ((words[at + k]! & MAGNITUDE) === 0) zeros++;
  return zeros;
}

export interface Ratios {
  /** ||B - A|| / ||A||; 0 where both are zero, 1 where only A is. */
  readonly relativeChange: number;
  /** Cosine of the flattened tensors; 0 where either is zero. */
  readonly cosine: number;
  readonly equalShare: number;
  readonly zeroShareReference: number;
  readonly zeroShareSubject: number;
  readonly mantissaBitsReference: number;
  readonly mantissaBitsSubject: number;
}

export function ratios(measure: RunningMeasure): Ratios {
  const { squaresReference: xx, squaresSubject: yy, squaresDifference: dd, elements } = measure;
  const share = (count: number): number => (elements === 0 ? 0 : count / elements);
  return {
    relativeChange: xx > 0 ? Math.sqrt(dd / xx) : yy > 0 ? 1 : 0,
    cosine: xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, measure.product / Math.sqrt(xx * yy))) : 0,
    equalShare: share(measure.equal),
    zeroShareReference: share(measure.zerosReference),
    zeroShareSubject: share(measure.zerosSubject),
    mantissaBitsReference: bitsUsed(measure.wordsReference),
    mantissaBitsSubject: bitsUsed(measure.wordsSubject),
  };
}
