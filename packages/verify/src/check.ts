/**
 * One thing that was looked at in a bundle. `failed` makes the verdict fail; `warning` names a weakness
 * that a reader must weigh (for example, no party but the owner vouches for the log); `not-checked` says
 * what could not be looked at here and what would make it checkable.
 */
export type CheckStatus = 'passed' | 'failed' | 'warning' | 'not-checked';

export interface Check {
  /** Stable, `area.subject`: `log.root`, `entry.signature`, `plan.before-run`, `time.token`… */
  readonly id: string;
  readonly status: CheckStatus;
  /** What was checked: the file, entry or signature, as a person would name it (`entry 12 (plan P1)`). */
  readonly part: string;
  /** One sentence: what was seen; for a failure, what does not fit and what it means. */
  readonly detail: string;
}

export interface VerificationReport {
  readonly schema: 'filiation.verification/1';
  readonly bundle: string;
  /** `failed` where any check failed. */
  readonly verdict: 'passed' | 'failed';
  /** Every failed and warning check, in order of the steps; passed ones are summed per id. */
  readonly checks: readonly Check[];
  /** How many times each check passed. */
  readonly passed: Readonly<Record<string, number>>;
  readonly facts: VerifiedFacts;
}

/** What the bundle says, once it is verified: for the page and the command line. */
export interface VerifiedFacts {
  readonly case?: { readonly id: string; readonly title: string };
  readonly entries: number;
  /** Hex root of the log. */
  readonly root?: string;
  /** Verifier key of the log, as the first entry names it. */
  readonly logKey?: string;
  /** Who vouches for which size of the log and when; the owner's signature has no outside time. */
  readonly vouchers: readonly {
    readonly kind: 'log' | 'witness' | 'time-authority';
    readonly name: string;
    readonly size: number;
    /** RFC 3339 UTC. */
    readonly at?: string;
    /** Root certificate that the authority's token leads to, escaped. */
    readonly root?: string;
  }[];
}
