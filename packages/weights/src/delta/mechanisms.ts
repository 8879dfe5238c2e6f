import type { PairContext } from '../context.ts';
import {
  cosineInPlace,
  type Explanation,
  explanationOf,
  isMatrix,
  kinInPlace,
  median,
  onlyZeroed,
  seenFrom,
  survivorShare,
  unlike,
  zeroed,
} from './change.ts';
import type { TensorSpectrum } from './difference-spectra.ts';
import { layersKnown } from './layers-known.ts';
import { precisionText } from './precision.ts';
import type { TensorMeasure, TensorPass } from './tensor-pass.ts';

/** A step between the two models that the data show. */
export interface SeenMechanism {
  readonly name: string;
  readonly detail: string;
}

/** Groups of four with two zeros that make a tensor 2:4 sparse. */
const ALL_GROUPS = 0.999;
/** Stored types whose values lie on a block lattice by definition. */
const BLOCK_TYPE = /^(I?Q\d|TQ|MXFP)/;

/** Mechanisms of a pair whose tensors resemble each other in place; none for strangers. */
export function mechanismsInPlace(
  pair: PairContext,
  pass: TensorPass,
  spectra: readonly TensorSpectrum[],
): SeenMechanism[] {
  if (!kinInPlace(pass.measures)) return [];
  const explained = new Map<Explanation | 'changed', TensorMeasure[]>();
  for (const measure of pass.measures) {
    const kind = explanationOf(measure) ?? 'changed';
    explained.set(kind, [...(explained.get(kind) ?? []), measure]);
  }
  const changed = explained.get('changed') ?? [];
  const tuned = changed.filter((measure) => !unlike(measure));
  return [
    ...shapes(pair, pass),
    ...casts(pass.measures, explained.get('cast') ?? []),
    ...quantised(pass.measures, explained.get('requantised') ?? []),
    ...sparsified(pass.measures),
    ...movedOrReplaced(changed.filter(unlike)),
    ...trained(tuned, explained.get('identical') ?? [], spectra),
  ];
}

function shapes(pair: PairContext, pass: TensorPass): SeenMechanism[] {
  const [a, b] = [pair.reference.architecture, pair.subject.architecture];
  const out: SeenMechanism[] = [];
  const kept = [...pass.pairing.layers.layers];
  const layers = kept.map((from) => (from < 0 ? '?' : String(from))).join(', ');
  const depthKnown = layersKnown(pair.reference) && layersKnown(pair.subject);
  if (depthKnown && b.layers < a.layers)
    out.push({ name: 'pruned-depth', detail: `${b.layers} of ${a.layers} layers kept: ${layers}` });
  else if (depthKnown && b.layers > a.layers)
    out.push({ name: 'expanded-depth', detail: `${b.layers} layers made of ${a.layers}: ${layers}` });
  else if (pass.pairing.layers.by === 'similarity' && kept.some((from, to) => from >= 0 && from !== to))
    out.push({ name: 'reordered-layers', detail: `layers in the order ${layers}` });
  const narrowed = pass.measures.filter(
    (measure) => measure.role === 'mlp-up' && measure.pair.rows !== undefined,
  );
  if (narrowed.length > 0) {
    const [wide, narrow] = [a.mlpSize ?? 0, b.mlpSize ?? 0];
    const recognised = sum(narrowed.map((measure) => measure.pair.rows!.subject.length));
    out.push({
      name: wide === narrow ? 'permuted' : narrow < wide ? 'pruned-width' : 'expanded-width',
      detail:
        `MLP units ${wide === narrow ? `${wide}, in another order` : `${wide} to ${narrow}`}; ` +
        `${recognised} kept units recognised in ${narrowed.length} layers`,
    });
  }
  if (a.vocabularySize !== b.vocabularySize) {
    const shared = pass.measures.find((measure) => measure.role === 'embedding')?.pair.rows?.reference.length;
    out.push({
      name: 'resized-vocabulary',
      detail: `${a.vocabularySize} to ${b.vocabularySize} token rows, ${shared ?? 0} shared`,
    });
  }
  return out;
}

function casts(all: readonly TensorMeasure[], cast: readonly TensorMeasure[]): SeenMechanism[] {
  if (cast.length === 0) return [];
  const to = new Set(
    cast.map((measure) => `${measure.cast!.from} rounded to ${measure.cast!.through.join(', then ')}`),
  );
  return [
    { name: 'cast', detail: `${cast.length} of ${all.length} tensors are the ${[...to].join(' or the ')}` },
  ];
}

