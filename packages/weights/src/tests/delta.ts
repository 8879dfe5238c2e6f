import type { JsonObject, PartFinding, TestOutcome } from '@filiation/evidence';
import type { CanonicalModel } from '../canonical/model.ts';
import type { PairContext } from '../context.ts';
import {
  type AlignedDelta,
  alignedDelta,
  alignedTable,
  changeAligned,
  cosineAligned,
} from '../delta/aligned-delta.ts';
import { cosineInPlace, explanationOf, isMatrix, kinInPlace, median, unlike } from '../delta/change.ts';
import {
  differenceSpectra,
  LONGER_SIDE,
  SHORTER_SIDE,
  SPECTRUM_TENSORS,
  type TensorSpectrum,
} from '../delta/difference-spectra.ts';
import { deltaFigures } from '../delta/figures.ts';
import { mechanismsInPlace, type SeenMechanism } from '../delta/mechanisms.ts';
import { mergeFacts, mergeMechanism, mergeOf, mergeTable } from '../delta/merge-finding.ts';
import type { MergeRecovery } from '../delta/merge-recovery.ts';
import { FLOOR_MARGIN } from '../delta/numerical-rank.ts';
import { SAMPLED_ELEMENTS, type TensorMeasure, tensorPass } from '../delta/tensor-pass.ts';
import type { WeightTest } from '../weight-test.ts';

/** What was done to the reference's weights to reach the subject's, as far as the numbers show. */
export const delta: WeightTest = {
  card: {
    id: 'weights.delta',
    version: '1',
    title: 'What changed',
    question: 'weights',
    asks: 'If one model came from the other, what was done to the weights on the way?',
    nullHypothesis: 'None is stated: the change is described, not tested.',
    assumptions: [
      'Tensors in the same place correspond, after the layers, units and tokens that both keep were matched.',
      'Rounding errors are uniform within half a grid step of the stored number type.',
    ],
    exactness: 'descriptive',
    blindTo: [
      'An adapter merged together with full training, several adapters merged (their ranks add up), a rank near the full one.',
      'A low-rank change smaller than the steps of a coarse number type.',
      'Rounding schemes that choose scales from data other than the weights.',
      'After a disguise: attention matrices, whose heads are free inside, and the rank of a change.',
      'Ingredients of a merge that are not among the candidates: they stay in the unexplained part.',
    ],
    source:
      'Relative Frobenius change and cosine; numerical rank against simulated rounding errors (after Marchenko and Pastur 1967); LoRA: Hu et al. 2021, arXiv 2106.09685.',
  },
  async run(pair: PairContext): Promise<TestOutcome> {
    const pass = await tensorPass(pair);
    const { measures } = pass;
    const inPlace = kinInPlace(measures);
    const aligned = inPlace ? undefined : await alignedDelta(pair);
    if (measures.length === 0 && aligned === undefined) return notTestable();
    const changed = measures.filter((measure) => explanationOf(measure) === undefined && !unlike(measure));
    const spectra = inPlace ? await differenceSpectra(pair, changed) : [];
    const merge = await mergeOf(pair);
    const mechanisms = allMechanisms(mechanismsInPlace(pair, pass, spectra), aligned, merge);
    const inPlaceChange = median(measures.filter(isMatrix).map((measure) => measure.relativeChange));
    const change = aligned === undefined ? inPlaceChange : changeAligned(aligned);
    return {
      status: 'tested',
      statistic: {
        name: 'median relative change of matrices in place',
        value: inPlaceChange,
        n: measures.length,
      },
      effect: {
        name: aligned === undefined ? 'median cosine of layer matrices' : 'median cosine after alignment',
        value: aligned === undefined ? cosineInPlace(measures) : cosineAligned(aligned),
      },
      parts: measures.map((measure) => part(measure, spectra)),
      figures: [
        ...deltaFigures(measures, spectra),
        ...(aligned === undefined ? [] : [alignedTable(aligned)]),
        ...(merge === undefined ? [] : [mergeTable(merge)]),
      ],
      alternatives: [],
      parameters: parameters(pair),
      facts: {
        kinInPlace: inPlace,
        cosine: cosineInPlace(measures),
        relativeChange: change,
        coverage: coverage(pair, inPlace ? measures : undefined),
        mechanisms: mechanisms.map(({ name, detail }) => ({ name, detail })),
        layerMap: [...pass.pairing.layers.layers],
        ranks: spectra.map(({ label, kind, rank, gap, floor }) => ({
          tensor: label,
          kind,
          rank,
          gap,
          floor,
        })),
        ...(aligned === undefined ? {} : { aligned: { kind: aligned.kind, cosine: cosineAligned(aligned) } }),
        ...(merge === undefined ? {} : { merge: mergeFacts(merge) }),
      },
      summary: summary(inPlace, mechanisms, change, aligned),
    };
  },
};

