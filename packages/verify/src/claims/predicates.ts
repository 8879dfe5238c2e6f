import type { ResourceDescriptor } from './envelope.ts';

/**
 * What each log entry says. One interface a predicate; `schemas.ts` holds the JSON Schema of each, from
 * which `docs/schema/` is written and with which every entry is validated. All numbers that are not
 * counts are decimal strings (another language must agree on every byte); all times RFC 3339 UTC as the
 * signer's clock had it (`at` is declared, not trusted: only time tokens and cosignatures are).
 */
export interface ClaimHeader {
  /** Case id of the first entry. */
  readonly case: string;
  /** Id of the party that signs. */
  readonly actor: string;
  readonly at: string;
  /** The log as the signer saw it when signing: binds the claim into one history. Size 0 has the
   *  digest of the empty string. */
  readonly seen: { readonly size: number; readonly root: string };
}

export type PartyRole =
  | 'custodian'
  | 'examiner'
  | 'neutral'
  | 'counsel'
  | 'tribunal'
  | 'observer'
  | 'auditor'
  | 'witness';

export interface PartyRecord {
  /** Short, stable, `[a-z0-9-]{1,32}`. */
  readonly id: string;
  readonly name: string;
  /** Whom the party stands for: `claimant`, `respondent`, `neutral`. */
  readonly side: 'claimant' | 'respondent' | 'neutral';
  readonly roles: readonly PartyRole[];
  /** Signed-note verifier key `name+hash+base64`, Ed25519; absent for parties that never sign. */
  readonly key?: string;
}

export type DeadlineKind =
  | 'preserve-by'
  | 'disclose-by'
  | 'report-by'
  | 'questions-by'
  | 'joint-statement-by'
  | 'reply-by'
  | 'hearing'
  | 'other';

export interface DeadlineRecord {
  /** `D1`, `D2`… in order of logging. */
  readonly number: string;
  readonly kind: DeadlineKind;
  /** RFC 3339 with offset. */
  readonly due: string;
  readonly party?: string;
  /** Order, rule or agreement that sets it. */
  readonly source: string;
  /** Number of the deadline it moves. */
  readonly replaces?: string;
}

/** Entry 0, and only entry 0. Subject: the case's tlog policy file. */
export interface CaseClaim extends ClaimHeader {
  readonly title: string;
  readonly question: 'weights' | 'outputs' | 'service' | 'harvest' | 'leak' | 'artefacts';
  readonly propositions: { readonly h1: string; readonly h2: string };
  readonly parties: readonly PartyRecord[];
  /** IANA name; people's times are shown in it. */
  readonly timeZone: string;
  readonly deadlines: readonly DeadlineRecord[];
  /** Origin and verifier key of the log. */
  readonly log: { readonly origin: string; readonly key: string };
}

/** A party joins, or its roles change. Subject: the party's key text, digested. */
export interface PartyClaim extends ClaimHeader {
  readonly party: PartyRecord;
}

/** Subject: the key text. A revoked key signs nothing after this entry. */
export interface KeyClaim extends ClaimHeader {
  readonly action: 'rotate' | 'revoke';
  readonly party: string;
  readonly key: string;
  /** For `rotate`: the key it replaces, which signs this entry. */
  readonly replaces?: string;
  readonly reason: string;
}

export interface DeadlineClaim extends ClaimHeader {
  readonly deadline: DeadlineRecord;
}

export type ExhibitKind = 'model' | 'transcript' | 'log' | 'mark-book' | 'code' | 'document' | 'other';

/** Subject: the exhibit's tree digest. */
export interface ExhibitClaim extends ClaimHeader {
  /** `E1`, `E2`…: never changes, never reused. */
  readonly exhibit: string;
  readonly kind: ExhibitKind;
  readonly name: string;
  /** Bytes and files in all. */
  readonly size: number;
  readonly files: number;
  readonly origin: string;
  readonly custodian: string;
  readonly handedOverBy: string;
  readonly receivedAt: string;
  /** `copy`: the bytes lie in the case; `reference`: only where they are; `committed`: another party
   *  holds them and has committed to them. */
  readonly storage: 'copy' | 'reference' | 'committed';
  readonly location?: string;
  /** Root of the salted commitment over its parts, where one was made. */
  readonly commitment?: string;
  readonly notes?: string;
}

export interface CustodyClaim extends ClaimHeader {
  readonly exhibit: string;
  readonly from: string;
  readonly to: string;
  readonly transferredAt: string;
  readonly means: string;
  /** Digest found on arrival; must be the exhibit's. */
  readonly condition: 'unchanged' | 'changed' | 'not-checked';
  readonly notes?: string;
}

/** A party's statement of a model's ancestors: a claim, never a fact. Subject: the exhibit. */
export interface DeclarationClaim extends ClaimHeader {
  readonly exhibit: string;
  readonly ancestors: readonly {
    readonly name: string;
    readonly relation: 'fine-tune' | 'adapter' | 'merge' | 'quantized' | 'distilled' | 'pruned' | 'unknown';
    readonly sha256?: string;
  }[];
  /** `none` states that the model was trained from scratch. */
  readonly completeness: 'complete' | 'partial' | 'none';
  /** Where it was read: `party`, `model-card`, `cyclonedx`, `signed-manifest`. */
  readonly basis: string;
}

