import { eMean, holm, log10PFromE, pToE } from '@filiation/stats';
import type { CalibrationFacts } from './bound.ts';
import type { EnteredFinding, Strength } from './case-opinion.ts';
import { enteredBase as base, type Combination } from './combination.ts';
import { decidedByRatios } from './combine-ratios.ts';
import type { HolmRule, MeanRule, OpinionRule, PrimaryRule } from './rule.ts';
import type { VerbalScale } from './scale.ts';
import type { NumberedFinding, SortedFindings } from './sorting.ts';

/** Applies the rule to the findings that enter it. */
export function combine(
  rule: OpinionRule,
  sorted: SortedFindings,
  calibrations: readonly CalibrationFacts[],
  scale: VerbalScale,
): Combination {
  if (sorted.entering.length === 0)
    return {
      entered: [],
      strength: { measure: 'none', reason: 'no finding entered the rule' },
      marks: [],
      uncalibrated: [],
    };
  switch (rule.combine) {
    case 'primary':
      return decidedByP(rule, sorted.entering[0]!);
    case 'holm':
      return decidedByHolm(rule, sorted);
    case 'e-mean':
      return decidedByMean(rule, sorted);
    case 'primary-lr':
    case 'lr-product':
      return decidedByRatios(rule, sorted, calibrations, scale);
  }
}

function decidedByP(rule: PrimaryRule, entry: NumberedFinding): Combination {
  const log10P = entry.finding.log10P!;
  const significant = log10P <= rule.log10Alpha;
  const { exactness } = entry.finding;
  const strength: Strength = {
    measure: 'p',
    log10P,
    correction: 'none',
    decidedBy: log10P,
    log10Alpha: rule.log10Alpha,
    significant,
    exactness,
    by: entry.finding.test.id,
  };
  return {
    entered: [{ ...base(entry), log10P, log10PAdjusted: log10P, significant }],
    strength,
    marks: [],
    uncalibrated: [],
  };
}

function decidedByHolm(rule: HolmRule, sorted: SortedFindings): Combination {
  const rows = sorted.entering;
  // Leaving a test out must not be cheaper than running it: what is missing or failed counts with p = 1.
  const unpaid = rule.tests.length - rows.length - sorted.notTestable.length;
  const adjusted = holm([
    ...rows.map((entry) => entry.finding.log10P!),
    ...new Array<number>(unpaid).fill(0),
  ]);
  const groupOf = (id: string): string => rule.tests.find((each) => each.test === id)?.group ?? id;
  const entered = rows.map(
    (entry, at): EnteredFinding => ({
      ...base(entry),
      group: groupOf(entry.finding.test.id),
      log10P: entry.finding.log10P!,
      log10PAdjusted: adjusted[at]!,
      significant: adjusted[at]! <= rule.log10Alpha,
    }),
  );
  const open = rule.tests.filter((each) => !sorted.notTestable.includes(each.test));
  const needed = Math.min(rule.groupsNeeded ?? 1, new Set(open.map((each) => groupOf(each.test))).size);
  const agreeing = new Set(entered.filter((each) => each.significant).map((each) => each.group)).size;
  const decidedBy = strongestByGroup(entered)[needed - 1] ?? 0;
  const headline = headlineOf(entered);
  const strength: Strength = {
    measure: 'p',
    log10P: headline.log10PAdjusted!,
    correction: 'holm',
    decidedBy,
    log10Alpha: rule.log10Alpha,
    significant: decidedBy <= rule.log10Alpha,
    exactness: headline.exactness,
    by: headline.test.id,
  };
  const marks =
    agreeing > 0 && agreeing < needed
      ? [
          `Only ${agreeing} of the ${needed} parts of the evidence that the rule asks for speaks beyond chance.`,
        ]
      : [];
  return { entered, strength, marks, uncalibrated: [] };
}

/** Least adjusted log10 p of each group, ascending. */
function strongestByGroup(entered: readonly EnteredFinding[]): number[] {
  const least = new Map<string, number>();
  for (const { group, log10PAdjusted } of entered)
    least.set(group!, Math.min(least.get(group!) ?? 0, log10PAdjusted!));
  return [...least.values()].sort((a, b) => a - b);
}

/** The test an opinion is quoted by: the strongest exact one where it is significant, else the strongest. */
function headlineOf(entered: readonly EnteredFinding[]): EnteredFinding {
  const ranked = [...entered].sort((a, b) => a.log10PAdjusted! - b.log10PAdjusted!);
  return ranked.find((each) => each.significant && each.exactness === 'exact') ?? ranked[0]!;
}

/** Tests of the rule without a number count as e-values of 0: nothing is gained by leaving one out. */
function decidedByMean(rule: MeanRule, sorted: SortedFindings): Combination {
  const rows = rule.tests.map(({ test, weight }) => {
    const entry = sorted.entering.find(({ finding }) => finding.test.id === test);
    const log10E =
      entry === undefined ? Number.NEGATIVE_INFINITY : pToE(entry.finding.log10P!, rule.calibrator);
    return { entry, weight, log10E };
  });
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const log10E = eMean(
    rows.map((row) => row.log10E),
    rows.map(({ weight }) => weight / total),
  );
  const log10P = log10PFromE(log10E);
  return {
    entered: rows.flatMap(({ entry, weight, log10E: own }) =>
      entry === undefined ? [] : [{ ...base(entry), log10P: entry.finding.log10P!, weight, ...finite(own) }],
    ),
    strength: {
      measure: 'e',
      ...finite(log10E),
      log10P,
      log10Alpha: rule.log10Alpha,
      significant: log10P <= rule.log10Alpha,
    },
    marks: [],
    uncalibrated: [],
  };
}

/** An e-value of 0 has no logarithm that JSON could hold. */
function finite(log10E: number): { readonly log10E?: number } {
  return Number.isFinite(log10E) ? { log10E } : {};
}