/** An exact recipe accounts for the whole change: what looked like training was mixing. */
function allMechanisms(
  inPlace: readonly SeenMechanism[],
  aligned: AlignedDelta | undefined,
  merge: MergeRecovery | undefined,
): SeenMechanism[] {
  const merged = merge === undefined ? [] : mergeMechanism(merge);
  const others = [...inPlace, ...(aligned?.mechanisms ?? [])];
  return merged.length === 0
    ? others
    : [...merged, ...others.filter(({ name }) => name !== 'fine-tune' && name !== 'frozen-parts')];
}

/** Share of the larger model's elements that correspond to elements of the other; where nothing is in
 *  place, what the sizes allow at most. */
function coverage(pair: PairContext, measures: readonly TensorMeasure[] | undefined): number {
  const size = (model: CanonicalModel): number =>
    model.store.tensors.reduce((sum, tensor) => sum + tensor.elementCount, 0);
  const [one, other] = [size(pair.reference), size(pair.subject)];
  const corresponding =
    measures?.reduce((sum, measure) => sum + measure.correspondingElements, 0) ?? Math.min(one, other);
  return Math.min(1, corresponding / Math.max(1, one, other));
}

function notTestable(): TestOutcome {
  return {
    status: 'not-testable',
    reason: 'No tensor of one model has the place and shape of one of the other.',
    alternatives: [],
    parameters: {},
    summary: 'The models have no tensors that can be compared place by place.',
  };
}

function parameters(pair: PairContext): JsonObject {
  return {
    seed: pair.parameters.seed,
    sampledElementsPerTensor: SAMPLED_ELEMENTS,
    decomposedTensors: SPECTRUM_TENSORS,
    decomposedShorterSide: SHORTER_SIDE,
    decomposedLongerSide: LONGER_SIDE,
    rankFloorMargin: FLOOR_MARGIN,
  };
}

function part(measure: TensorMeasure, spectra: readonly TensorSpectrum[]): PartFinding {
  const spectrum = spectra.find((candidate) => candidate.label === measure.label);
  const notes = [`cosine ${measure.cosine.toFixed(4)}`, explanationOf(measure)];
  if (spectrum !== undefined) notes.push(`${spectrum.kind}, numerical rank ${spectrum.rank}`);
  return {
    name: measure.label,
    effect: { name: 'relative change', value: measure.relativeChange },
    note: notes.filter((note) => note !== undefined).join('; '),
  };
}

function summary(
  inPlace: boolean,
  mechanisms: readonly SeenMechanism[],
  change: number,
  aligned: AlignedDelta | undefined,
): string {
  const names = mechanisms.map((mechanism) => mechanism.name).join(', ');
  if (aligned !== undefined)
    return `Nothing agrees in place; after alignment the median cosine is ${cosineAligned(aligned).toFixed(4)}. Seen: ${names}.`;
  if (mechanisms.length > 0)
    return `Seen: ${names}; median relative change of the matrices ${change.toPrecision(3)}.`;
  return inPlace
    ? 'Nothing changed.'
    : 'Tensors in the same place resemble each other no more than those of unrelated models; no change is described.';
}
