import type { FigureData, PartFinding, TestCard, TestOutcome } from '@filiation/evidence';
import type { Aligned } from '../alignment/alignment.ts';
import { alignResidual } from '../alignment/alignment.ts';
import {
  type HeadMatch,
  type LayerCouplings,
  layerCouplings,
  matchHeads,
} from '../alignment/attention-couplings.ts';
import { matchUnits } from '../alignment/layer-map.ts';
import { addAgreement, couplingCosine, type SignTest, signTest } from '../alignment/sign-agreement.ts';
import { tokenDirections } from '../alignment/token-directions.ts';
import type { CanonicalModel, TensorRole } from '../canonical/model.ts';
import type { PairContext } from '../context.ts';
import { type Matrix, matrix } from '../matrix.ts';
import type { WeightTest } from '../weight-test.ts';
import { SHARED_ORIGIN_ALTERNATIVES } from './weight-alternatives.ts';

/** Share of the directions, the most shared first, that is left out: any two models of a language couple
 *  them alike. Measured on 104 pairs of independently trained models: z has mean -0.8, standard deviation
 *  0.8 and maximum 1.1 without them; mean 0.2, deviation 1.4 and maximum 3.0 with them. */
const LEFT_OUT = 1 / 8;
/** The null law is taken this many times wider than random signs make it, for models unlike those. */
const MARGIN = 1.5;
const FEWEST_DIRECTIONS = 8;

const card: TestCard = {
  id: 'weights.attention',
  version: '1',
  title: 'Same couplings in attention',
  question: 'weights',
  asks: 'Do the query and key matrices of the two models couple the same directions of the residual stream?',
  nullHypothesis:
    'The attention of the subject was trained independently, so which way its couplings of two directions ' +
    'point says nothing about the reference.',
  assumptions: [
    'The residual streams were aligned, and directions chosen, on token embeddings alone.',
    'For independent models each direction of the subject is as likely to point either way, seen from ' +
      `attention; the law so obtained is taken ${MARGIN} times wider.`,
  ],
  exactness: 'calibrated',
  blindTo: [
    'Copies whose embeddings were replaced and whose residual stream was rotated as well.',
    'Attention trained anew; multi-head latent attention; values and outputs.',
    'Whether two models share a parent or one descends from the other.',
  ],
  source:
    'Follows AWM (arXiv:2510.06738): similarity of WᵀW for queries and keys after alignment; directions, ' +
    'sign null and tail bound are derived in the source file.',
};

export const attention: WeightTest = { card, primary: { family: 'attention' }, run };

async function run(pair: PairContext): Promise<TestOutcome> {
  const parameters = {
    tokens: pair.parameters.tokens,
    permutations: pair.parameters.permutations,
    leftOut: LEFT_OUT,
    margin: MARGIN,
  };
  const notTestable = (reason: string): TestOutcome => ({
    status: 'not-testable',
    reason,
    alternatives: [],
    parameters,
    summary: `Attention could not be compared: ${reason}.`,
  });
  for (const model of [pair.reference, pair.subject])
    if (!hasRole(model, 'attention-q'))
      return notTestable(
        !hasRole(model, 'attention-q-b')
          ? `${model.name} has no query matrices`
          : `${model.name} has multi-head latent attention, whose products this test does not form`,
      );
  const alignment = await alignResidual(pair);
  if (alignment.kind === 'none') return notTestable(alignment.reason);
  const directions = await testedDirections(pair, alignment);
  if (directions.rows < FEWEST_DIRECTIONS) return notTestable(`only ${directions.rows} directions are left`);
  const layers = await compareLayers(pair, alignment, directions);
  if (layers.length === 0) return notTestable('no layer has query matrices in both models');
  const agreement = new Float64Array(directions.rows ** 2);
  for (const layer of layers) for (const [a, b] of layer.pairs) addAgreement(agreement, a, b);
  const draws = pair.random('weights.attention/signs');
  const result = signTest(agreement, directions.rows, pair.parameters.permutations, draws, MARGIN);
  return tested(layers, result, alignment, directions.rows, parameters);
}

function hasRole(model: CanonicalModel, role: TensorRole): boolean {
  return model.tensors.some((tensor) => tensor.role === role && !tensor.bias);
}

interface ComparedLayer extends LayerCouplings {
  readonly heads: HeadMatch | undefined;
}

async function compareLayers(
  pair: PairContext,
  alignment: Aligned,
  directions: Matrix,
): Promise<ComparedLayer[]> {
  const subjectDirections = await alignment.toSubject(directions);
  const layers: ComparedLayer[] = [];
  const map = await layerPairs(pair);
  for (const [at, { reference, subject }] of map.entries()) {
    pair.progress(`comparing attention of layer ${subject}`, at / map.length);
    const layer = await layerCouplings(
      pair,
      { reference, subject },
      { reference: directions, subject: subjectDirections },
    );
    layers.push({ ...layer, heads: await matchHeads(layer, pair.kernel) });
  }
  return layers;
}

