import { FiliationError } from '@filiation/verify';
import type { TestCard } from '../card.ts';
import type { Alternative, ExhibitReference, Question } from '../finding.ts';
import type { CalibrationFacts } from './bound.ts';
import type {
  CaseOpinion,
  OpinionAlternative,
  OpinionOutcome,
  OpinionReading,
  Strength,
} from './case-opinion.ts';
import { combine } from './combine.ts';
import { checkOpinionRule, type OpinionRule, testsOfRule } from './rule.ts';
import { ENFSI_2015, readScale, type VerbalScale } from './scale.ts';
import { listing, type NumberedFinding, type SortedFindings, sortFindings } from './sorting.ts';
import { opinionWords } from './words.ts';

export interface OpinionInput {
  readonly question: Question;
  /** Two propositions at the same level; both must be stated. */
  readonly propositions: { readonly h1: string; readonly h2: string };
  readonly plan?: string;
  readonly comparison?: string;
  readonly exhibits: readonly ExhibitReference[];
  /** As it stands in the plan; checked again here. */
  readonly rule: OpinionRule;
  /** All findings of the question and pair in the order of the log, exploratory ones too. */
  readonly findings: readonly NumberedFinding[];
  readonly cards: readonly TestCard[];
  /** Sets that likelihood ratios were calibrated on, with their numbers of independent families. */
  readonly calibrations?: readonly CalibrationFacts[];
  readonly reading?: OpinionReading;
  readonly scale?: VerbalScale;
  /** Stricter than the rule's own level: this comparison's part of the plan's error budget. */
  readonly log10Alpha?: number;
}

/**
 * Combines the findings of one case under the rule that its plan fixed. Pure: the same input gives the
 * same opinion. Exploratory, failed and untestable findings never enter; all of them are listed.
 *
 * @throws FiliationError USAGE for a rule that does not hold, a missing proposition, findings of several
 *   pairs or another question
 */
export function formOpinion(input: OpinionInput): CaseOpinion {
  const rule = checkOpinionRule(input.rule);
  checkPropositions(input.propositions);
  checkQuestion(input);
  const sorted = sortFindings(input.findings, rule);
  const scale = input.scale ?? ENFSI_2015;
  const combined = combine(atLevel(rule, input.log10Alpha), sorted, input.calibrations ?? [], scale);
  const outcome = outcomeOf(combined.strength, input.reading, scale);
  return {
    schema: 'filiation.opinion/1',
    question: input.question,
    propositions: input.propositions,
    ...(input.plan === undefined ? {} : { plan: input.plan }),
    ...(input.comparison === undefined ? {} : { comparison: input.comparison }),
    exhibits: input.exhibits,
    rule,
    outcome,
    strength: combined.strength,
    ...opinionWords({
      propositions: input.propositions,
      strength: combined.strength,
      outcome,
      reading: input.reading,
    }),
    marks: combined.marks,
    entered: combined.entered,
    negative: negatives(input.findings, combined.entered, scale),
    listed: [...sorted.listed, ...combined.uncalibrated.map((entry) => listing(entry, 'no-calibration'))],
    missing: sorted.missing,
    alternatives: input.reading?.alternatives ?? alternativesOf(sorted, input.findings),
    ...(input.reading === undefined ? {} : { reading: input.reading }),
    blindTo: blindSpots(sorted, input.cards),
  };
}

function atLevel(rule: OpinionRule, log10Alpha: number | undefined): OpinionRule {
  return log10Alpha === undefined || !('log10Alpha' in rule)
    ? rule
    : { ...rule, log10Alpha: Math.min(rule.log10Alpha, log10Alpha) };
}

function checkPropositions({ h1, h2 }: OpinionInput['propositions']): void {
  if (h1.trim() !== '' && h2.trim() !== '' && h1.trim() !== h2.trim()) return;
  throw new FiliationError('USAGE', 'an opinion needs two different propositions', {
    hint: 'state what each side says, at the same level: how the model came about',
  });
}

function checkQuestion({ question, findings, rule }: OpinionInput): void {
  // Findings of a neighbouring question (artefacts beside weights) are shown, but decide nothing.
  const ids = testsOfRule(rule);
  const other = findings.find(
    ({ finding }) => ids.includes(finding.test.id) && finding.question !== question,
  );
  if (other === undefined) return;
  throw new FiliationError(
    'USAGE',
    `finding ${other.number} (${other.finding.test.id}) answers the question "${other.finding.question}", not "${question}"`,
    { hint: 'let tests of the opinion’s own question decide' },
  );
}

function outcomeOf(
  strength: Strength,
  reading: OpinionReading | undefined,
  scale: VerbalScale,
): OpinionOutcome {
  switch (strength.measure) {
    case 'none':
      return 'not-testable';
    case 'lr': {
      const { favours } = readScale(strength.log10LR, scale);
      return favours === 'neither' ? 'neutral' : favours === 'h1' ? 'favours-h1' : 'favours-h2';
    }
    default:
      if (!strength.significant) return 'undecided';
      return reading?.third === undefined ? 'against-h2' : 'third-explanation';
  }
}

/** Planned findings that do not speak against proposition 2, whether the rule uses them or not. */
function negatives(
  findings: readonly NumberedFinding[],
  entered: CaseOpinion['entered'],
  scale: VerbalScale,
): string[] {
  const rows = new Map(entered.map((each) => [each.number, each]));
  return findings.flatMap(({ number, finding }) => {
    if (finding.status !== 'tested' || finding.exploratory || finding.exactness === 'descriptive') return [];
    const row = rows.get(number);
    if (row?.significant !== undefined) return row.significant ? [] : [number];
    const ratio = row?.ratio?.value ?? finding.log10LR?.value;
    if (ratio !== undefined) return readScale(ratio, scale).favours === 'h1' ? [] : [number];
    // One in twenty is what a reader would look for; nothing is decided by it.
    return finding.log10P !== undefined && finding.log10P > Math.log10(0.05) ? [number] : [];
  });
}

/** Other explanations that the entering findings list. One counts as ruled out only where no entering
 *  finding leaves it open and the finding that rules it out is tested and planned. */
function alternativesOf(sorted: SortedFindings, findings: readonly NumberedFinding[]): OpinionAlternative[] {
  const listed = new Map<string, Alternative[]>();
  for (const { finding } of sorted.entering)
    for (const each of finding.alternatives)
      listed.set(each.explanation, [...(listed.get(each.explanation) ?? []), each]);
  return [...listed].map(([explanation, entries]) => {
    const by = entries.find((each) => each.by !== undefined)?.by;
    const ruling = findings.find(
      ({ finding, otherPlan }) =>
        finding.test.id === by && finding.status === 'tested' && !finding.exploratory && otherPlan !== true,
    );
    const ruledOut = ruling !== undefined && entries.every((each) => each.ruledOut);
    return ruledOut
      ? { explanation, ruledOut, by: by!, finding: ruling.number }
      : { explanation, ruledOut: false };
  });
}

function blindSpots({ entering }: SortedFindings, cards: readonly TestCard[]): CaseOpinion['blindTo'] {
  return entering.flatMap(({ finding }) => {
    const card = cards.find((each) => each.id === finding.test.id);
    return card === undefined ? [] : [{ test: card.id, cannotSee: card.blindTo }];
  });
}
