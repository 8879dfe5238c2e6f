import type { FigureData, Finding, TestCard, TestOutcome } from '@filiation/evidence';

/** Test support: made-up but plausible findings of a fine-tuned model with four layers. */

const LAYERS = [0, 1, 2, 3].map((layer) => `layer ${layer}`);
const ROLES = ['q', 'k', 'v', 'o', 'gate', 'up', 'down', 'attention norm', 'MLP norm'];

/** A repeatable stand-in for measured values: the fractional parts of multiples of the golden ratio. */
export function noise(index: number): number {
  return (index * 0.6180339887498949) % 1;
}

const poisson = (mean: number, most: number): { count: number; probability: number }[] => {
  let probability = Math.exp(-mean);
  return Array.from({ length: most + 1 }, (_, count) => {
    if (count > 0) probability *= mean / count;
    return { count, probability };
  });
};

export function orderFigure(counts: readonly number[], of: number): FigureData {
  return {
    kind: 'counts-against-null',
    id: 'units-at-home',
    title: 'Units at home, layer by layer',
    caption:
      'A unit is at home when its nearest relative in the other model has the same place. Independent models have about one a layer.',
    unit: 'units at home',
    observed: counts.map((count, layer) => ({ label: `layer ${layer}`, count, of })),
    nullProbability: poisson(1, 9),
  };
}

const deltaHeatMap: FigureData = {
  kind: 'heat-map',
  id: 'relative-change',
  title: 'Relative change, tensor by tensor',
  caption: 'Size of the difference divided by the size of the original. Pale cells hardly changed.',
  rows: LAYERS,
  columns: ROLES,
  values: LAYERS.map((_, row) =>
    ROLES.map((_, column) =>
      column === 8 && row === 2 ? null : 0.02 + 0.2 * noise(row * 9 + column) * (column > 6 ? 0.1 : 1),
    ),
  ),
  unit: '‖B − A‖ / ‖A‖',
  domain: [0, 0.22],
};

const deltaSpectrum: FigureData = {
  kind: 'spectrum',
  id: 'delta-spectrum',
  title: 'Singular values of the difference, layer 1',
  caption:
    'A low-rank adapter leaves a few large values above a floor of rounding noise; full fine-tuning falls smoothly.',
  unit: 'singular value',
  logScale: true,
  series: [
    { label: 'query', values: Array.from({ length: 128 }, (_, i) => 0.9 / (1 + i) ** 0.9), floor: 0.006 },
    {
      label: 'MLP up',
      values: Array.from({ length: 128 }, (_, i) => (i < 8 ? 2.1 - 0.2 * i : 0.011 * 0.995 ** i)),
      floor: 0.012,
    },
  ],
};

const surprisalTable: FigureData = {
  kind: 'table',
  id: 'surprisal',
  title: 'Architectural choices and how rare they are',
  caption: 'Bits of surprise against 150 public base models: a choice that every model makes weighs nothing.',
  columns: ['choice', 'A', 'B', 'equal', 'share of public models', 'bits'],
  rows: [
    ['hidden size', 128, 128, 'yes', 0.0066, 7.2],
    ['MLP size', 352, 352, 'yes', 0.0066, 7.2],
    ['activation', 'silu', 'silu', 'yes', 0.81, 0.3],
    ['rope base', 10000, 10000, 'yes', 0.62, 0.69],
    ['tied embeddings', 'yes', 'yes', 'yes', 0.4, 1.32],
    ['vocabulary', 2048, 2049, 'no', null, null],
  ],
};

const quantileFigure: FigureData = {
  kind: 'quantile-quantile',
  id: 'honesty',
  title: 'p-values of independent pairs',
  caption: 'Points on the diagonal mean that the test keeps its promise.',
  series: [
    { label: 'simulated pairs', values: Array.from({ length: 500 }, (_, i) => noise(i + 1)) },
    { label: 'trained pairs', values: Array.from({ length: 58 }, (_, i) => noise(3 * i + 7)) },
  ],
};

const matchDistribution: FigureData = {
  kind: 'distribution',
  id: 'agreement',
  title: 'Agreement of two matchings',
  caption:
    'Share of units that the gate rows and the up rows match alike: near 1 for descendants, near 0 for strangers.',
  unit: 'share of units',
  observed: 0.997,
  groups: [
    { label: 'independent pairs', values: Array.from({ length: 24 }, (_, i) => 0.006 * noise(i)) },
    { label: 'scrambled twins of B', values: Array.from({ length: 40 }, (_, i) => 0.009 * noise(2 * i)) },
    { label: 'known descendants', values: Array.from({ length: 11 }, (_, i) => 1 - 0.02 * noise(i)) },
  ],
};

const initialisation = {
  explanation: 'Both started from the same random initialisation or public checkpoint',
  ruledOut: false,
};
const exporter = {
  explanation: 'An exporter sorted the units of both models',
  ruledOut: true,
  by: 'weights.match',
};

