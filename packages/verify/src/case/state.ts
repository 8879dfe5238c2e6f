import type { ResourceDescriptor } from '../claims/envelope.ts';
import type {
  CaseClaim,
  CorrectionClaim,
  CustodyClaim,
  DeadlineRecord,
  DeclarationClaim,
  DisclosureClaim,
  ExhibitClaim,
  FindingClaim,
  OpinionClaim,
  PartyRecord,
  PlanClaim,
  ReplyClaim,
  ReportClaim,
  RunClaim,
  SealClaim,
  SeedClaim,
} from '../claims/predicates.ts';

/** A claim with its place in the log. */
export interface Logged<T> {
  readonly index: number;
  readonly claim: T;
}

/** A claim whose document is a file named by its digest. */
export interface LoggedDocument<T> extends Logged<T> {
  readonly sha256: string;
}

export type DisclosureRecord = LoggedDocument<DisclosureClaim>;

export interface ExhibitRecord extends Logged<ExhibitClaim> {
  readonly sha256: string;
  /** Who holds it now, as the custody entries say. */
  holder: string;
  readonly transfers: Logged<CustodyClaim>[];
  readonly declarations: Logged<DeclarationClaim>[];
  readonly disclosures: DisclosureRecord[];
}

export interface RunRecord {
  readonly run: string;
  readonly start: Logged<RunClaim> & { readonly subject: ResourceDescriptor };
  end?: Logged<RunClaim>;
  readonly findings: string[];
}

export interface FindingRecord extends LoggedDocument<FindingClaim> {
  /** Digests of the exhibits the finding looked at. */
  readonly exhibits: readonly string[];
}

export interface SeedRecord {
  readonly steps: Logged<SeedClaim>[];
  /** Hex, once it is settled. */
  value?: string;
}

/** What the log says, entry by entry: everything a view of the case shows comes from here. */
export interface CaseState {
  /** Entries replayed. */
  size: number;
  opening?: Logged<CaseClaim> & { readonly subject: readonly ResourceDescriptor[] };
  readonly parties: Map<string, PartyRecord>;
  readonly deadlines: Logged<DeadlineRecord>[];
  readonly exhibits: Map<string, ExhibitRecord>;
  readonly seeds: Map<string, SeedRecord>;
  readonly plans: Map<string, LoggedDocument<PlanClaim>>;
  readonly runs: Map<string, RunRecord>;
  readonly findings: Map<string, FindingRecord>;
  readonly opinions: Map<string, LoggedDocument<OpinionClaim> & { readonly findings: readonly string[] }>;
  readonly replies: Map<string, LoggedDocument<ReplyClaim>>;
  readonly reports: Map<string, LoggedDocument<ReportClaim>>;
  readonly corrections: Logged<CorrectionClaim>[];
  readonly seals: (Logged<SealClaim> & { readonly sha256: string })[];
  /** Digests of all exhibits, findings by the digest of their document, amended plans by what amends them. */
  readonly exhibitDigests: Set<string>;
  readonly findingsByDigest: Map<string, FindingRecord>;
  readonly amendments: Map<string, string>;
}

export function emptyState(): CaseState {
  return {
    size: 0,
    parties: new Map(),
    deadlines: [],
    exhibits: new Map(),
    seeds: new Map(),
    plans: new Map(),
    runs: new Map(),
    findings: new Map(),
    opinions: new Map(),
    replies: new Map(),
    reports: new Map(),
    corrections: [],
    seals: [],
    exhibitDigests: new Set(),
    findingsByDigest: new Map(),
    amendments: new Map(),
  };
}
