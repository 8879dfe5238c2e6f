/** What a calibration set can support. The unit is the independent family, never the pair. */
export interface CalibrationFacts {
  /** The name that `log10LR.calibration` of a finding carries. */
  readonly id: string;
  /** `sha256:` and 64 hex digits of the set's description. */
  readonly digest?: string;
  /** Independent families among the related and the unrelated cases. */
  readonly families: { readonly related: number; readonly unrelated: number };
  /** Set only where H2 holds by construction (a secret random draw): how often the mechanism itself fails
   *  (a key leaks, a draw is not random), and where that number is from. */
  readonly exactNull?: { readonly failureRate: number; readonly source: string };
}

/** Range that a likelihood ratio may be reported in, log10, and what sets it. */
export interface RatioBound {
  readonly low: number;
  readonly high: number;
  readonly basis: string;
}

/**
 * No likelihood ratio goes further than the cases of known parentage carry it: at most N_d / 3, where N_d
 * is the number of independent unrelated families (with none above in N_d families, the rate above is
 * below 3 / N_d at 95 %), and at least 1 / N_p for N_p related families. Only where the null holds by
 * construction does the failure rate e of the mechanism take the place of the first: at most 1 / e.
 */
export function ratioBound(facts: CalibrationFacts): RatioBound {
  const { related, unrelated } = facts.families;
  if (![related, unrelated].every((count) => Number.isInteger(count) && count >= 0))
    throw new RangeError(`families must be counts, got ${related} and ${unrelated}`);
  // Subtracted, not negated: JSON has no -0.
  const low = 0 - Math.log10(Math.max(1, related));
  const lowBasis = `at least 1/${Math.max(1, related)}: ${related} independent related families`;
  const rate = facts.exactNull?.failureRate;
  if (rate !== undefined && facts.exactNull !== undefined) {
    if (!(rate > 0 && rate <= 1)) throw new RangeError(`failure rate must lie in (0, 1], got ${rate}`);
    return {
      low,
      high: 0 - Math.log10(rate),
      basis: `at most one over the failure rate of the mechanism (${facts.exactNull.source}); ${lowBasis}`,
    };
  }
  return {
    low,
    high: Math.log10(Math.max(1, unrelated / 3)),
    basis: `at most N/3 for ${unrelated} independent unrelated families; ${lowBasis}`,
  };
}

/** The ratio within its bound, and whether the bound changed it. */
export function boundRatio(log10LR: number, bound: RatioBound): { value: number; capped: boolean } {
  const value = Math.min(bound.high, Math.max(bound.low, log10LR));
  return { value, capped: value !== log10LR };
}