/** Leaves out the most shared directions (none where channels stand in for directions). */
async function testedDirections(pair: PairContext, alignment: Aligned): Promise<Matrix> {
  const all = await tokenDirections(pair, alignment);
  const skip = alignment.fit.assumed ? 0 : Math.ceil(LEFT_OUT * all.rows);
  return matrix(all.rows - skip, all.columns, all.data.slice(skip * all.columns));
}

/** Layers where the MLP was found; else the same layer, or the one at the same relative depth. */
async function layerPairs(pair: PairContext): Promise<{ reference: number; subject: number }[]> {
  const depth = pair.reference.architecture.layers;
  const depthB = pair.subject.architecture.layers;
  const units = await matchUnits(pair);
  const map = 'reason' in units ? [] : units.layerMap;
  const relative = (layer: number): number =>
    depth === depthB ? layer : Math.round((layer * (depth - 1)) / Math.max(1, depthB - 1));
  return Array.from({ length: depthB }, (_, subject) => ({
    reference: map[subject] ?? relative(subject),
    subject,
  })).filter(
    ({ reference, subject }) =>
      pair.reference.find('attention-q', reference) !== undefined &&
      pair.subject.find('attention-q', subject) !== undefined,
  );
}

function tested(
  layers: readonly ComparedLayer[],
  result: SignTest,
  alignment: Aligned,
  directions: number,
  parameters: TestOutcome['parameters'],
): TestOutcome {
  const matrices = layers.reduce((sum, layer) => sum + layer.pairs.length, 0);
  const score = result.statistic / Math.max(1, matrices);
  const z = result.deviation > 0 ? result.statistic / result.deviation : 0;
  const heads = layers.flatMap((layer) =>
    layer.heads === undefined ? [] : layer.heads.partner.map((to, i) => to === i),
  );
  const twin = result.drawn[0] ?? 0;
  return {
    status: 'tested',
    statistic: { name: 'mean cosine of couplings', value: score, n: matrices },
    log10P: result.log10P,
    effect: { name: 'mean cosine of couplings', value: score },
    controls: [
      { name: 'scrambled twin of the subject', value: twin / Math.max(1, matrices) },
      { name: 'largest of the random turns', value: Math.max(0, ...result.drawn) / Math.max(1, matrices) },
    ],
    ...(result.detectable === undefined
      ? {}
      : {
          detectable: {
            name: 'mean cosine of couplings',
            value: result.detectable / Math.max(1, matrices),
            level: '1e-6',
          },
        }),
    parts: layers.map(part),
    figures: [distribution(result, matrices), ...headFigure(layers)],
    alternatives: SHARED_ORIGIN_ALTERNATIVES,
    parameters,
    facts: {
      alignment: alignment.kind,
      directions,
      z,
      monteCarloP: result.monteCarlo,
      headsInPlace: heads.length === 0 ? null : heads.filter(Boolean).length / heads.length,
    },
    summary:
      `Query and key matrices couple ${directions} shared directions with a mean cosine of ${score.toFixed(3)}; ` +
      `with directions turned about at random the largest of ${result.drawn.length} was ` +
      `${(Math.max(0, ...result.drawn) / Math.max(1, matrices)).toFixed(3)}.`,
  };
}

function part(layer: ComparedLayer): PartFinding {
  const cosines = layer.pairs.map(([a, b]) => couplingCosine(a, b));
  const mean = cosines.reduce((sum, value) => sum + value, 0) / Math.max(1, cosines.length);
  const best = layer.heads?.cosine ?? [];
  return {
    name: `layer ${layer.subject}`,
    statistic: { name: 'mean cosine of couplings', value: mean, n: cosines.length },
    effect: {
      name: 'mean cosine of best matching heads',
      value: best.length === 0 ? mean : best.reduce((sum, value) => sum + value, 0) / best.length,
    },
    note: `reference layer ${layer.reference}`,
  };
}

function distribution(result: SignTest, matrices: number): FigureData {
  const scale = 1 / Math.max(1, matrices);
  return {
    kind: 'distribution',
    id: 'attention-null',
    title: 'Couplings of the pair beside random turns of the subject',
    caption: 'Independent models lie within the random turns; copies lie far to the right.',
    unit: 'mean cosine',
    observed: result.statistic * scale,
    groups: [
      { label: 'directions turned at random', values: [...result.drawn].map((value) => value * scale) },
    ],
  };
}

function headFigure(layers: readonly ComparedLayer[]): FigureData[] {
  const most = Math.max(0, ...layers.map((layer) => layer.heads?.cosine.length ?? 0));
  if (most === 0) return [];
  return [
    {
      kind: 'heat-map',
      id: 'attention-heads',
      title: 'Query heads found again',
      caption:
        'For each query head of the subject, the cosine of its couplings with its best match in the reference.',
      rows: layers.map((layer) => `layer ${layer.subject}`),
      columns: Array.from({ length: most }, (_, head) => `head ${head}`),
      values: layers.map((layer) =>
        Array.from({ length: most }, (_, head) => layer.heads?.cosine[head] ?? null),
      ),
      unit: 'cosine',
      domain: [0, 1],
    },
  ];
}