/** Outcomes by test id, for a fine-tuned descendant. */
export const DERIVED_OUTCOMES: Readonly<Record<string, TestOutcome>> = {
  'weights.identity': {
    status: 'tested',
    statistic: { name: 'equal tensors', value: 0, n: 39 },
    alternatives: [],
    parameters: {},
    summary: 'No tensor is equal, bit for bit or after a cast.',
  },
  'weights.neuron-order': {
    status: 'tested',
    statistic: { name: 'units at home', value: 1408, n: 1408 },
    log10P: -3214.718,
    effect: { name: 'share at home', value: 1, low: 0.997, high: 1 },
    controls: [
      { name: 'base_B', value: 3 },
      { name: 'base_C', value: 5 },
      { name: 'S_plain', value: 4 },
    ],
    parts: LAYERS.map((name, layer) => ({
      name,
      statistic: { name: 'units at home', value: 352, n: 352 },
      log10P: -803.2 - layer * 0.3,
      effect: { name: 'mean cosine', value: 0.97 - 0.01 * layer },
    })),
    figures: [orderFigure([352, 352, 351, 352], 352)],
    alternatives: [initialisation, exporter],
    parameters: { unitsPerLayer: 512, feature: 'up rows', layers: [0, 1, 2, 3] },
    summary: '1,408 of 1,408 units keep their place; independent models keep about one a layer.',
  },
  'weights.head-order': {
    status: 'tested',
    statistic: { name: 'heads at home', value: 16, n: 16 },
    log10P: -5.52,
    figures: [orderFigure([4, 4, 4, 4], 4)],
    alternatives: [initialisation],
    parameters: { circuits: ['QK', 'OV'] },
    summary: 'All 16 heads keep their place.',
  },
  'weights.match': {
    status: 'tested',
    statistic: { name: 'share of units matched alike', value: 0.997, n: 1408 },
    log10P: -412.4,
    figures: [matchDistribution],
    alternatives: [initialisation],
    parameters: { alignment: 'procrustes', fittedOn: 'embeddings' },
    facts: { layerMap: [0, 1, 2, 3], alignment: { kind: 'rotation', residual: 0.03 } },
    summary: 'Gate rows and up rows match 1,404 of 1,408 units alike.',
  },
  'weights.rotation': {
    status: 'not-testable',
    reason:
      'The vocabularies share 212 tokens; at least 1,000 are needed. A tokenizer.json for B would make it testable.',
    alternatives: [],
    parameters: { tokens: 4096 },
    summary: 'Not tested: too few shared tokens.',
  },
  'weights.attention': {
    status: 'failed',
    reason: 'layers.2.attention.wk holds values that are not finite.',
    alternatives: [],
    parameters: {},
    summary: 'The test stopped at a tensor that is not finite.',
  },
  'weights.delta': {
    status: 'tested',
    effect: { name: 'median relative change', value: 0.081, low: 0.02, high: 0.22 },
    figures: [deltaHeatMap, deltaSpectrum],
    alternatives: [],
    parameters: { floor: 'rounding to f16' },
    summary: 'Every tensor moved a little (median 8.1 %), with no low-rank structure: ordinary fine-tuning.',
  },
  'weights.calibration-note': {
    status: 'tested',
    log10LR: { value: 3.1, low: 2.4, high: 3.4, calibration: 'zoo-26 (sha256:77aa…)' },
    detectable: { name: 'share of units at home', value: 0.031, level: '1 in 1,000,000' },
    figures: [quantileFigure],
    alternatives: [],
    parameters: {},
    summary: 'On 558 independent pairs the p-values are uniform.',
  },
  'artefacts.architecture': {
    status: 'tested',
    figures: [surprisalTable],
    alternatives: [{ explanation: 'Both follow one public recipe', ruledOut: false }],
    parameters: { catalogue: 150 },
    summary: 'The architectures agree in 5 of 6 choices; the rare ones weigh 14.4 bits.',
  },
};

export function finding(
  id: string,
  outcome: TestOutcome,
  names: { reference: string; subject: string },
): Finding {
  return {
    ...outcome,
    test: { id, version: '1' },
    question: id.startsWith('artefacts') ? 'artefacts' : 'weights',
    exactness: outcome.exactness ?? card(id).exactness,
    exhibits: [
      { role: 'reference', name: names.reference, digest: `sha256:${'1f0c93a2d4e5b687'.repeat(4)}` },
      { role: 'subject', name: names.subject, digest: `sha256:${'c0ffee0123456789'.repeat(4)}` },
    ],
    seed: 'filiation',
    exploratory: id === 'weights.calibration-note',
    software: 'filiation 0.1.0',
    startedAt: '2026-11-23T14:48:09Z',
    durationMs: 1830,
  };
}

const EXACT = new Set(['weights.neuron-order', 'weights.head-order', 'weights.identity']);
const CALIBRATED = new Set([
  'weights.match',
  'weights.attention',
  'weights.rotation',
  'weights.calibration-note',
]);

export function card(id: string): TestCard {
  const words = id.slice(id.indexOf('.') + 1).replaceAll('-', ' ');
  return {
    id,
    version: '1',
    title: words.charAt(0).toUpperCase() + words.slice(1),
    question: id.startsWith('artefacts') ? 'artefacts' : 'weights',
    asks: `Do the two models agree in ${words} more closely than independently initialised models would?`,
    nullHypothesis: 'The two models come from independent random initialisations.',
    assumptions: [
      'Units are initialised exchangeably.',
      'Training treats all units alike, whatever their index.',
    ],
    exactness: EXACT.has(id) ? 'exact' : CALIBRATED.has(id) ? 'calibrated' : 'descriptive',
    blindTo: ['A copy whose units were permuted', 'Distillation into a fresh initialisation'],
    source: 'Derived in docs/methods.md; compare arXiv 2502.12292.',
  };
}
