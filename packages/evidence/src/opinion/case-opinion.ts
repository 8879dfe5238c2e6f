import type { Exactness, ExhibitReference, FindingStatus, Question } from '../finding.ts';
import type { RatioBound } from './bound.ts';
import type { OpinionRule } from './rule.ts';

/**
 * What the findings come to.
 * `against-h2`: improbable if proposition 2 held. `favours-h1`, `favours-h2`, `neutral`: by a likelihood
 * ratio. `third-explanation`: improbable under proposition 2, but accounted for by something that is not
 * proposition 1. `undecided`: the rule's level was not reached. `not-testable`: nothing entered the rule.
 */
export type OpinionOutcome =
  | 'against-h2'
  | 'favours-h1'
  | 'favours-h2'
  | 'neutral'
  | 'third-explanation'
  | 'undecided'
  | 'not-testable';

/** A finding of the case with its place in the record. */
export interface FindingEntry {
  /** `F1`, `F2`… */
  readonly number: string;
  /** `sha256:` and 64 hex digits of the finding document. */
  readonly digest: string;
}

/** A finding as it entered the rule. */
export interface EnteredFinding extends FindingEntry {
  readonly test: { readonly id: string; readonly version: string };
  readonly exactness: Exactness;
  readonly group?: string;
  readonly log10P?: number;
  /** After Holm over all tests of the rule but those not testable on these exhibits. */
  readonly log10PAdjusted?: number;
  readonly significant?: boolean;
  readonly weight?: number;
  /** Absent for an e-value of 0. */
  readonly log10E?: number;
  readonly ratio?: {
    readonly reported: number;
    /** Within the bound. */
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly capped: boolean;
    readonly calibration: string;
    readonly bound: RatioBound;
  };
}

/** Why a finding did not enter, and what it said. */
export interface ListedFinding extends FindingEntry {
  readonly test: { readonly id: string; readonly version: string };
  readonly status: FindingStatus;
  readonly why:
    | 'exploratory'
    | 'not-testable'
    | 'failed'
    | 'no-number'
    | 'descriptive'
    | 'not-in-rule'
    | 'repeat'
    | 'other-plan'
    | 'no-calibration';
  readonly summary: string;
}

export type Strength =
  | {
      readonly measure: 'p';
      readonly log10P: number;
      readonly correction: 'none' | 'holm';
      /** The p-value that is held against the level: with several groups to agree, that of the weakest. */
      readonly decidedBy: number;
      /** The rule's level, or a stricter one where the plan's error budget asks for it. */
      readonly log10Alpha: number;
      readonly significant: boolean;
      readonly exactness: Exactness;
      /** Test the opinion is quoted by. */
      readonly by: string;
    }
  | {
      readonly measure: 'e';
      /** Absent where the mean is 0. */
      readonly log10E?: number;
      readonly log10P: number;
      readonly log10Alpha: number;
      readonly significant: boolean;
    }
  | {
      readonly measure: 'lr';
      readonly log10LR: number;
      readonly low: number;
      readonly high: number;
      readonly bound: RatioBound;
      readonly capped: boolean;
      readonly word: string;
      readonly scale: { readonly id: string; readonly version: string };
    }
  | { readonly measure: 'none'; readonly reason: string };

export interface OpinionAlternative {
  readonly explanation: string;
  readonly ruledOut: boolean;
  /** Id of the test that rules it out, and the number of its finding. */
  readonly by?: string;
  readonly finding?: string;
}

/** Findings of one case combined under one pair of propositions, by a rule fixed before the run. */
export interface CaseOpinion {
  readonly schema: 'filiation.opinion/1';
  readonly question: Question;
  readonly propositions: { readonly h1: string; readonly h2: string };
  /** Number of the plan that fixed the rule, and of the comparison within it. */
  readonly plan?: string;
  readonly comparison?: string;
  readonly exhibits: readonly ExhibitReference[];
  readonly rule: OpinionRule;
  readonly outcome: OpinionOutcome;
  readonly strength: Strength;
  /** The answer, number first. */
  readonly sentence: string;
  /** What the number is and is not. */
  readonly caution: string;
  /** What a reader must be told of how it was formed: a product of ratios, a ratio held at its bound. */
  readonly marks: readonly string[];
  readonly entered: readonly EnteredFinding[];
  /** Planned, tested, and without evidence against proposition 2 (or favouring it). */
  readonly negative: readonly string[];
  readonly listed: readonly ListedFinding[];
  /** Tests of the rule for which the case holds no finding. */
  readonly missing: readonly string[];
  readonly alternatives: readonly OpinionAlternative[];
  /** What the evidence kind's own rule reads from the findings, beyond the strength. */
  readonly reading?: OpinionReading;
  /** What each test that entered cannot see by itself; another of them may. */
  readonly blindTo: readonly { readonly test: string; readonly cannotSee: readonly string[] }[];
}

/** What one kind of evidence (weights, marks…) reads from its findings beyond a number. */
export interface OpinionReading {
  /** Id of the rule that read it. */
  readonly by: string;
  readonly sentence: string;
  /** Something that is neither proposition and accounts for the results: a shared initialisation. */
  readonly third?: { readonly explanation: string; readonly by: string };
  readonly details: readonly { readonly name: string; readonly text: string; readonly by: string }[];
  /** Replaces the findings' own lists: weighed over the whole case. */
  readonly alternatives?: readonly OpinionAlternative[];
  /** For no evidence: the smallest relationship the data could have shown. */
  readonly detectable?: string;
}
