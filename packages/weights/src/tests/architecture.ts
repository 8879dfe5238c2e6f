import type { Alternative, TableFigure, TestOutcome } from '@filiation/evidence';
import {
  CATALOGUE,
  CATALOGUE_FAMILIES,
  CATALOGUE_SOURCE,
  CHOICES,
  type Choice,
  type ChoiceValues,
  familiesOf,
  familiesWithValue,
  modelsSharing,
  surprisal,
} from '../artefacts/catalogue.ts';
import { choicesOf, compareSettings } from '../artefacts/choices.ts';
import type { PairContext } from '../context.ts';
import type { WeightTest } from '../weight-test.ts';

/** Models named in a sentence; the facts name all. */
const NAMED = 5;

const LABELS: Readonly<Record<Choice, string>> = {
  type: 'model type',
  layers: 'layers',
  hiddenSize: 'hidden size',
  heads: 'query heads',
  keyValueHeads: 'key/value heads',
  headSize: 'head size',
  mlpSize: 'MLP size',
  vocabularySize: 'vocabulary size',
  activation: 'activation',
  tiedHead: 'head tied to embedding',
  norm: 'norm',
  rotaryBase: 'rotary base',
  rotaryFraction: 'rotary fraction',
  contextLength: 'context length',
  queryNorm: 'query norm',
  beginToken: 'begin-of-text token id',
  endToken: 'end-of-text token id',
};

/** One choice as both models made it. `bits` is set where the value is shared. */
interface ComparedChoice {
  readonly choice: Choice;
  readonly a: string;
  readonly b: string;
  readonly shared: boolean;
  /** Families of the catalogue with the shared value. */
  readonly families: number | undefined;
  readonly known: number | undefined;
  readonly bits: number | undefined;
}

export const architectureTest: WeightTest = {
  card: {
    id: 'artefacts.architecture',
    version: '1',
    title: 'Architectural choices',
    question: 'artefacts',
    asks: 'Which design choices do both models share, and how rare are these among public base models?',
    nullHypothesis: 'Both designs were drawn independently from those of public model families.',
    assumptions: [
      `The catalogue (${CATALOGUE.length} public base models in ${CATALOGUE_FAMILIES} families) resembles the designs that either maker could have followed.`,
      'A family counts once a value, however many models it has; some families are themselves derived from others.',
      'Choices depend on each other (a head size follows from width and heads), so the sum of their bits is only an upper bound; the joint count of public models with the same combination is the fair figure.',
    ],
    exactness: 'descriptive',
    blindTo: [
      'copying between models of a common public design: sharing a popular design weighs nothing',
      'designs outside the catalogue, above all those of one maker',
      'weights altogether',
    ],
    source: `Surprisal against a catalogue, weighted by family; catalogue facts: ${CATALOGUE_SOURCE}`,
  },
  run: (pair) => Promise.resolve(compareArchitectures(pair)),
};

function compareArchitectures(pair: PairContext): TestOutcome {
  const a = choicesOf(pair.reference);
  const b = choicesOf(pair.subject);
  const compared = CHOICES.flatMap((choice) => compareChoice(choice, a, b));
  if (compared.length === 0)
    return {
      status: 'not-testable',
      reason:
        'no design choice is known of both models: a configuration, or tensors of known names, would tell',
      alternatives: [],
      parameters: { catalogue: CATALOGUE_SOURCE },
      summary: 'The designs could not be compared.',
    };
  const shared = compared.filter((entry) => entry.shared);
  const values = Object.fromEntries(shared.map(({ choice, a: value }) => [choice, value]));
  const joint = shared.length === 0 ? [] : modelsSharing(values);
  const families = familiesOf(joint);
  const jointBits =
    shared.length === 0 ? 0 : surprisal({ families: families.length, known: CATALOGUE_FAMILIES });
  const sumBits = shared.reduce((sum, { bits }) => sum + (bits ?? 0), 0);
  const settings = compareSettings(
    pair.reference.architecture.configuration,
    pair.subject.architecture.configuration,
  );
  return {
    status: 'tested',
    statistic: { name: 'shared choices', value: shared.length, n: compared.length },
    effect: { name: 'surprisal of the shared combination (bits)', value: jointBits },
    figures: [choiceTable(compared, families.length, jointBits, sumBits)],
    alternatives: alternatives(shared.length, families),
    parameters: { catalogue: CATALOGUE_SOURCE, models: CATALOGUE.length, families: CATALOGUE_FAMILIES },
    facts: {
      shared: values,
      jointModels: joint.map(({ model }) => model),
      jointFamilies: [...families],
      jointBits,
      sumBits,
      settingsEqual: settings.equal.length,
      settingsDifferent: [...settings.different],
      settingsInOneOnly: [...settings.single],
    },
    summary: summary(compared.length, shared.length, joint, families),
  };
}

function compareChoice(choice: Choice, a: ChoiceValues, b: ChoiceValues): ComparedChoice[] {
  const left = a[choice];
  const right = b[choice];
  if (left === undefined || right === undefined) return [];
  if (left !== right)
    return [
      { choice, a: left, b: right, shared: false, families: undefined, known: undefined, bits: undefined },
    ];
  const count = familiesWithValue(choice, left);
  return [{ choice, a: left, b: right, shared: true, ...count, bits: surprisal(count) }];
}

function choiceTable(
  compared: readonly ComparedChoice[],
  jointFamilies: number,
  jointBits: number,
  sumBits: number,
): TableFigure {
  const round = (bits: number): number => Math.round(10 * bits) / 10;
  return {
    id: 'architecture-choices',
    kind: 'table',
    title: 'Design choices and how rare the shared ones are',
    caption:
      'Surprisal counts public families with the shared value: near 0 bits says that everybody chooses so. Choices depend on each other, so the bits must not be added: the sum is an upper bound, and the last line counts families that share the whole combination.',
    columns: ['choice', 'reference', 'subject', 'families with the shared value', 'bits'],
    rows: [
      ...compared.map(({ choice, a, b, shared, families, known, bits }) => [
        LABELS[choice],
        a,
        b,
        shared ? `${families} of ${known}` : 'not shared',
        bits === undefined ? null : round(bits),
      ]),
      ['sum of the single choices (upper bound)', '', '', '', round(sumBits)],
      ['all shared choices together', '', '', `${jointFamilies} of ${CATALOGUE_FAMILIES}`, round(jointBits)],
    ],
  };
}

function alternatives(shared: number, families: readonly string[]): Alternative[] {
  if (shared === 0) return [];
  return [
    {
      explanation:
        families.length > 0
          ? `both follow a public design: ${families.length} public families share the whole combination`
          : 'both follow one design outside the catalogue, for example of the same maker or the same training code',
      ruledOut: false,
    },
  ];
}

function summary(
  compared: number,
  shared: number,
  joint: readonly { readonly model: string }[],
  families: readonly string[],
): string {
  if (shared === 0) return `The models share none of ${compared} design choices.`;
  const names = joint.slice(0, NAMED).map(({ model }) => model);
  const more = joint.length > NAMED ? ` and ${joint.length - NAMED} more` : '';
  const rarity =
    joint.length === 0
      ? `no public model of the catalogue (${CATALOGUE.length} models) has this combination`
      : `so do public models of ${families.length} of ${CATALOGUE_FAMILIES} families (${names.join(', ')}${more})`;
  return `The models share ${shared} of ${compared} design choices; ${rarity}.`;
}
