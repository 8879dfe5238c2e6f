import type { RateInterval } from './error-rates.ts';

/** What a report quotes of the calibration set that is published with the software. */
export interface PublishedRates {
  /** Of docs/error-rates.json. */
  readonly digest: string;
  readonly models: number;
  readonly tests: readonly {
    readonly test: string;
    readonly related: number;
    readonly independent: number;
    /** Independent initialisations among the unrelated models. */
    readonly independentFamilies: number;
    /** Independent pairs with p <= 0.01. */
    readonly falseAlarms: number;
    /** Share of related pairs found at a false alarm rate of 1 %. */
    readonly sensitivity: RateInterval;
  }[];
}
