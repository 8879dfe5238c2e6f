import type { FigureData, HeatMapFigure } from '@filiation/evidence';
import { ROLES } from '../canonical/model.ts';
import type { TensorSpectrum } from './difference-spectra.ts';
import type { TensorMeasure } from './tensor-pass.ts';

/** Spectra drawn, and singular values of each. */
const DRAWN_SPECTRA = 6;
const DRAWN_VALUES = 128;
/** Tensors listed in the table. */
const LISTED_TENSORS = 400;

/** Heat maps of relative change and cosine, spectra of differences, and the table of tensors. */
export function deltaFigures(
  measures: readonly TensorMeasure[],
  spectra: readonly TensorSpectrum[],
): FigureData[] {
  const change = heatMap(measures, {
    id: 'delta-change',
    title: 'Relative change by layer and role',
    caption: 'Length of the difference over the length of the reference; 0 is no change, 1.4 unrelated.',
    unit: 'relative change',
    value: (measure) => measure.relativeChange,
    domain: (values) => [0, Math.max(0.01, Math.min(1.5, Math.max(...values)))],
  });
  const cosine = heatMap(measures, {
    id: 'delta-cosine',
    title: 'Cosine by layer and role',
    caption:
      'Of the two tensors as they stand, norms and biases left out: 1 is the same direction, 0 unrelated.',
    unit: 'cosine',
    value: (measure) => (measure.pair.subject.rows > 1 ? measure.cosine : null),
    domain: () => [0, 1],
  });
  return [change, cosine, ...spectrumFigure(spectra), tensorTable(measures)];
}

interface MapDescription {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly unit: string;
  value(measure: TensorMeasure): number | null;
  domain(values: readonly number[]): readonly [number, number];
}

function heatMap(measures: readonly TensorMeasure[], map: MapDescription): HeatMapFigure {
  const inMap = measures.filter(
    (measure) => measure.role !== undefined && !measure.bias && map.value(measure) !== null,
  );
  const columns = ROLES.filter((role) => inMap.some((measure) => measure.role === role));
  const layers = [...new Set(inMap.map((measure) => measure.layer ?? -1))].sort((x, y) => x - y);
  const cell = (layer: number, role: string): number | null => {
    const values = inMap
      .filter((measure) => measure.role === role && (measure.layer ?? -1) === layer)
      .map((measure) => map.value(measure)!);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const values = layers.map((layer) => columns.map((role) => cell(layer, role)));
  return {
    kind: 'heat-map',
    id: map.id,
    title: map.title,
    caption: map.caption,
    rows: layers.map((layer) => (layer < 0 ? 'outside layers' : `layer ${layer}`)),
    columns,
    values,
    unit: map.unit,
    domain: map.domain([0, ...values.flat().filter((value) => value !== null)]),
  };
}

function spectrumFigure(spectra: readonly TensorSpectrum[]): FigureData[] {
  if (spectra.length === 0) return [];
  return [
    {
      kind: 'spectrum',
      id: 'delta-spectrum',
      title: 'Singular values of the difference',
      caption:
        'A low-rank adapter shows a few large values, then a drop to the rounding floor; further training falls smoothly.',
      unit: 'singular value',
      logScale: true,
      series: spectra.slice(0, DRAWN_SPECTRA).map((spectrum) => ({
        label: spectrum.label,
        values: [...spectrum.singularValues.subarray(0, DRAWN_VALUES)],
        floor: spectrum.floor,
      })),
    },
  ];
}

function tensorTable(measures: readonly TensorMeasure[]): FigureData {
  return {
    kind: 'table',
    id: 'delta-tensors',
    title: 'Tensors',
    caption:
      measures.length > LISTED_TENSORS
        ? `The first ${LISTED_TENSORS} of ${measures.length} tensors.`
        : 'Every pair of tensors that was compared.',
    columns: [
      'tensor',
      'relative change',
      'cosine',
      'equal',
      'zeros in reference',
      'zeros in subject',
      'median |change|',
    ],
    rows: measures
      .slice(0, LISTED_TENSORS)
      .map((measure) => [
        measure.label,
        measure.relativeChange,
        measure.cosine,
        measure.equalShare,
        measure.zeroShareReference,
        measure.zeroShareSubject,
        measure.differenceQuantiles[0],
      ]),
  };
}
