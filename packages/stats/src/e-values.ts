import { LN10, log10Sum, logOneMinusExp } from './log-space.ts';

/**
 * E-values: numbers whose expectation under the null is at most 1, so that a large one is evidence against
 * it (Markov: P(E >= 1/alpha) <= alpha). All in log10; -Infinity is the e-value 0 and legal, +Infinity is
 * not. Source: Vovk & Wang 2021, "E-values: calibration, combination and applications".
 */

/**
 * How a p-value becomes an e-value, fixed in the plan before the data are seen:
 * `power` is kappa · p^(kappa - 1) with 0 < kappa < 1; `mixture` is its mean over all kappa,
 * (1 - p + p ln p) / (p ln² p), with nothing to choose; `root` is p^(-1/2) - 1 (Shafer 2021).
 */
export type Calibrator =
  | { readonly kind: 'power'; readonly kappa: number }
  | { readonly kind: 'mixture' }
  | { readonly kind: 'root' };

/** log10 e-value of a log10 p-value. Relative accuracy of e about 1e-15 per unit of log10.
 *  @throws RangeError for a log10 p that is positive or infinite, or kappa outside (0, 1). */
export function pToE(log10P: number, calibrator: Calibrator): number {
  if (!(log10P <= 0) || log10P === Number.NEGATIVE_INFINITY)
    throw new RangeError(`log10 p must be finite and at most 0, got ${log10P}`);
  switch (calibrator.kind) {
    case 'power': {
      const { kappa } = calibrator;
      if (!(kappa > 0 && kappa < 1)) throw new RangeError(`kappa lies in (0, 1), got ${kappa}`);
      return Math.log10(kappa) + (kappa - 1) * log10P;
    }
    case 'mixture':
      return mixtureOf(-log10P * LN10) / LN10;
    case 'root':
      // 10^h - 1 with h = -log10(p) / 2.
      return -log10P / 2 + logOneMinusExp((log10P / 2) * LN10) / LN10;
  }
}

/** ln of (exp(t) - 1 - t) / t², t = -ln p: 1/2 + t/6 + t²/24 + … next to t = 0. */
function mixtureOf(t: number): number {
  if (t > 1) return t - 2 * Math.log(t) + Math.log1p(-(1 + t) * Math.exp(-t));
  let term = 0.5;
  let sum = 0;
  for (let k = 3; term > 1e-18; k++) {
    sum += term;
    term *= t / k;
  }
  return Math.log(sum);
}

/**
 * log10 of Σ w_i e_i, an e-value under any dependence; weights must have been fixed before the data are
 * seen. Equal weights by default.
 * @throws RangeError for no e-values, or weights that are negative or do not add up to 1.
 */
export function eMean(log10Es: readonly number[], weights?: readonly number[]): number {
  checkEs(log10Es);
  const n = log10Es.length;
  if (n === 0) throw new RangeError('the mean of no e-values is none');
  if (weights === undefined) return log10Sum(log10Es) - Math.log10(n);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (weights.length !== n || !weights.every((weight) => weight >= 0) || !(Math.abs(total - 1) < 1e-9))
    throw new RangeError(`${weights.length} weights of total ${total} do not weigh ${n} e-values`);
  return log10Sum(
    log10Es.map((value, i) =>
      weights[i] === 0 ? Number.NEGATIVE_INFINITY : value + Math.log10(weights[i]!),
    ),
  );
}

/** log10 of Π e_i: an e-value where the e_i are independent, or each one is an e-value given all before it.
 *  0 (the e-value 1) for none. Never for tests on one and the same data. */
export function eProduct(log10Es: readonly number[]): number {
  checkEs(log10Es);
  return log10Es.reduce((sum, value) => sum + value, 0);
}

/** The p-value min(1, 1/e), log10 in and out. It is valid but weak: the way back from `pToE` loses much. */
export function log10PFromE(log10E: number): number {
  checkEs([log10E]);
  // Not -log10E alone, which would answer -0 at 0.
  return log10E > 0 ? -log10E : 0;
}

/** Ville's threshold 1/alpha in log10: an e-process passes it ever, under the null, with probability at most
 *  alpha; so it may be watched all the time. @throws RangeError unless alpha lies in (0, 1]. */
export function villeThreshold(alpha: number): number {
  if (!(alpha > 0 && alpha <= 1)) throw new RangeError(`alpha lies in (0, 1], got ${alpha}`);
  return -Math.log10(alpha);
}

/** An e-process after some steps: plain data, so that it can be logged and gone on with. */
export interface EProcess {
  readonly steps: number;
  /** The e-value if one stops now. */
  readonly log10E: number;
  /** The highest it ever stood: NOT an e-value, but 1 over it is an anytime-valid p-value (Ville). */
  readonly log10Maximum: number;
  /** log10 of that p-value. */
  readonly log10P: number;
}

/** An e-process before its first step: e-value 1, p-value 1. */
export const E_PROCESS_START: EProcess = { steps: 0, log10E: 0, log10Maximum: 0, log10P: 0 };

/**
 * The process one step on. `log10E` must come from an e-value given everything seen before this step
 * (for instance a likelihood ratio whose alternative was fixed before the step). Once at 0 it stays there.
 */
export function eProcessStep(process: EProcess, log10E: number): EProcess {
  const now = eProduct([process.log10E, log10E]);
  const log10Maximum = Math.max(process.log10Maximum, now);
  return { steps: process.steps + 1, log10E: now, log10Maximum, log10P: log10PFromE(log10Maximum) };
}

function checkEs(log10Es: readonly number[]): void {
  for (const value of log10Es)
    if (!(value < Number.POSITIVE_INFINITY))
      throw new RangeError(`log10 e must be below infinity, got ${value}`);
}
