import type { JsonObject, TestOutcome } from '@filiation/evidence';
import type { PairContext } from '../context.ts';
import { cosineInPlace, explanationOf, isMatrix, kinInPlace, median } from '../delta/change.ts';
import {
  differenceSpectra,
  SPECTRUM_COLUMNS,
  SPECTRUM_ROWS,
  SPECTRUM_TENSORS,
  type TensorSpectrum,
} from '../delta/difference-spectra.ts';
import { deltaFigures } from '../delta/figures.ts';
import { mechanismsInPlace, type SeenMechanism } from '../delta/mechanisms.ts';
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
      'Mechanisms that act in a rotated basis, other than the rotation itself.',
    ],
    source:
      'Relative Frobenius change and cosine; numerical rank against simulated rounding errors (after Marchenko and Pastur 1967); LoRA: Hu et al. 2021, arXiv 2106.09685.',
  },
  async run(pair: PairContext): Promise<TestOutcome> {
    const pass = await tensorPass(pair);
    const { measures } = pass;
    if (measures.length === 0) return notTestable();
    const inPlace = kinInPlace(measures);
    const changed = measures.filter((measure) => explanationOf(measure) === undefined);
    const spectra = inPlace ? await differenceSpectra(pair, changed) : [];
    const mechanisms = mechanismsInPlace(pair, pass, spectra);
    const change = median(measures.filter(isMatrix).map((measure) => measure.relativeChange));
    return {
      status: 'tested',
      statistic: { name: 'median relative change of matrices', value: change, n: measures.length },
      effect: { name: 'median cosine of layer matrices', value: cosineInPlace(measures) },
      parts: measures.map((measure) => ({
        name: measure.label,
        effect: { name: 'relative change', value: measure.relativeChange },
        note: note(measure, spectra),
      })),
      figures: deltaFigures(measures, spectra),
      alternatives: [],
      parameters: parameters(pair),
      facts: {
        kinInPlace: inPlace,
        cosine: cosineInPlace(measures),
        relativeChange: change,
        mechanisms: mechanisms.map(({ name, detail }) => ({ name, detail })),
        layerMap: [...pass.pairing.layers.layers],
        ranks: spectra.map((spectrum) => ({
          tensor: spectrum.label,
          kind: spectrum.kind,
          rank: spectrum.rank,
          gap: spectrum.gap,
          floor: spectrum.floor,
        })),
      },
      summary: summary(inPlace, mechanisms, change),
    };
  },
};

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
    decomposedShorterSide: SPECTRUM_ROWS,
    decomposedLongerSide: SPECTRUM_COLUMNS,
    rankFloorMargin: FLOOR_MARGIN,
  };
}

function note(measure: TensorMeasure, spectra: readonly TensorSpectrum[]): string {
  const spectrum = spectra.find((candidate) => candidate.label === measure.label);
  const parts = [`cosine ${measure.cosine.toFixed(4)}`, explanationOf(measure)];
  if (spectrum !== undefined) parts.push(`${spectrum.kind}, numerical rank ${spectrum.rank}`);
  return parts.filter((part) => part !== undefined).join('; ');
}

function summary(inPlace: boolean, mechanisms: readonly SeenMechanism[], change: number): string {
  if (!inPlace)
    return 'Tensors in the same place resemble each other no more than those of unrelated models; no change is described.';
  if (mechanisms.length === 0) return 'Nothing changed.';
  const names = mechanisms.map((mechanism) => mechanism.name).join(', ');
  return `Seen: ${names}; median relative change of the matrices ${change.toPrecision(3)}.`;
}