/** Joint seed: both sides commit, then reveal; or a beacon round fixed in advance. */
export interface SeedClaim extends ClaimHeader {
  readonly seed: string;
  readonly step: 'commit' | 'reveal' | 'beacon-choice' | 'beacon-value' | 'result';
  /** commit: hex SHA-256 of the 32-byte value; reveal and beacon-value: the value, hex. */
  readonly value?: string;
  /** beacon-choice: service and round, later than the entry. */
  readonly beacon?: { readonly name: string; readonly round: number; readonly at: string };
}

/** Subject: the plan document (`plans/SHA256.json`). */
export interface PlanClaim extends ClaimHeader {
  /** `P1`, `P2`…; an amendment takes a number of its own. */
  readonly plan: string;
  readonly amends?: string;
  readonly reason?: string;
  readonly tests: number;
}

/** Subject: the plan document. */
export interface RunClaim extends ClaimHeader {
  /** `R1`, `R2`… */
  readonly run: string;
  readonly plan?: string;
  readonly step: 'start' | 'end' | 'abandon';
  readonly exploratory: boolean;
  readonly software: string;
  /** end: findings logged in this run. */
  readonly findings?: number;
  readonly reason?: string;
}

/** Subject: the finding document (`findings/SHA256.json`), then the exhibits it looked at. */
export interface FindingClaim extends ClaimHeader {
  /** `F1`, `F2`… */
  readonly finding: string;
  readonly run: string;
  readonly plan?: string;
  /** `C1`…: the comparison of the plan. */
  readonly comparison?: string;
  readonly test: { readonly id: string; readonly version: string };
  readonly status: 'tested' | 'not-testable' | 'failed';
  readonly exactness: 'exact' | 'calibrated' | 'descriptive';
  readonly exploratory: boolean;
  /** Decimal, as in the document. */
  readonly log10P?: string;
  readonly log10LR?: string;
}

/** Subject: the opinion document, then the finding documents it rests on. */
export interface OpinionClaim extends ClaimHeader {
  /** `O1`… */
  readonly opinion: string;
  readonly plan: string;
  readonly comparison: string;
  readonly rule: string;
  readonly sentence: string;
}

/** Subject: the reply document (`replies/SHA256.json`). */
export interface ReplyClaim extends ClaimHeader {
  /** `Y1`… */
  readonly reply: string;
  /** Number of what is answered: `F2`, `O1`, `P1`, `E3`. */
  readonly to: string;
  readonly position: 'agreed' | 'disputed' | 'not-known' | 'objection';
  readonly ground: string;
}

/** Subject: the commitment record or opened parts. */
export interface DisclosureClaim extends ClaimHeader {
  readonly exhibit: string;
  readonly action: 'commit' | 'open' | 'withhold' | 'sketch';
  /** Root of the salted Merkle commitment, hex. */
  readonly commitment: string;
  /** Parts concerned and parts in all. */
  readonly parts: number;
  readonly of: number;
  /** withhold: ground; open: to whom. */
  readonly ground?: string;
  readonly to?: string;
  /** sketch: number of the seed, linear unknowns given away by this sketch and in all so far, cap. */
  readonly leak?: {
    readonly seed: string;
    readonly released: number;
    readonly total: number;
    readonly cap: number;
  };
}

/** Subject: the report file. */
export interface ReportClaim extends ClaimHeader {
  /** `T1`… */
  readonly report: string;
  readonly author: string;
  readonly format: 'html' | 'pdf' | 'json';
}

/** Nothing is ever deleted: a correction points at what it corrects. */
export interface CorrectionClaim extends ClaimHeader {
  /** Index of the entry. */
  readonly corrects: number;
  readonly reason: string;
}

/** The last entry of a bundle: what went in, what was withheld. Subject: the payload manifest. */
export interface SealClaim extends ClaimHeader {
  readonly included: number;
  readonly withheld: readonly {
    readonly exhibit: string;
    readonly ground: string;
  }[];
}

/** Predicate name to predicate; the name stands in `urn:filiation:claim:NAME:v1`. */
export interface Claims {
  readonly case: CaseClaim;
  readonly party: PartyClaim;
  readonly key: KeyClaim;
  readonly deadline: DeadlineClaim;
  readonly exhibit: ExhibitClaim;
  readonly custody: CustodyClaim;
  readonly declaration: DeclarationClaim;
  readonly seed: SeedClaim;
  readonly plan: PlanClaim;
  readonly run: RunClaim;
  readonly finding: FindingClaim;
  readonly opinion: OpinionClaim;
  readonly reply: ReplyClaim;
  readonly disclosure: DisclosureClaim;
  readonly report: ReportClaim;
  readonly correction: CorrectionClaim;
  readonly seal: SealClaim;
}
export type ClaimName = keyof Claims;

/** A claim ready to be signed, before the header is known to be right. */
export interface ClaimDraft<N extends ClaimName = ClaimName> {
  readonly name: N;
  readonly subject: readonly ResourceDescriptor[];
  readonly predicate: Claims[N];
}
