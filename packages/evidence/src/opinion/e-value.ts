import { LN10, log10Sum } from '@filiation/stats';
import type { Calibrator } from './rule.ts';

/**
 * log10 of the e-value that a calibrator makes of a p-value (Vovk and Wang 2021): under the null its mean
 * is at most 1, whatever the p-value's law. `undefined` for an e-value of 0.
 */
export function calibrateP(log10P: number, calibrator: Calibrator): number | undefined {
  if (!(log10P <= 0) || !Number.isFinite(log10P))
    throw new RangeError(`log10 p must be finite and at most 0, got ${log10P}`);
  switch (calibrator.kind) {
    case 'kappa':
      return Math.log10(calibrator.kappa) + (calibrator.kappa - 1) * log10P;
    case 'root':
      // p^(-1/2) - 1; far out the subtracted 1 is below the last digit.
      return log10P === 0 ? undefined : -log10P / 2 + Math.log1p(-(10 ** (log10P / 2))) / LN10;
    case 'mixture':
      return mixture(log10P);
  }
}

/** log10 of (1 - p + p ln p) / (p (ln p)^2); its limit at p = 1 is 1/2. */
function mixture(log10P: number): number {
  const x = -log10P * LN10;
  if (x < 1e-4) return Math.log10(0.5 + x / 6);
  const p = Math.exp(-x);
  return Math.log10(1 - p - p * x) - log10P - 2 * Math.log10(x);
}

/** log10 of the weighted mean of e-values given as log10; `undefined` entries are e-values of 0, and the
 *  mean is `undefined` where all are. */
export function meanOfE(
  entries: readonly { readonly weight: number; readonly log10E: number | undefined }[],
): number | undefined {
  const terms = entries.flatMap(({ weight, log10E }) =>
    log10E === undefined ? [] : [Math.log10(weight) + log10E],
  );
  return terms.length === 0 ? undefined : log10Sum(terms);
}
