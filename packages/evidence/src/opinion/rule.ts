import type { Calibrator } from '@filiation/stats';
import { FiliationError, type JsonValue } from '@filiation/verify';

/**
 * How the findings of a case become an opinion. A rule stands in the plan, so it is fixed before any test
 * runs; {@link checkOpinionRule} refuses one that could not be applied or that hides a choice.
 */
export type OpinionRule = PrimaryRule | RatioRule | HolmRule | MeanRule | ProductRule;

/** One primary test decides, by its p-value; all others are shown. */
export interface PrimaryRule {
  readonly combine: 'primary';
  readonly test: string;
  /** log10 of the level; negative. */
  readonly log10Alpha: number;
}

/** One primary test decides, by its calibrated likelihood ratio. */
export interface RatioRule {
  readonly combine: 'primary-lr';
  readonly test: string;
}

/** Several primary tests, family-wise error under any dependence (Holm 1979). */
export interface HolmRule {
  readonly combine: 'holm';
  /** `group` joins tests that look at the same part of the evidence. */
  readonly tests: readonly { readonly test: string; readonly group?: string }[];
  /** How many groups must each hold a significant test; 1 where not given. Where the exhibits allow
   *  fewer groups to be tested, all that can be. */
  readonly groupsNeeded?: number;
  readonly log10Alpha: number;
}

/** Weighted mean of e-values, valid under any dependence; p = min(1, 1/E). */
export interface MeanRule {
  readonly combine: 'e-mean';
  /** Weights are positive and sum to 1. */
  readonly tests: readonly { readonly test: string; readonly weight: number }[];
  /** How each p-value becomes an e-value. */
  readonly calibrator: Calibrator;
  readonly log10Alpha: number;
}

/** Product of likelihood ratios: only with a reason for independence under BOTH propositions, and marked. */
export interface ProductRule {
  readonly combine: 'lr-product';
  readonly tests: readonly { readonly test: string }[];
  readonly independence: { readonly underH1: string; readonly underH2: string };
}

/** Limits, in entries and characters: a plan is read by people. */
const MAX_TESTS = 200;
const MAX_ID = 200;
/** Shorter reasons say nothing ("yes", "n/a"). */
const LEAST_REASON = 20;

/**
 * A rule as it stands in a plan, checked.
 *
 * @throws FiliationError USAGE naming the part that does not hold
 */
export function checkOpinionRule(value: unknown, where = 'the plan'): OpinionRule {
  const rule = record(value, 'the rule', where);
  switch (rule.combine) {
    case 'primary':
      return { combine: 'primary', test: testId(rule.test, where), log10Alpha: alpha(rule, where) };
    case 'primary-lr':
      return { combine: 'primary-lr', test: testId(rule.test, where) };
    case 'holm':
      return holmRule(rule, where);
    case 'e-mean':
      return meanRule(rule, where);
    case 'lr-product':
      return productRule(rule, where);
    default:
      throw refusal(`${where} names no known combination rule`, {
        hint: 'use primary, primary-lr, holm, e-mean or lr-product',
      });
  }
}

/** Ids of the tests that a rule lets decide, in its order. */
export function testsOfRule(rule: OpinionRule): string[] {
  return rule.combine === 'primary' || rule.combine === 'primary-lr'
    ? [rule.test]
    : rule.tests.map((entry) => entry.test);
}

function holmRule(rule: Fields, where: string): HolmRule {
  const tests = testList(rule, where).map((entry) => ({
    test: testId(entry.test, where),
    ...(entry.group === undefined ? {} : { group: text(entry.group, 'a group', where, 1) }),
  }));
  const groups = new Set(tests.map((entry) => entry.group ?? entry.test)).size;
  const needed = rule.groupsNeeded ?? 1;
  if (typeof needed !== 'number' || !Number.isInteger(needed) || needed < 1 || needed > groups)
    throw refusal(`${where} asks for ${String(needed)} agreeing groups of ${groups}`, {
      hint: 'state a whole number from 1 to the number of groups',
    });
  return {
    combine: 'holm',
    tests,
    ...(rule.groupsNeeded === undefined ? {} : { groupsNeeded: needed }),
    log10Alpha: alpha(rule, where),
  };
}

