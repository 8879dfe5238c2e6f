import type { Check, DeadlineRecord, PartyRecord, PlanDocument, VerifiedFacts } from '@filiation/verify';
import type { TestCard } from './card.ts';
import type { FindingDocument, Question } from './finding.ts';
import type { CaseOpinion } from './opinion/case-opinion.ts';
import type { Fault } from './opinion/lint-wording.ts';

/**
 * Everything a case report shows, as plain data taken from the replayed log and its documents. Views draw
 * it and compute nothing. Times are RFC 3339; digests are `sha256:` and 64 hex digits; `entry` is the
 * index of the log entry that says so, `by` a party id.
 */
export interface CaseReportInput {
  readonly schema: 'filiation.case-report/1';
  /** `T1`… */
  readonly report: string;
  readonly software: string;
  readonly createdAt: string;
  readonly case: {
    readonly id: string;
    readonly title: string;
    readonly question: Question;
    /** The question in one sentence, with the exhibits' names, ending in a question mark. */
    readonly asks: string;
    readonly propositions: { readonly h1: string; readonly h2: string };
    /** IANA name. */
    readonly timeZone: string;
  };
  readonly parties: readonly PartyRecord[];
  /** Party id of whoever had the report made. */
  readonly author: string;
  readonly exhibits: readonly ReportExhibit[];
  readonly declarations: readonly ReportDeclaration[];
  readonly seeds: readonly ReportSeed[];
  /** Every plan and amendment, in the order of the log. */
  readonly plans: readonly ReportPlan[];
  readonly runs: readonly ReportRun[];
  /** Plan against what was run, one row a planned test, then one a test outside every plan. */
  readonly schedule: readonly ReportScheduleRow[];
  /** Every finding of the case, exploratory, failed and repeated ones too. */
  readonly findings: readonly ReportFinding[];
  /** Card of every test that was planned or run. */
  readonly cards: readonly TestCard[];
  readonly errorRates: readonly ReportErrorRates[];
  readonly opinions: readonly ReportOpinion[];
  readonly replies: readonly ReportReply[];
  readonly deadlines: readonly ReportDeadline[];
  readonly withheld: readonly ReportWithheld[];
  readonly corrections: readonly ReportCorrection[];
  readonly timeline: readonly ReportEvent[];
  readonly log: ReportLog;
  readonly reproduce: ReportReproduction;
  /** What `lintWording` found in texts that people wrote: they stand in the report as written. */
  readonly wording: readonly { readonly where: string; readonly faults: readonly Fault[] }[];
  /** Rules whose maps and blank forms are printed; both where not given. */
  readonly forms?: readonly ('us-federal' | 'england-wales')[];
  /** Remarks of the author, as written. */
  readonly remarks?: string;
}

export interface ReportExhibit {
  /** `E1`… */
  readonly number: string;
  readonly kind: string;
  readonly name: string;
  readonly digest: string;
  readonly size: number;
  readonly files: number;
  readonly origin: string;
  /** Party ids. */
  readonly custodian: string;
  readonly handedOverBy: string;
  readonly receivedAt: string;
  readonly entry: number;
  readonly storage: 'copy' | 'reference' | 'committed';
  readonly location?: string;
  readonly commitment?: string;
  readonly notes?: string;
  /** What the bytes were found to be when this report was made. */
  readonly state: 'unchanged' | 'changed' | 'not-checked';
  readonly stateReason?: string;
  readonly custody: readonly {
    readonly entry: number;
    readonly from: string;
    readonly to: string;
    readonly transferredAt: string;
    readonly means: string;
    readonly condition: 'unchanged' | 'changed' | 'not-checked';
    readonly notes?: string;
  }[];
}

/** A statement held against the findings; `claimed` is not decided by them. */
export interface DeclarationAssessment {
  readonly status: 'claimed' | 'confirmed' | 'contradicted';
  /** One clause: why. */
  readonly note: string;
}

/** What a party says of a model's ancestors, and what the findings make of it. */
export interface ReportDeclaration {
  readonly entry: number;
  readonly by: string;
  readonly exhibit: string;
  readonly basis: string;
  readonly completeness: 'complete' | 'partial' | 'none';
  /** For `none`, that the model has no ancestor: what the findings make of it. */
  readonly assessment?: DeclarationAssessment;
  readonly ancestors: readonly {
    readonly name: string;
    readonly relation: string;
    readonly exhibit?: string;
    readonly assessment?: DeclarationAssessment;
  }[];
}

