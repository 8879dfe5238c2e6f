import type { FigureData, PartFinding, TestCard, TestOutcome } from '@filiation/evidence';
import { homeCountPmf, longestIncreasingSubsequence } from '@filiation/stats';
import { matchUnits, type UnitMatching } from '../alignment/layer-map.ts';
import { type Agreement, agreementTail, type LayerMatch } from '../alignment/unit-match.ts';
import type { PairContext } from '../context.ts';
import type { WeightTest } from '../weight-test.ts';
import { SHARED_ORIGIN_ALTERNATIVES } from './weight-alternatives.ts';

const LEVEL = 1e-6;
/** Below this share in place, agreeing units are called shuffled. */
const SHUFFLED = 0.5;
const COUNTS_SHOWN = 8;

const card: TestCard = {
  id: 'weights.match',
  version: '1',
  title: 'Same pairing of MLP units',
  question: 'weights',
  asks:
    'When the hidden units of the two models are matched by one matrix and again by another, do the two ' +
    'matchings name the same partners?',
  nullHypothesis:
    'The models were initialised and trained independently, so which gate row belongs to which up row (or ' +
    'down column) of the subject says nothing about the reference.',
  assumptions: [
    'The residual streams were aligned on token embeddings alone; the layers compared are held out.',
    'Units of an independent model are exchangeable. Independent models agree up to twice as often as ' +
      'uniform pairings would (measured: 1.8 times); the p-value allows for it.',
  ],
  exactness: 'calibrated',
  blindTo: [
    'Copies whose embeddings were replaced and whose residual stream was rotated as well.',
    'MLPs that were trained anew, and distillation into fresh weights.',
    'Whether two models share a parent or one descends from the other.',
  ],
  source:
    'Weight-only form of phi_MATCH (Zhu, Ahmed, Kuditipudi and Liang 2025, arXiv:2502.12292) with mutual ' +
    'nearest neighbours and the exact law of the number of agreements of uniform pairings.',
};

export const match: WeightTest = { card, primary: { family: 'mlp' }, run };

async function run(pair: PairContext): Promise<TestOutcome> {
  const found = await matchUnits(pair);
  const parameters = { unitsPerLayer: pair.parameters.unitsPerLayer, tokens: pair.parameters.tokens };
  if ('reason' in found)
    return {
      status: 'not-testable',
      reason: found.reason,
      alternatives: [],
      parameters,
      summary: `MLP units could not be matched: ${found.reason}.`,
    };
  const best = strongestRole(found);
  const order = unitOrder(found.layers);
  const layersFound = found.layerMap.filter((layer) => layer !== null).length;
  const share = best.matched === 0 ? 0 : best.hits / best.matched;
  return {
    status: 'tested',
    statistic: { name: 'units matched alike twice', value: best.hits, n: best.matched },
    log10P: found.log10P,
    effect: { name: 'share of matched units that agree', value: share },
    detectable: {
      name: 'agreeing units',
      value: fewestDetectable(found.layers, best.role),
      level: String(LEVEL),
    },
    controls: [
      { name: 'scrambled twin of the subject', value: best.scrambled },
      { name: 'expected of uniform pairings', value: best.expected },
    ],
    parts: found.layers.map((layer) => part(layer, found)),
    figures: [heatMap(found), counts(found, best.role)],
    alternatives: SHARED_ORIGIN_ALTERNATIVES,
    parameters,
    facts: {
      alignment: found.alignment,
      layerMap: found.layerMap,
      layersFound,
      role: best.role,
      shareAgreeing: share,
      unitsInPlace: order.inPlace,
      unitsInOrder: order.inOrder,
      unitsShuffled:
        order.agreed > 0 && layersFound > 0 && order.inPlace < SHUFFLED && order.inOrder < SHUFFLED,
      unitsOfReference: pair.reference.architecture.mlpSize ?? null,
      unitsOfSubject: pair.subject.architecture.mlpSize ?? null,
    },
    summary: summary(found, best, layersFound),
  };
}

interface RoleTotal {
  readonly role: Agreement['role'];
  readonly hits: number;
  readonly matched: number;
  readonly scrambled: number;
  readonly expected: number;
}

/** Totals over layers of the role with most agreements. */
function strongestRole(found: UnitMatching): RoleTotal {
  const totals = found.roles.others.map((role) => {
    const total = { role, hits: 0, matched: 0, scrambled: 0, expected: 0 };
    for (const layer of found.layers)
      for (const agreement of layer.agreements) {
        if (agreement.role !== role) continue;
        total.hits += agreement.hits;
        total.matched += agreement.matched;
        total.scrambled += agreement.scrambled;
        total.expected += agreement.matched / Math.max(1, layer.units);
      }
    return total;
  });
  return totals.reduce((best, total) => (total.hits > best.hits ? total : best));
}

