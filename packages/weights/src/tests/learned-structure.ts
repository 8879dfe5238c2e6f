import type { PartFinding, TestCard, TestOutcome } from '@filiation/evidence';
import { type Aligned, alignResidual } from '../alignment/alignment.ts';
import { gainCorrelation } from '../alignment/gain-correlation.ts';
import { matchUnits } from '../alignment/layer-map.ts';
import { residualRows } from '../alignment/residual-rows.ts';
import { type Retention, retention } from '../alignment/retention.ts';
import type { LayerMatch } from '../alignment/unit-match.ts';
import type { PairContext } from '../context.ts';
import { type Matrix, row } from '../matrix.ts';
import type { WeightTest } from '../weight-test.ts';

/** Ratio of retained learned to retained initial structure below which only the initialisation is shared. */
const LEARNED_FROM = 0.88;
/** Retention of the bulk below which a matrix shares too little to ask what it shares. */
const FAINT = 0.1;
const FEWEST_UNITS = 32;
/** Units compared: a quick eigenproblem either way, since it has the smaller of units and channels. */
const MOST_UNITS = 256;
const MOST_UNITS_OF_NARROW = 1024;
const MOST_LAYERS = 8;

const card: TestCard = {
  id: 'weights.learned-structure',
  version: '1',
  title: 'Learned or only initial?',
  question: 'weights',
  asks: 'Is what the two models share something that training made, or only the random numbers it began with?',
  nullHypothesis:
    'The models share initial weights and nothing else: the leading directions that training adds to a ' +
    'matrix differ, while the noise beneath agrees.',
  assumptions: [
    'Leading singular components of MLP matrices are learned, middling ones mostly initial noise.',
    'Calibrated on few small models: the ratio was 0.98 to 1.05 on 26 pairs of which one descends from the ' +
      'other or both from one trained model, disguised and merged ones among them, and 0.71 to 0.78 on 6 ' +
      'pairs from two initialisations that share nothing else.',
  ],
  exactness: 'calibrated',
  blindTo: [
    'Models so briefly trained that they have learned next to nothing, and so long that no initial noise is left.',
    'Which of two models that share learned structure came first.',
  ],
  source: 'Derivation in the source file; spike and bulk as in random-matrix models of trained weights.',
};

export const learnedStructure: WeightTest = { card, run };

async function run(pair: PairContext): Promise<TestOutcome> {
  const parameters = { threshold: LEARNED_FROM, unitsPerLayer: pair.parameters.unitsPerLayer };
  const alignment = await alignResidual(pair);
  const units = await matchUnits(pair);
  if (alignment.kind === 'none' || 'reason' in units)
    return notTestable('reason' in units ? units.reason : 'the models could not be aligned', parameters);
  const layers = comparableLayers(
    units.layers.filter((layer) => units.layerMap[layer.subjectLayer] !== null),
  );
  if (layers.length === 0)
    return notTestable('the models share no units whose origin could be asked for', parameters);
  const matrices: ComparedMatrix[] = [];
  for (const [at, layer] of layers.entries()) {
    pair.progress(`asking what layer ${layer.subjectLayer} shares`, at / layers.length);
    matrices.push(...(await compareLayer(pair, alignment, layer)));
  }
  const asked = matrices.filter(({ forth, back }) => Math.max(forth.bulk, back.bulk) >= FAINT);
  if (asked.length === 0)
    return notTestable('what the models share is too faint to ask where it came from', parameters);
  return tested(asked, await gainCorrelation(pair, alignment, units.layerMap), parameters);
}

interface ComparedMatrix {
  readonly name: string;
  readonly units: number;
  /** Components of the reference found in the subject, and the other way. */
  readonly forth: Retention;
  readonly back: Retention;
}

function notTestable(reason: string, parameters: TestOutcome['parameters']): TestOutcome {
  return {
    status: 'not-testable',
    reason,
    alternatives: [],
    parameters,
    facts: { verdict: 'undetermined' },
    summary: `Learned and initial structure could not be told apart: ${reason}.`,
  };
}

