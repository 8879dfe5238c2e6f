import type { CaseFolder, Finding, NumberedFinding, OpinionReading, TestCard } from '@filiation/evidence';
import type { JsonObject, PlannedComparison } from '@filiation/verify';
import type { JudgedStatement, OriginStatement } from '@filiation/weights';
import type { Terminal } from '../io/terminal.ts';

/** Where the bytes of the exhibits of one comparison lie on this machine, in the order of the plan. */
export interface LocatedExhibit {
  readonly role: PlannedComparison['exhibits'][number]['role'];
  readonly exhibit: string;
  readonly sha256: string;
  readonly name: string;
  readonly path: string;
}

export interface KindRun {
  readonly comparison: PlannedComparison;
  readonly exhibits: readonly LocatedExhibit[];
  readonly seed: string;
  /** Findings of this comparison that an interrupted run has logged already, by test id. */
  readonly done: ReadonlyMap<string, Finding>;
  readonly onFinding: (finding: Finding) => Promise<void>;
  readonly terminal: Terminal;
  readonly threads?: number;
}

/** One kind of evidence, as far as a case must know it: what can be planned, and how it is run. */
export interface CaseKind {
  readonly kind: string;
  readonly cards: readonly TestCard[];
  readonly tests: readonly { readonly id: string; readonly version: string }[];
  readonly software: string;
  /** Rule for opinions that a plan of these tests takes where none is given. */
  defaultRule(tests: readonly string[]): JsonObject;
  readonly defaultAlpha: string;
  /** Every parameter that changes a number but the seed. */
  defaultParameters(): JsonObject;
  run(input: KindRun): Promise<void>;
  /** What is stated of the subject's origin, held against the findings, in the same order; undefined
   *  where the findings cannot decide it. */
  judgeStatements(
    findings: readonly NumberedFinding[],
    statements: readonly OriginStatement[],
  ): readonly JudgedStatement[] | undefined;
  reading(
    of: CaseFolder,
    comparison: PlannedComparison,
    findings: readonly NumberedFinding[],
  ): OpinionReading | undefined;
}
