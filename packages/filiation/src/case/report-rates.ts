import type { CaseReportInput } from '@filiation/evidence';
import { clopperPearson } from '@filiation/stats';
import { PUBLISHED_RATES } from '@filiation/weights';

const POPULATION =
  'pairs of small language models of known parentage that were trained for this purpose; they may stand for models of the same architecture, and for larger ones only with that reservation';

/** Error rates of the tests that a case used, as published with the software. */
export function errorRatesOf(used: ReadonlySet<string>): CaseReportInput['errorRates'] {
  return PUBLISHED_RATES.tests
    .filter((row) => used.has(row.test))
    .map((row) => ({
      test: row.test,
      set: {
        name: `${PUBLISHED_RATES.models} models of known parentage`,
        digest: PUBLISHED_RATES.digest,
        population: POPULATION,
      },
      related: row.related,
      unrelated: row.independent,
      unrelatedFamilies: row.independentFamilies,
      falseAlarms: {
        level: 'p <= 0.01',
        count: row.falseAlarms,
        of: row.independent,
        // Pairs of one family are not independent: the bound is over families, all of them clean or not.
        ...(row.falseAlarms === 0 ? { upper95: clopperPearson(0, row.independentFamilies, 0.9).high } : {}),
      },
      sensitivity: { level: 'at a false alarm rate of 1 %', ...row.sensitivity },
    }));
}
