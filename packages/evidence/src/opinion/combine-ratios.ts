import { boundRatio, type CalibrationFacts, type RatioBound, ratioBound } from './bound.ts';
import type { EnteredFinding } from './case-opinion.ts';
import { enteredBase as base, type Combination } from './combination.ts';
import type { ProductRule, RatioRule } from './rule.ts';
import { readScale, type VerbalScale } from './scale.ts';
import type { NumberedFinding, SortedFindings } from './sorting.ts';

/** One calibrated likelihood ratio, or a planned product of them, within what the calibration sets carry. */
export function decidedByRatios(
  rule: RatioRule | ProductRule,
  sorted: SortedFindings,
  calibrations: readonly CalibrationFacts[],
  scale: VerbalScale,
): Combination {
  const facts = new Map(calibrations.map((each) => [each.id, each]));
  const rows = sorted.entering.flatMap((entry) => {
    const set = facts.get(entry.finding.log10LR!.calibration);
    // Without related and unrelated families there is nothing the ratio could rest on.
    return set === undefined || set.families.related < 1 || set.families.unrelated < 1
      ? []
      : [{ entry, bound: ratioBound(set) }];
  });
  const uncalibrated = sorted.entering.filter((entry) => !rows.some((row) => row.entry === entry));
  const entered = rows.map(({ entry, bound }) => ({ ...base(entry), ratio: ratioOf(entry, bound) }));
  const lacking = rule.combine === 'lr-product' && rows.length < rule.tests.length;
  if (rows.length === 0 || lacking)
    return {
      entered: [],
      uncalibrated,
      marks: [],
      strength: {
        measure: 'none',
        reason: lacking
          ? 'the product was planned over tests of which not all gave a calibrated ratio'
          : 'no calibration set with related and unrelated families is known for the ratio',
      },
    };
  const joint = multiply(entered);
  const reading = readScale(joint.value, scale);
  const capped = joint.capped || entered.some((each) => each.ratio.capped);
  return {
    entered,
    uncalibrated,
    marks: [
      ...(rule.combine === 'lr-product'
        ? [
            `This is a product of ${entered.length} likelihood ratios. It holds only if the results are independent under both propositions. Reason given under proposition 1: ${rule.independence.underH1} Reason given under proposition 2: ${rule.independence.underH2}`,
          ]
        : []),
      ...(capped
        ? [
            'The ratio calculated goes further than the cases of known parentage can carry; it is held at the bound.',
          ]
        : []),
    ],
    strength: {
      measure: 'lr',
      log10LR: joint.value,
      low: joint.low,
      high: joint.high,
      bound: joint.bound,
      capped,
      word: reading.word,
      scale: { id: scale.id, version: scale.version },
    },
  };
}

type RatioEntry = EnteredFinding & { readonly ratio: NonNullable<EnteredFinding['ratio']> };

function ratioOf(entry: NumberedFinding, bound: RatioBound): RatioEntry['ratio'] {
  const { value, low, high, calibration } = entry.finding.log10LR!;
  const held = boundRatio(value, bound);
  return {
    reported: value,
    value: held.value,
    low: boundRatio(low, bound).value,
    high: boundRatio(high, bound).value,
    capped: held.capped,
    calibration,
    bound,
  };
}

/** Products stay within the bound of each calibration set: multiplying adds no families to a set. */
function multiply(entered: readonly RatioEntry[]) {
  const ids = [...new Set(entered.map((each) => each.ratio.calibration))];
  const held = ids.map((id) => {
    const rows = entered.filter((each) => each.ratio.calibration === id);
    const { bound } = rows[0]!.ratio;
    const sum = (part: (row: RatioEntry) => number): number => rows.reduce((all, row) => all + part(row), 0);
    const value = boundRatio(
      sum((row) => row.ratio.value),
      bound,
    );
    return {
      ...value,
      low: boundRatio(
        sum((row) => row.ratio.low),
        bound,
      ).value,
      high: boundRatio(
        sum((row) => row.ratio.high),
        bound,
      ).value,
      bound,
    };
  });
  const total = (part: (row: (typeof held)[number]) => number): number =>
    held.reduce((all, row) => all + part(row), 0);
  return {
    value: total((row) => row.value),
    low: total((row) => row.low),
    high: total((row) => row.high),
    capped: held.some((row) => row.capped),
    bound: {
      low: total((row) => row.bound.low),
      high: total((row) => row.bound.high),
      basis: [...new Set(held.map((row) => row.bound.basis))].join('; and '),
    },
  };
}
