import type { Claim } from './claim.ts';
import { instantOf, timesIn } from './instant.ts';
import { caseFaults } from './rules-case.ts';
import { exhibitFaults } from './rules-exhibit.ts';
import { runFaults } from './rules-run.ts';
import type { CaseState } from './state.ts';

/** Why a claim may not stand where it stands. `id` is the check's. */
export interface RuleFault {
  readonly id: string;
  readonly detail: string;
}

/**
 * Judges one claim against the case as it stood before it. Nothing is changed; `applyClaim` takes the
 * claim over. An empty list means that the claim may stand.
 */
export function ruleFaults(state: CaseState, claim: Claim): readonly RuleFault[] {
  const faults: RuleFault[] = [];
  const fault = (id: string, detail: string): void => void faults.push({ id, detail });
  if (claim.index > 0 && claim.predicate.case !== state.opening?.claim.case)
    fault(
      'entry.case',
      `speaks of case ${claim.predicate.case}, the log is of case ${state.opening?.claim.case}`,
    );
  for (const time of timesIn(claim))
    if (Number.isNaN(instantOf(time))) fault('entry.time', `speaks of ${time}, which is no time`);
  caseFaults(state, claim, fault);
  exhibitFaults(state, claim, fault);
  runFaults(state, claim, fault);
  return faults;
}