export interface ReportSeed {
  /** `S1`… */
  readonly number: string;
  readonly source: 'joint' | 'beacon';
  /** In words: who committed and revealed, or which round of which service. */
  readonly how: string;
  readonly value?: string;
  readonly entry: number;
}

export interface ReportPlan {
  readonly number: string;
  readonly digest: string;
  readonly entry: number;
  readonly at: string;
  readonly by: string;
  readonly document: PlanDocument;
  /** Why it was amended. */
  readonly reason?: string;
  /** An amendment that came after a run of the plan it amends. */
  readonly afterRun: boolean;
}

export interface ReportRun {
  /** `R1`… */
  readonly number: string;
  readonly plan?: string;
  readonly by: string;
  readonly software: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly abandoned?: string;
  readonly exploratory: boolean;
  readonly entry: number;
}

export interface ReportScheduleRow {
  readonly test: { readonly id: string; readonly version: string };
  readonly plan?: string;
  readonly comparison?: string;
  /** `run`: as planned. `missing`: planned, no finding. `exploratory`: outside every plan. `repeated`: a
   *  further run of a test that had its finding. */
  readonly state: 'run' | 'not-testable' | 'failed' | 'missing' | 'exploratory' | 'repeated';
  readonly finding?: string;
  readonly run?: string;
  readonly note?: string;
}

export interface ReportFinding {
  /** `F1`… */
  readonly number: string;
  readonly digest: string;
  readonly entry: number;
  readonly at: string;
  readonly run: string;
  readonly plan?: string;
  readonly comparison?: string;
  readonly document: FindingDocument;
  /** Whether somebody computed it again, and what came of it. */
  readonly recomputed?: { readonly same: boolean; readonly by: string; readonly entry?: number };
}

/** How a test did on cases of known parentage. */
export interface ReportErrorRates {
  readonly test: string;
  readonly set: {
    readonly name: string;
    readonly digest?: string;
    /** What the set holds and which cases it may stand for. */
    readonly population: string;
  };
  readonly related: number;
  readonly unrelated: number;
  /** Independent families among the unrelated cases: the unit that counts. */
  readonly unrelatedFamilies: number;
  readonly falseAlarms: {
    /** `p <= 0.01`. */
    readonly level: string;
    readonly count: number;
    readonly of: number;
    /** One-sided 95 % upper bound of the rate over families. */
    readonly upper95?: number;
  };
  readonly sensitivity?: {
    readonly level: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  };
}

export interface ReportOpinion {
  /** `O1`… */
  readonly number: string;
  readonly digest: string;
  readonly entry: number;
  readonly at: string;
  readonly by: string;
  readonly plan: string;
  readonly comparison?: string;
  readonly title: string;
  readonly opinion: CaseOpinion;
}

export interface ReportReply {
  /** `Y1`… */
  readonly number: string;
  /** Number of what is answered. */
  readonly to: string;
  readonly by: string;
  readonly position: 'agreed' | 'disputed' | 'not-known' | 'objection';
  readonly ground: string;
  readonly text?: string;
  readonly at: string;
  readonly entry: number;
}

export interface ReportDeadline {
  readonly record: DeadlineRecord;
  readonly state: 'met' | 'late' | 'open' | 'moved' | 'passed';
  /** What met it, or how late it is. */
  readonly note?: string;
  readonly entry: number;
}

export interface ReportWithheld {
  readonly exhibit: string;
  readonly ground: string;
  readonly parts: number;
  readonly of: number;
  readonly commitment?: string;
  readonly entry: number;
}

export interface ReportCorrection {
  readonly entry: number;
  readonly corrects: number;
  readonly reason: string;
  readonly by: string;
}

export interface ReportEvent {
  readonly entry: number;
  readonly at: string;
  readonly by: string;
  /** `exhibit`, `plan`, `run`… */
  readonly kind: string;
  /** One sentence. */
  readonly what: string;
}

/** The log as the report's maker verified it. */
export interface ReportLog {
  readonly origin: string;
  readonly size: number;
  /** Hex. */
  readonly root: string;
  readonly vouchers: VerifiedFacts['vouchers'];
  /** What the vouchers do not cover, one sentence each: no witness, no outside time. */
  readonly weaknesses: readonly string[];
  /** Failed and warning checks of the verification made for this report. */
  readonly checks: readonly Check[];
  /** The trust policy, as text. */
  readonly policy?: string;
}

export interface ReportReproduction {
  /** Commands that check and recompute, with what each shows. */
  readonly commands: readonly { readonly command: string; readonly shows: string }[];
  /** Programs and data that took part. */
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly digest?: string;
  }[];
  /** Anything that may change a number on another machine. */
  readonly tolerances: readonly string[];
}