function quantised(all: readonly TensorMeasure[], explained: readonly TensorMeasure[]): SeenMechanism[] {
  const blocks = all.filter(
    ({ pair }) =>
      BLOCK_TYPE.test(pair.subject.stored.dtype) && pair.subject.stored.dtype !== pair.reference.stored.dtype,
  );
  if (blocks.length > 0) {
    const types = [...new Set(blocks.map(({ pair }) => pair.subject.stored.dtype))].sort().join(', ');
    return [
      { name: 'quantised', detail: `${blocks.length} of ${all.length} tensors are stored as ${types}` },
    ];
  }
  const onLattice = all.filter(
    ({ rounding }) =>
      rounding.subject !== undefined && rounding.subject.lattice.name !== rounding.reference?.lattice.name,
  );
  const down = explained.filter(({ rounding }) => rounding.requantised?.from === 'reference');
  const up = explained.filter(({ rounding }) => rounding.requantised?.from === 'subject');
  const out: SeenMechanism[] = [];
  const names = [
    ...down.map(({ rounding }) => rounding.requantised!.as),
    ...onLattice.map(({ rounding }) => rounding.subject!.lattice.name),
  ];
  if (names.length > 0)
    out.push({
      name: 'quantised',
      detail:
        `${onLattice.length} tensors lie on a lattice of few levels, ` +
        `${down.length} are the reference's own values rounded (${distinct(names)})`,
    });
  if (up.length > 0)
    out.push({
      name: 'quantised',
      detail: `${up.length} tensors of the reference are the subject's rounded (${distinct(up.map(({ rounding }) => rounding.requantised!.as))})`,
    });
  return out;
}

function distinct(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ');
}

function sparsified(all: readonly TensorMeasure[]): SeenMechanism[] {
  return (['reference', 'subject'] as const).flatMap((from) => {
    const other = from === 'reference' ? 'subject' : 'reference';
    const sparse = all
      // few levels bring zeros of their own
      .filter((measure) => isMatrix(measure) && measure.rounding[other] === undefined)
      .map((measure) => seenFrom(measure, from))
      // what the reference lacks counts as its pruning only where nothing else differs
      .filter((measure) => (from === 'reference' ? zeroed(measure) : onlyZeroed(measure)));
    if (sparse.length === 0) return [];
    const zeros = median(sparse.map((measure) => measure.zeroShareSubject));
    const kept = median(sparse.map(survivorShare));
    const twoOfFour = sparse.filter(
      ({ counts }) => counts.groupsOfFour > 0 && counts.twoOfFourSubject >= ALL_GROUPS * counts.groupsOfFour,
    );
    const pattern = twoOfFour.length > 0 ? `; 2:4 pattern in ${twoOfFour.length}` : '';
    return [
      {
        name: 'sparsified',
        detail:
          `${sparse.length} matrices of the ${other} have new exact zeros (median ${percent(zeros)} of elements), ` +
          `${percent(kept)} of what remains equals the ${from}${pattern}`,
      },
    ];
  });
}

function movedOrReplaced(measures: readonly TensorMeasure[]): SeenMechanism[] {
  if (measures.length === 0) return [];
  const roles = [...new Set(measures.map((measure) => measure.role ?? measure.label))].sort().join(', ');
  return [
    {
      name: 'moved-or-replaced-parts',
      detail: `${measures.length} matrices (${roles}) resemble nothing in their place although others do`,
    },
  ];
}

function trained(
  changed: readonly TensorMeasure[],
  identical: readonly TensorMeasure[],
  spectra: readonly TensorSpectrum[],
): SeenMechanism[] {
  const matrices = changed.filter(isMatrix);
  if (matrices.length === 0) return [];
  const out: SeenMechanism[] = [];
  const low = spectra.filter((spectrum) => spectrum.kind === 'low-rank');
  const full = spectra.filter((spectrum) => spectrum.kind === 'full-rank');
  const coarse = spectra.filter((spectrum) => spectrum.kind === 'unresolved');
  const change = median(matrices.map((measure) => measure.relativeChange));
  const size = `median relative change ${change.toPrecision(3)}, median cosine ${cosineInPlace(changed).toFixed(4)}`;
  if (low.length > 0) {
    const ranks = [...new Set(low.map((spectrum) => spectrum.rank))].sort((x, y) => x - y);
    const roles = [...new Set(low.map((spectrum) => spectrum.role ?? spectrum.label))].sort().join(', ');
    out.push({
      name: 'low-rank',
      detail:
        `the change of ${low.length} of ${spectra.length} decomposed matrices has rank ${ranks.join(', ')} ` +
        `(${roles}) and rounding beneath; ${size}`,
    });
  }
  if (full.length > 0 || (coarse.length > 0 && low.length === 0))
    out.push({
      name: 'fine-tune',
      detail:
        full.length > 0
          ? `full-rank change in ${full.length} of ${spectra.length} decomposed matrices; ${size}`
          : `a change too small against ${precisionText(matrices[0]!.mantissaBitsSubject)} for its rank to be told; ${size}`,
    });
  // norms alone often stay as they are
  if (out.length > 0 && identical.some(isMatrix))
    out.push(frozen(identical, changed.length + identical.length));
  return out;
}

function frozen(identical: readonly TensorMeasure[], all: number): SeenMechanism {
  const roles = [...new Set(identical.map((measure) => measure.role ?? measure.label))].sort();
  const named = roles.slice(0, 8).join(', ') + (roles.length > 8 ? ' …' : '');
  return { name: 'frozen-parts', detail: `${identical.length} of ${all} tensors unchanged (${named})` };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
