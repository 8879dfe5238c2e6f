import type {
  Alternative,
  DescentDirection,
  ExhibitReference,
  Finding,
  JsonObject,
  Mechanism,
  PrimaryResult,
  WeightOpinion,
  WeightRelation,
} from '@filiation/evidence';
import { holm } from '@filiation/stats';
import { agreeingFamilies, headlineOf, wordOpinion } from './opinion-words.ts';
import type { TensorFamily } from './weight-test.ts';

/** The rule, fixed before any test runs; it is printed with every opinion. */
export const OPINION_RULE = {
  id: 'weights-opinion/1',
  significance:
    'Holm-adjusted log10 p <= -6 over all primary tests but those not testable on these models; one that was not asked for, or failed, is paid for all the same',
  log10Alpha: -6,
  familiesNeeded: 2,
  families:
    'embedding, attention, mlp; where the models allow only one family to be tested, that one must be significant',
  initialisation:
    'significant, but learned structure is not shared (weights.learned-structure): shared-initialisation',
} as const;

export interface OpinionInput {
  readonly reference: string;
  readonly subject: string;
  readonly exhibits: readonly ExhibitReference[];
  readonly findings: readonly Finding[];
  /** Tensor family of each primary test id. */
  readonly families: ReadonlyMap<string, TensorFamily>;
}

/** Combines the findings of one pair under the rule above. Pure: no finding outside `input` matters. */
export function weightOpinion(input: OpinionInput): WeightOpinion {
  const primary = primaryResults(input);
  const relation = decide(input, primary);
  const facts = (id: string): JsonObject | undefined =>
    input.findings.find((finding) => finding.test.id === id && finding.status === 'tested')?.facts;
  const related = relation === 'identical' || relation === 'derived';
  const direction = related ? readDirection(facts('weights.direction')) : UNDETERMINED;
  const mechanisms = related ? readMechanisms(input.findings) : [];
  const headline = headlineOf(primary);
  const words = wordOpinion({
    reference: input.reference,
    subject: input.subject,
    relation,
    primary,
    mechanisms,
    findings: input.findings,
  });
  return {
    propositions: {
      h1: `the weights of ${input.subject} and those of ${input.reference} descend one from the other or from common trained weights`,
      h2: `${input.subject} was initialised and trained independently of ${input.reference}`,
    },
    exhibits: input.exhibits,
    relation,
    ...(headline === undefined ? {} : { log10P: headline.log10PAdjusted, exactness: headline.exactness }),
    mechanisms,
    direction: direction.direction,
    directionReason: direction.reason,
    ...words,
    primary,
    alternatives: alternatives(input.findings, relation, direction.direction),
    rule: { ...OPINION_RULE },
  };
}

function primaryResults(input: OpinionInput): PrimaryResult[] {
  const rows = input.findings.flatMap((finding) => {
    const family = input.families.get(finding.test.id);
    if (family === undefined || finding.status !== 'tested' || finding.log10P === undefined) return [];
    return [{ test: finding.test.id, family, exactness: finding.exactness, log10P: finding.log10P }];
  });
  // Choosing tests must not be cheaper than running them: what was left out counts with p = 1.
  const skipped = [...input.families.keys()].filter((id) => !rows.some((entry) => entry.test === id));
  const unpaid = skipped.filter((id) => !notTestable(input, id)).map(() => 0);
  const adjusted = holm([...rows.map((entry) => entry.log10P), ...unpaid]);
  return rows.map((entry, i) => ({
    ...entry,
    log10PAdjusted: adjusted[i]!,
    significant: adjusted[i]! <= OPINION_RULE.log10Alpha,
  }));
}

function notTestable(input: OpinionInput, id: string): boolean {
  return input.findings.some((finding) => finding.test.id === id && finding.status === 'not-testable');
}

/** Two families, or fewer where the models themselves (not a choice of tests, not a failure) allow fewer. */
function familiesNeeded(input: OpinionInput): number {
  const open = [...input.families].filter(([id]) => !notTestable(input, id)).map(([, family]) => family);
  return Math.min(OPINION_RULE.familiesNeeded, new Set(open).size);
}

function decide(input: OpinionInput, primary: readonly PrimaryResult[]): WeightRelation {
  const facts = (id: string) => input.findings.find((finding) => finding.test.id === id)?.facts;
  if (facts('weights.identity')?.allIdentical === true) return 'identical';
  const { agree, testable } = agreeingFamilies(primary);
  if (testable.length === 0) return 'not-testable';
  if (agree.length < familiesNeeded(input)) return 'no-evidence';
  return facts('weights.learned-structure')?.verdict === 'initialisation'
    ? 'shared-initialisation'
    : 'derived';
}

const UNDETERMINED = { direction: 'undetermined' as DescentDirection, reason: 'no one-way evidence' };

function readDirection(facts: JsonObject | undefined): typeof UNDETERMINED {
  const direction = facts?.direction;
  const reasons = Array.isArray(facts?.reasons)
    ? facts.reasons.filter((text) => typeof text === 'string')
    : [];
  if (direction !== 'reference-to-subject' && direction !== 'subject-to-reference')
    return { ...UNDETERMINED, reason: reasons.length > 0 ? reasons.join('; ') : UNDETERMINED.reason };
  return { direction, reason: reasons.join('; ') };
}

function readMechanisms(findings: readonly Finding[]): Mechanism[] {
  return findings.flatMap((finding) => {
    const list = finding.facts?.mechanisms;
    if (!Array.isArray(list)) return [];
    return list.flatMap((entry) =>
      entry !== null &&
      typeof entry === 'object' &&
      !Array.isArray(entry) &&
      typeof entry.name === 'string' &&
      typeof entry.detail === 'string'
        ? [{ name: entry.name, detail: entry.detail, by: finding.test.id }]
        : [],
    );
  });
}

const RERUN_EXPLANATION =
  'both are the outcome of one public recipe: the same seed, data and software can give the same numbers twice';
const REVERSED_EXPLANATION =
  'the order of descent was made to look reversed: finer digits, layers, units or values can be invented and added afterwards, so dates from outside must bear it out';
const SEED_EXPLANATION = 'both were initialised from the same random seed or untrained checkpoint';

/** What else could explain agreement between weights, and what the case says of it. */
function alternatives(
  findings: readonly Finding[],
  relation: WeightRelation,
  direction: DescentDirection,
): Alternative[] {
  if (relation === 'no-evidence' || relation === 'not-testable')
    return [
      {
        explanation:
          'the subject learned from outputs of the reference (distillation): no weight test can see that',
        ruledOut: false,
      },
      { explanation: 'a disguise or retraining beyond what these tests can undo', ruledOut: false },
    ];
  const learned = findings.find((finding) => finding.test.id === 'weights.learned-structure');
  const seedRuledOut = relation === 'derived' && learned?.facts?.verdict === 'learned';
  return [
    { explanation: 'both descend from a third model that either party was free to use', ruledOut: false },
    relation === 'identical'
      ? { explanation: RERUN_EXPLANATION, ruledOut: false }
      : seedRuledOut
        ? { explanation: SEED_EXPLANATION, ruledOut: true, by: 'weights.learned-structure' }
        : { explanation: SEED_EXPLANATION, ruledOut: false },
    ...(direction === 'undetermined' ? [] : [{ explanation: REVERSED_EXPLANATION, ruledOut: false }]),
    {
      explanation: 'the files handed over are not the models in dispute (custody of the exhibits)',
      ruledOut: false,
    },
  ];
}
