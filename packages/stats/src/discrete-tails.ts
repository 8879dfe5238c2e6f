import { betaPoint, logBetaTails } from './incomplete-beta.ts';
import { logGammaTails } from './incomplete-gamma.ts';
import { LN10 } from './log-space.ts';

/**
 * log10 P(X >= hits) for X binomial: `trials` independent tries that succeed with probability `rate`.
 * I_rate(hits, trials - hits + 1), DLMF 8.17.5. Relative error of the log10 below 1e-12 (worst measured
 * 3.2e-13, and 1.1e-14 for p up to one half), trials up to about 1e12.
 * @throws RangeError unless 0 <= hits <= trials are integers and rate in [0, 1], or for the impossible.
 */
export function log10BinomialTail(hits: number, trials: number, rate: number): number {
  checkBinomial(hits, trials, rate);
  if (hits === 0 || rate === 1) return 0;
  if (rate === 0) throw new RangeError(`${hits} hits at rate 0 are impossible: they have no log10 tail`);
  const [a, b] = [hits, trials - hits + 1];
  return logBetaTails(a, b, betaPoint(a, b, rate)).lower / LN10;
}

/** log10 P(X <= hits), the other side of `log10BinomialTail`.
 *  @throws RangeError as there. */
export function log10BinomialLowerTail(hits: number, trials: number, rate: number): number {
  checkBinomial(hits, trials, rate);
  if (hits === trials || rate === 0) return 0;
  if (rate === 1) throw new RangeError(`only ${hits} hits at rate 1 are impossible: they have no log10 tail`);
  const [a, b] = [hits + 1, trials - hits];
  return logBetaTails(a, b, betaPoint(a, b, rate)).upper / LN10;
}

/** log10 P(X >= count) for X Poisson with the given mean: P(count, mean), DLMF 8.4.9. Relative error of the
 *  log10 below 1e-12 (worst measured 1.3e-13), means up to about 1e12.
 *  @throws RangeError unless count is an integer >= 0 and mean >= 0, finite, or for the impossible. */
export function log10PoissonTail(count: number, mean: number): number {
  checkPoisson(count, mean);
  if (count === 0) return 0;
  if (mean === 0) throw new RangeError(`count ${count} at mean 0 is impossible: it has no log10 tail`);
  return logGammaTails(count, mean).lower / LN10;
}

/** log10 P(X <= count) for X Poisson with the given mean: Q(count + 1, mean), DLMF 8.4.10.
 *  @throws RangeError unless count is an integer >= 0 and mean >= 0, finite. */
export function log10PoissonLowerTail(count: number, mean: number): number {
  checkPoisson(count, mean);
  return logGammaTails(count + 1, mean).upper / LN10;
}

function checkBinomial(hits: number, trials: number, rate: number): void {
  if (!Number.isSafeInteger(trials) || !Number.isInteger(hits) || hits < 0 || hits > trials)
    throw new RangeError(`need integers 0 <= hits <= trials, got ${hits} of ${trials}`);
  if (!(rate >= 0) || !(rate <= 1)) throw new RangeError(`a rate lies in [0, 1], got ${rate}`);
}

function checkPoisson(count: number, mean: number): void {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`need an integer >= 0, got ${count}`);
  if (!(mean >= 0) || mean === Number.POSITIVE_INFINITY)
    throw new RangeError(`a mean is finite, got ${mean}`);
}
