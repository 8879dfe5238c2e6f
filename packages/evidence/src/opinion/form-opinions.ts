import { holm } from '@filiation/stats';
import { FiliationError, type PlanDocument } from '@filiation/verify';
import type { CaseOpinion } from './case-opinion.ts';
import { formOpinion, type OpinionInput } from './form-opinion.ts';

/**
 * Opinions on all comparisons of one plan, within its error budget: the chance that any of them speaks
 * against a proposition 2 that holds is at most alpha. Comparisons that were not run are passed without
 * findings; they are paid for. Likelihood ratios decide nothing at a level, so the budget leaves them be.
 *
 * @throws FiliationError USAGE, as {@link formOpinion}; or for a budget that is no probability
 */
export function formOpinions(
  inputs: readonly OpinionInput[],
  budget: PlanDocument['errorBudget'],
): CaseOpinion[] {
  const log10Alpha = Math.log10(Number(budget.alpha));
  if (!(log10Alpha < 0) || log10Alpha === Number.NEGATIVE_INFINITY)
    throw new FiliationError('USAGE', `the error budget ${budget.alpha} of the plan is no probability`, {
      hint: 'state a decimal above 0 and below 1, for example 0.000001',
    });
  const first = inputs.map((input) => formOpinion(input));
  if (budget.across === 'none') return first;
  const decisions = first.map(decision);
  const adjusted =
    budget.across === 'holm'
      ? holm(decisions)
      : decisions.map((value) => Math.min(0, value + Math.log10(decisions.length)));
  // What Holm adds to the p-value is taken from the level instead, so that p stays the pair's own.
  return inputs.map((input, at) =>
    formOpinion({
      ...input,
      log10Alpha: log10Alpha - stricter(decisions[at]!, adjusted[at]!, inputs.length),
    }),
  );
}

function decision({ strength }: CaseOpinion): number {
  if (strength.measure === 'p') return strength.decidedBy;
  return strength.measure === 'e' ? strength.log10P : 0;
}

/** A p-value at or near 1 shows only part of its correction; the whole is at most the count. */
function stricter(own: number, adjusted: number, count: number): number {
  return adjusted === 0 ? Math.log10(count) : adjusted - own;
}
