import type { DescentDirection } from '@filiation/evidence';
import type { PairContext } from '../context.ts';
import { castText } from './casts.ts';
import { isMatrix, kinInPlace, median, onlyZeroed, seenFrom } from './change.ts';
import { layersKnown } from './layers-known.ts';
import type { TensorMeasure, TensorPass } from './tensor-pass.ts';

/** One observation that fits one order of descent better than the other. */
export interface DirectionSign {
  readonly kind:
    | 'rounding'
    | 'lattice'
    | 'zeros'
    | 'width'
    | 'depth'
    | 'vocabulary'
    | 'hub'
    | 'learned-structure';
  readonly direction: Exclude<DescentDirection, 'undetermined'>;
  /** `one-way`: information was lost, and the step back would have to invent it. `indication`: weaker,
   *  never decides. */
  readonly strength: 'one-way' | 'indication';
  readonly text: string;
}

/** Tensors that must show a one-way loss, as a share of those that differ. */
const MOST = 0.5;
/** Cosine of kept parts from which a smaller model counts as cut from the larger. */
const KEPT = 0.8;

/** Signs in the tensors themselves; strangers give none. */
export function tensorSigns(pair: PairContext, pass: TensorPass): DirectionSign[] {
  if (!kinInPlace(pass.measures)) return [];
  return [
    ...roundedSigns(pass.measures),
    ...latticeSigns(pass.measures),
    ...zeroSigns(pass.measures),
    ...sizeSigns(pair, pass),
  ];
}

function towards(from: 'reference' | 'subject'): DirectionSign['direction'] {
  return from === 'reference' ? 'reference-to-subject' : 'subject-to-reference';
}

/** A tensor that is the other one rounded came after it: the finer digits cannot be guessed. */
function roundedSigns(measures: readonly TensorMeasure[]): DirectionSign[] {
  return (['reference', 'subject'] as const).flatMap((from) => {
    const cast = measures.filter((measure) => measure.cast?.from === from);
    if (cast.length === 0 || !isMost(cast, measures)) return [];
    return [
      {
        kind: 'rounding' as const,
        direction: towards(from),
        strength: 'one-way' as const,
        text: `${cast.length} tensors are ${castText(cast[0]!.cast!)}, bit for bit, and the lost digits are in the ${from}`,
      },
    ];
  });
}

function latticeSigns(measures: readonly TensorMeasure[]): DirectionSign[] {
  return (['reference', 'subject'] as const).flatMap((from) => {
    const rounded = measures.filter((measure) => measure.rounding.requantised?.from === from);
    if (rounded.length === 0 || !isMost(rounded, measures)) return [];
    const names = [...new Set(rounded.map((measure) => measure.rounding.requantised!.as))].sort().join(', ');
    return [
      {
        kind: 'lattice' as const,
        direction: towards(from),
        strength: 'one-way' as const,
        text: `${rounded.length} tensors are the ${from}'s rounded to few levels (${names})`,
      },
    ];
  });
}

/** Zeros where the other has values, the rest equal: the zeroed values cannot be guessed. */
function zeroSigns(measures: readonly TensorMeasure[]): DirectionSign[] {
  const out: DirectionSign[] = [];
  for (const from of ['reference', 'subject'] as const) {
    const sparse = measures.filter((measure) => isMatrix(measure) && onlyZeroed(seenFrom(measure, from)));
    if (sparse.length > 0 && isMost(sparse, measures))
      out.push({
        kind: 'zeros',
        direction: towards(from),
        strength: 'one-way',
        text: `${sparse.length} matrices equal the ${from}'s except for zeros`,
      });
  }
  return out;
}

function isMost(shown: readonly TensorMeasure[], all: readonly TensorMeasure[]): boolean {
  const differing = all.filter((measure) => isMatrix(measure) && !measure.identical);
  return shown.filter(isMatrix).length >= MOST * Math.max(1, differing.length);
}

/** A part cut from a larger model is smaller; a model grown by repeating layers is larger. */
function sizeSigns(pair: PairContext, pass: TensorPass): DirectionSign[] {
  const matrices = pass.measures.filter(isMatrix);
  if (median(matrices.map((measure) => measure.cosine)) < KEPT) return [];
  return [...depthSigns(pair, pass), ...widthSigns(pair, pass), ...vocabularySigns(pair)];
}

function depthSigns(pair: PairContext, pass: TensorPass): DirectionSign[] {
  if (!layersKnown(pair.reference) || !layersKnown(pair.subject)) return [];
  const [a, b] = [pair.reference.architecture.layers, pair.subject.architecture.layers];
  const found = [...pass.pairing.layers.layers].filter((layer) => layer >= 0);
  const distinct = new Set(found).size;
  const sign = (direction: DirectionSign['direction'], text: string): DirectionSign[] => [
    { kind: 'depth', direction, strength: 'one-way', text },
  ];
  if (b < a && distinct === b)
    return sign(towards('reference'), `the subject is ${b} of the reference's ${a} layers`);
  if (b > a && distinct === a && found.length === a)
    return sign(towards('subject'), `the reference is ${a} of the subject's ${b} layers`);
  if (b > a && found.length === b && distinct <= a)
    return sign(towards('reference'), `the subject's ${b} layers repeat the reference's ${a}`);
  return [];
}

function widthSigns(pair: PairContext, pass: TensorPass): DirectionSign[] {
  const [a, b] = [pair.reference.architecture.mlpSize ?? 0, pair.subject.architecture.mlpSize ?? 0];
  const narrow = pass.measures.filter(
    (measure) => measure.role === 'mlp-up' && measure.pair.rows !== undefined,
  );
  if (a === b || narrow.length === 0) return [];
  const kept = median(narrow.map((measure) => measure.pair.rows!.subject.length)) / Math.min(a, b);
  if (kept < KEPT) return [];
  const [larger, smaller] = b < a ? (['reference', 'subject'] as const) : (['subject', 'reference'] as const);
  return [
    {
      kind: 'width',
      direction: towards(larger),
      strength: 'one-way',
      text: `the ${smaller}'s ${Math.min(a, b)} MLP units are among the ${larger}'s ${Math.max(a, b)}`,
    },
  ];
}

/** Token rows can be cut off as easily as added: never more than an indication. */
function vocabularySigns(pair: PairContext): DirectionSign[] {
  const [a, b] = [pair.reference.architecture.vocabularySize, pair.subject.architecture.vocabularySize];
  if (a === b || a === 0 || b === 0) return [];
  const longer = a > b ? 'reference' : 'subject';
  return [
    {
      kind: 'vocabulary',
      direction: towards(longer === 'subject' ? 'reference' : 'subject'),
      strength: 'indication',
      text: `the ${longer} has ${Math.abs(a - b)} more token rows, and tokens are usually added`,
    },
  ];
}