function meanRule(rule: Fields, where: string): MeanRule {
  const tests = testList(rule, where).map((entry) => ({
    test: testId(entry.test, where),
    weight: positive(entry.weight, where),
  }));
  const sum = tests.reduce((total, entry) => total + entry.weight, 0);
  if (Math.abs(sum - 1) > 1e-9)
    throw refusal(`the weights of the e-mean in ${where} sum to ${sum}`, { hint: 'make them sum to 1' });
  return {
    combine: 'e-mean',
    tests,
    calibrator: calibrator(rule.calibrator, where),
    log10Alpha: alpha(rule, where),
  };
}

function calibrator(value: unknown, where: string): Calibrator {
  const fields = record(value, 'the calibrator', where);
  if (fields.kind === 'mixture' || fields.kind === 'root') return { kind: fields.kind };
  const { kappa } = fields;
  if (fields.kind === 'power' && typeof kappa === 'number' && kappa > 0 && kappa < 1)
    return { kind: 'power', kappa };
  throw refusal(`the calibrator in ${where} is not one that keeps e-values valid`, {
    hint: 'use power (with kappa between 0 and 1), mixture or root',
  });
}

function productRule(rule: Fields, where: string): ProductRule {
  const reasons = rule.independence === undefined ? {} : record(rule.independence, 'independence', where);
  for (const key of ['underH1', 'underH2'] as const)
    if (typeof reasons[key] !== 'string' || reasons[key].trim().length < LEAST_REASON)
      throw refusal(
        `${where} multiplies likelihood ratios without a reason for their independence under ${key === 'underH1' ? 'proposition 1' : 'proposition 2'}`,
        {
          hint: 'state under independence.underH1 and independence.underH2 why the results are independent, or let one primary test or the e-mean decide',
        },
      );
  const tests = testList(rule, where).map((entry) => ({ test: testId(entry.test, where) }));
  if (tests.length < 2) throw refusal(`a product in ${where} needs two tests`, { hint: 'use primary-lr' });
  const { underH1, underH2 } = reasons as { underH1: string; underH2: string };
  return { combine: 'lr-product', tests, independence: { underH1, underH2 } };
}

type Fields = { readonly [key: string]: JsonValue | undefined };

function testList(rule: Fields, where: string): Fields[] {
  const { tests } = rule;
  if (!Array.isArray(tests) || tests.length === 0 || tests.length > MAX_TESTS)
    throw refusal(`the rule in ${where} names no tests, or more than ${MAX_TESTS}`);
  const entries = tests.map((entry) => record(entry, 'a test of the rule', where));
  const ids = entries.map((entry) => entry.test);
  if (new Set(ids).size !== ids.length)
    throw refusal(`the rule in ${where} names a test twice`, { hint: 'name each test once' });
  return entries;
}

function record(value: unknown, what: string, where: string): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw refusal(`${what} in ${where} is not an object`);
  return value as Fields;
}

function text(value: unknown, what: string, where: string, least: number): string {
  if (typeof value !== 'string' || value.length < least || value.length > MAX_ID)
    throw refusal(`${what} in ${where} is not a text of ${least} to ${MAX_ID} characters`);
  return value;
}

function testId(value: unknown, where: string): string {
  return text(value, 'the id of a test', where, 1);
}

function alpha(rule: Fields, where: string): number {
  const value = rule.log10Alpha;
  if (typeof value !== 'number' || !Number.isFinite(value) || value >= 0)
    throw refusal(`the rule in ${where} states no level`, {
      hint: 'give log10Alpha, for example -6 for one in a million',
    });
  return value;
}

function positive(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw refusal(`a weight of the e-mean in ${where} is not a positive number`);
}

function refusal(message: string, details: { hint?: string } = {}): FiliationError {
  return new FiliationError('USAGE', message, details);
}