/** How many agreeing units keep their index, and how many at least keep their order. */
function unitOrder(layers: readonly LayerMatch[]): { agreed: number; inPlace: number; inOrder: number } {
  let agreed = 0;
  let inPlace = 0;
  let inOrder = 0;
  for (const layer of layers) {
    const { reference, subject } = layer.agreed;
    agreed += reference.length;
    inPlace += reference.filter((unit, i) => subject[i] === unit).length;
    inOrder += longestIncreasingSubsequence([...subject]);
  }
  return { agreed, inPlace: inPlace / Math.max(1, agreed), inOrder: inOrder / Math.max(1, agreed) };
}

/** Fewest agreements over all layers that would have reached the level, both looks and roles paid. */
function fewestDetectable(layers: readonly LayerMatch[], role: Agreement['role']): number {
  const blocks = layers.map((layer) => ({
    units: layer.units,
    matched: layer.agreements.find((agreement) => agreement.role === role)?.matched ?? 0,
  }));
  const most = blocks.reduce((sum, block) => sum + block.matched, 0);
  let hits = 1;
  while (hits < most && agreementTail(blocks, hits) + Math.log10(4) > Math.log10(LEVEL)) hits++;
  return hits;
}

function part(layer: LayerMatch, found: UnitMatching): PartFinding {
  const [first, ...rest] = layer.agreements;
  if (first === undefined)
    return { name: `layer ${layer.subjectLayer}`, note: 'no MLP that could be compared' };
  const best = rest.reduce((most, next) => (next.hits > most.hits ? next : most), first);
  const place = found.layerMap[layer.subjectLayer];
  return {
    name: `layer ${layer.subjectLayer}`,
    statistic: { name: `units agreeing by ${best.role}`, value: best.hits, n: best.matched },
    log10P: layer.log10P,
    effect: { name: 'median cosine of agreeing units', value: layer.cosine },
    note:
      place === null || place === undefined
        ? `not found; closest reference layer ${layer.referenceLayer}`
        : `reference layer ${place}`,
  };
}

function heatMap(found: UnitMatching): FigureData {
  return {
    kind: 'heat-map',
    id: 'match-layers',
    title: 'Units that agree, layer by layer',
    caption:
      'Rows are layers of the subject, columns layers of the reference. Copied layers light up where they ' +
      'lie in the reference: on the diagonal, or off it where layers were dropped, repeated or moved.',
    rows: found.shares.map((_, layer) => `layer ${layer}`),
    columns: (found.shares[0] ?? []).map((_, layer) => `layer ${layer}`),
    values: found.shares,
    unit: 'share of matched units',
    domain: [0, 1],
  };
}

function counts(found: UnitMatching, role: Agreement['role']): FigureData {
  const observed = found.layers.flatMap((layer) =>
    layer.agreements
      .filter((agreement) => agreement.role === role)
      .map(({ hits, matched }) => ({ label: `layer ${layer.subjectLayer}`, count: hits, of: matched })),
  );
  const typical = found.layers[0];
  const matched = observed[0]?.of ?? 0;
  const pmf =
    typical === undefined
      ? new Float64Array()
      : homeCountPmf({ n: typical.units, fibres: new Uint8Array(matched).fill(1) }, COUNTS_SHOWN);
  return {
    kind: 'counts-against-null',
    id: 'match-counts',
    title: 'Units on which two matchings agree',
    caption: 'Independent models agree on hardly a unit in a layer; a copy agrees on most of them.',
    unit: 'units',
    observed,
    nullProbability: [...pmf].map((log, count) => ({ count, probability: Math.exp(log) })),
  };
}

function summary(found: UnitMatching, best: RoleTotal, layersFound: number): string {
  const by = `${best.role.replace('mlp-', '')} rows`.replace('down rows', 'down columns');
  const lead = found.roles.lead.replace('mlp-', '');
  return (
    `Matched by ${lead} rows and again by ${by}, ${best.hits} of ${best.matched} units have the same partner ` +
    `twice; ${best.expected.toFixed(1)} are expected of independent models, and a scrambled twin of the ` +
    `subject reached ${best.scrambled}. ${layersFound} of ${found.layers.length} subject layers were found in ` +
    `the reference.`
  );
}
