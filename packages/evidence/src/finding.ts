import type { JsonObject } from '@filiation/verify';
import type { FigureData } from './figure.ts';

export type Question = 'weights' | 'outputs' | 'service' | 'harvest' | 'leak' | 'artefacts';
export type Role = 'subject' | 'reference' | 'control' | 'candidate';
export type Exactness = 'exact' | 'calibrated' | 'descriptive';
export type FindingStatus = 'tested' | 'not-testable' | 'failed';

/** Something else that could explain a result, and whether the case rules it out. */
export interface Alternative {
  readonly explanation: string;
  readonly ruledOut: boolean;
  /** Id of the test whose finding rules it out. */
  readonly by?: string;
}

export interface ExhibitReference {
  readonly role: Role;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  readonly name: string;
}

export interface NamedValue {
  readonly name: string;
  readonly value: number;
}

/** Result for one layer, tensor, slot or account: what localises a finding. */
export interface PartFinding {
  readonly name: string;
  readonly statistic?: { readonly name: string; readonly value: number; readonly n: number };
  readonly log10P?: number;
  readonly effect?: NamedValue;
  readonly note?: string;
}

/** What a test says; the runner adds who, when and with what. */
export interface TestOutcome {
  readonly status: FindingStatus;
  /** Why not testable or failed, and what would make it testable. */
  readonly reason?: string;
  /** Overrides the card where a run falls short of it (for example, a capped permutation count). */
  readonly exactness?: Exactness;
  readonly statistic?: { readonly name: string; readonly value: number; readonly n: number };
  /** log10 of the p-value under the null; finite, at most 0. */
  readonly log10P?: number;
  readonly log10LR?: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly calibration: string;
  };
  readonly effect?: {
    readonly name: string;
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
  };
  /** The smallest effect this data could have shown at the stated level. */
  readonly detectable?: { readonly name: string; readonly value: number; readonly level: string };
  /** Values of the same statistic where the answer is known. */
  readonly controls?: readonly NamedValue[];
  readonly parts?: readonly PartFinding[];
  readonly figures?: readonly FigureData[];
  readonly alternatives: readonly Alternative[];
  /** Everything needed to run the test again, and facts that views and opinions read. */
  readonly parameters: JsonObject;
  /** Machine-readable results that are not a statistic: coefficients, ranks, kept layers. */
  readonly facts?: JsonObject;
  /** One plain sentence: what was seen. */
  readonly summary: string;
}

/** Outcome of one test in one case: the central type. Recomputing it gives the same bytes, times aside. */
export interface Finding extends TestOutcome {
  readonly test: { readonly id: string; readonly version: string };
  readonly question: Question;
  readonly exhibits: readonly ExhibitReference[];
  readonly exactness: Exactness;
  readonly seed: string;
  readonly exploratory: boolean;
  readonly software: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** A finding as it stands in a case: without the times of its computing, so that recomputing it gives
 *  the same bytes. Every Finding is one. */
export type FindingDocument = Omit<Finding, 'startedAt' | 'durationMs'>;
