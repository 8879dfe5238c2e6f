import { log10BinomialTail } from './discrete-tails.ts';
import { log10Sum } from './log-space.ts';

/** Whether ratios that should be e-values under one proposition behave like e-values. */
export interface LrSelfCheck {
  readonly cases: number;
  /** log10 of the mean ratio: at most 0 within error, since the mean of an LR under the proposition in its
   *  denominator is at most 1. */
  readonly log10Mean: number;
  /** log10 of the standard error of that mean; -Infinity where all ratios agree. */
  readonly log10StandardError: number;
  /** log10 p of "calibrated", by Markov on the mean: min(1, 1 / mean). Never small by chance. */
  readonly log10P: number;
  /** The most surprising breach of Turing's bound P(LR >= t) <= 1/t; absent where no ratio exceeds 1. */
  readonly turing?: TuringBreach;
}

/** Turing's bound at one threshold t = 10^log10LR. */
export interface TuringBreach {
  readonly log10LR: number;
  readonly atLeast: number;
  /** log10 of the share of cases there, to be compared with log10 of the bound 1/t. */
  readonly log10Share: number;
  readonly log10Bound: number;
  /** log10 p of so many independent cases at a rate of 1/t, times the number of thresholds tried. */
  readonly log10P: number;
}

/**
 * Self-check of log10 LRs on cases where the SECOND proposition is true. For the first proposition hand in
 * the negated log10 LRs of its cases. Good (1950): E[LR | Hd] = 1, hence Turing's P(LR >= t | Hd) <= 1/t.
 * Passing is weak: a few cases cannot show that a mean is not carried by rare huge ratios.
 * @throws RangeError for no cases, NaN or an infinite ratio (-Infinity, the ratio 0, is allowed).
 */
export function lrSelfCheck(log10LRs: readonly number[]): LrSelfCheck {
  const cases = log10LRs.length;
  if (cases === 0) throw new RangeError('a self-check needs cases');
  for (const value of log10LRs)
    if (!(value < Number.POSITIVE_INFINITY))
      throw new RangeError(`bound the ratios first: log10 LR ${value}`);
  const log10Mean = log10Sum(log10LRs) - Math.log10(cases);
  const turing = worstBreach(log10LRs);
  return {
    cases,
    log10Mean,
    log10StandardError: log10ErrorOfMean(log10LRs, log10Mean),
    log10P: log10Mean > 0 ? -log10Mean : 0,
    ...(turing === undefined ? {} : { turing }),
  };
}

/** sqrt(Σ (LR - mean)² / (n (n - 1))), in log10; Infinity for a single case. */
function log10ErrorOfMean(log10LRs: readonly number[], log10Mean: number): number {
  const n = log10LRs.length;
  if (n === 1) return Number.POSITIVE_INFINITY;
  const top = log10LRs.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  if (top === Number.NEGATIVE_INFINITY) return top;
  const mean = 10 ** (log10Mean - top);
  const squares = log10LRs.reduce((sum, value) => sum + (10 ** (value - top) - mean) ** 2, 0);
  return top + Math.log10(squares / (n * (n - 1))) / 2;
}

function worstBreach(log10LRs: readonly number[]): TuringBreach | undefined {
  const falling = log10LRs.filter((value) => value > 0).sort((a, b) => b - a);
  const tried = Math.log10(new Set(falling).size);
  let worst: TuringBreach | undefined;
  falling.forEach((log10LR, i) => {
    if (falling[i + 1] === log10LR) return;
    const atLeast = i + 1;
    // A rate must stay a number; raising it errs towards "calibrated".
    const rate = 10 ** Math.max(-300, -log10LR);
    const log10P = Math.min(0, log10BinomialTail(atLeast, log10LRs.length, rate) + tried);
    if (worst === undefined || log10P < worst.log10P) {
      const log10Share = Math.log10(atLeast / log10LRs.length);
      worst = { log10LR, atLeast, log10Share, log10Bound: -log10LR, log10P };
    }
  });
  return worst;
}