/** At most `MOST_LAYERS` layers with enough agreed units, spread over the depth. */
function comparableLayers(layers: readonly LayerMatch[]): LayerMatch[] {
  const fit = layers.filter((layer) => layer.agreed.reference.length >= FEWEST_UNITS);
  const count = Math.min(MOST_LAYERS, fit.length);
  return Array.from({ length: count }, (_, i) => fit[Math.floor(((i + 0.5) * fit.length) / count)]!);
}

async function compareLayer(
  pair: PairContext,
  alignment: Aligned,
  layer: LayerMatch,
): Promise<ComparedMatrix[]> {
  const most = alignment.referenceSize <= MOST_UNITS ? MOST_UNITS_OF_NARROW : MOST_UNITS;
  const picked = pair
    .random(`weights.learned-structure/${layer.subjectLayer}`)
    .sample(layer.agreed.reference.length, most);
  const unitsA = picked.map((at) => layer.agreed.reference[at]!);
  const unitsB = picked.map((at) => layer.agreed.subject[at]!);
  const out: ComparedMatrix[] = [];
  for (const role of ['mlp-gate', 'mlp-up'] as const) {
    const a = await residualRows(pair.reference, role, layer.referenceLayer, unitsA);
    const b = await residualRows(pair.subject, role, layer.subjectLayer, unitsB);
    if (a === undefined || b === undefined) continue;
    const q = await alignment.toReference(b);
    if (role === 'mlp-up') likeRows(q, a);
    out.push({
      name: `${role} ${layer.subjectLayer}`,
      units: picked.length,
      forth: await retention(a, q, pair.kernel),
      back: await retention(q, a, pair.kernel),
    });
  }
  return out;
}

/** Gives each row the length and sign of its counterpart: `up` rows can be rescaled and turned about
 *  against `down` without changing a model. */
function likeRows(rows: Matrix, model: Matrix): void {
  for (let i = 0; i < rows.rows; i++) {
    const own = row(rows, i);
    const other = row(model, i);
    let dot = 0;
    let square = 0;
    let wanted = 0;
    for (let j = 0; j < own.length; j++) {
      dot += own[j]! * other[j]!;
      square += own[j]! ** 2;
      wanted += other[j]! ** 2;
    }
    const scale = square > 0 ? Math.sign(dot || 1) * Math.sqrt(wanted / square) : 0;
    for (let j = 0; j < own.length; j++) own[j] = own[j]! * scale;
  }
}

function ratio({ spikes, bulk }: Retention): number {
  return bulk > 0 ? spikes / bulk : 0;
}

function tested(
  matrices: readonly ComparedMatrix[],
  gains: number | null,
  parameters: TestOutcome['parameters'],
): TestOutcome {
  const mean = (value: (m: ComparedMatrix) => number): number =>
    matrices.reduce((sum, m) => sum + value(m), 0) / matrices.length;
  const forth = mean((m) => ratio(m.forth));
  const back = mean((m) => ratio(m.back));
  const larger = mean((m) => Math.max(ratio(m.forth), ratio(m.back)));
  const learned = larger >= LEARNED_FROM;
  return {
    status: 'tested',
    statistic: {
      name: 'retained learned over retained initial structure',
      value: larger,
      n: matrices.length,
    },
    effect: { name: 'retained learned over retained initial structure', value: larger },
    controls: [{ name: 'decided as learned from', value: LEARNED_FROM }],
    parts: matrices.map(part),
    alternatives: [
      {
        explanation: 'Both were initialised from the same public seed or checkpoint and trained apart.',
        ruledOut: learned,
        ...(learned ? { by: card.id } : {}),
      },
    ],
    parameters,
    facts: {
      verdict: learned ? 'learned' : 'initialisation',
      ratioReferenceToSubject: forth,
      ratioSubjectToReference: back,
      gainCorrelation: gains,
    },
    summary:
      `Of what the models share, learned directions are retained ${larger.toFixed(2)} times as well as initial ` +
      `noise: ${learned ? 'training is shared, not only initial weights' : 'only initial weights appear shared'}.`,
  };
}

function part(m: ComparedMatrix): PartFinding {
  return {
    name: m.name,
    statistic: { name: 'learned over initial', value: Math.max(ratio(m.forth), ratio(m.back)), n: m.units },
    effect: { name: 'initial structure retained', value: m.forth.bulk },
  };
}
