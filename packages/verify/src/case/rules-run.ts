import type { Claim } from './claim.ts';
import { isFoundingNeutral } from './rules-case.ts';
import type { CaseState, RunRecord } from './state.ts';

type Fault = (id: string, detail: string) => void;

/** Plans, runs, findings, opinions: the order that makes a finding a test and not a choice. */
export function runFaults(state: CaseState, claim: Claim, fault: Fault): void {
  switch (claim.name) {
    case 'plan': {
      const { plan, amends, reason } = claim.predicate;
      number('P', state.plans.size, plan, fault);
      if (amends !== undefined && !state.plans.has(amends))
        fault('entry.reference', `amends plan ${amends}, which is not in the log`);
      const amended = amends === undefined ? undefined : state.plans.get(amends)?.claim;
      if (amended !== undefined && !mayAmend(state, claim.predicate.actor, amended.actor))
        fault('entry.right', `amends plan ${amends} of ${amended.actor}, who stands on another side`);
      if (amends !== undefined && reason === undefined)
        fault('plan.amendment', 'amends a plan without a reason');
      break;
    }
    case 'run':
      runStepFaults(state, claim, fault);
      break;
    case 'finding':
      findingFaults(state, claim, fault);
      break;
    case 'opinion': {
      number('O', state.opinions.size, claim.predicate.opinion, fault);
      if (!state.plans.has(claim.predicate.plan))
        fault('entry.reference', `rests on plan ${claim.predicate.plan}, which is not in the log`);
      for (const { name, digest } of claim.subject.slice(1)) {
        const finding = state.findingsByDigest.get(digest.sha256);
        if (finding === undefined) fault('opinion.findings', `rests on ${name}, which is no logged finding`);
        else if (finding.claim.exploratory)
          fault('opinion.findings', `rests on ${finding.claim.finding}, which is exploratory`);
      }
      break;
    }
    default:
      break;
  }
}

function runStepFaults(state: CaseState, claim: Extract<Claim, { name: 'run' }>, fault: Fault) {
  const { run, plan, step, exploratory, findings } = claim.predicate;
  const known = state.runs.get(run);
  if (step === 'start') {
    number('R', state.runs.size, run, fault);
    if (plan === undefined && !exploratory)
      fault('plan.before-run', 'starts without a plan and is not marked exploratory');
    if (plan !== undefined) planFaults(state, plan, claim.subject[0]!.digest.sha256, exploratory, fault);
    return;
  }
  if (known === undefined) return fault('entry.reference', `ends run ${run}, which never started`);
  if (known.end !== undefined) fault('run.order', `ends run ${run} a second time`);
  ownFault(known, claim.predicate.actor, fault);
  if (known.start.claim.plan !== plan || known.start.claim.exploratory !== exploratory)
    fault('run.order', `ends run ${run} under another plan than it started with`);
  if (step === 'end' && findings !== known.findings.length)
    fault(
      'run.findings',
      `counts ${findings ?? 'no'} findings, the log holds ${known.findings.length} of run ${run}`,
    );
}

/** What is found in a run, and that it ended, is for whoever runs it to say. */
function ownFault({ run, start }: RunRecord, actor: string, fault: Fault): void {
  if (start.claim.actor !== actor)
    fault('run.order', `is made by ${actor} in run ${run}, which is a run of ${start.claim.actor}`);
}

/** An amended plan cannot be run any more: its own side says so, or a neutral of the first entry. */
function mayAmend(state: CaseState, actor: string, planner: string): boolean {
  const side = (party: string) => state.parties.get(party)?.side;
  return side(actor) === side(planner) || isFoundingNeutral(state, actor);
}

function planFaults(state: CaseState, plan: string, sha256: string, exploratory: boolean, fault: Fault) {
  const planned = state.plans.get(plan);
  if (planned === undefined)
    return fault('plan.before-run', `runs plan ${plan}, which was not in the log when the run started`);
  if (planned.sha256 !== sha256) fault('plan.digest', `runs plan ${plan} with other bytes than were logged`);
  const amended = state.amendments.get(plan);
  if (amended !== undefined && !exploratory)
    fault('plan.before-run', `runs plan ${plan} after it was amended by ${amended}`);
}

function findingFaults(state: CaseState, claim: Extract<Claim, { name: 'finding' }>, fault: Fault) {
  const { finding, run, plan, exploratory } = claim.predicate;
  number('F', state.findings.size, finding, fault);
  const known = state.runs.get(run);
  if (known === undefined) return fault('entry.reference', `belongs to run ${run}, which never started`);
  if (known.end !== undefined) fault('run.order', `is added to run ${run} after it ended`);
  ownFault(known, claim.predicate.actor, fault);
  if (known.start.claim.plan !== plan)
    fault('run.order', `names plan ${plan ?? 'none'}, its run has another`);
  if (known.start.claim.exploratory && !exploratory)
    fault('finding.exploratory', `comes from the exploratory run ${run} and is not marked so`);
  if (!exploratory && claim.predicate.comparison === undefined)
    fault('finding.planned', 'does not say which comparison of the plan it belongs to');
  for (const { name, digest } of claim.subject.slice(1))
    if (!state.exhibitDigests.has(digest.sha256))
      fault('finding.exhibits', `looked at ${name}, which is no exhibit of the case`);
}

function number(letter: string, used: number, given: string, fault: Fault) {
  if (given !== `${letter}${used + 1}`)
    fault('entry.number', `takes the number ${given}, the next is ${letter}${used + 1}`);
}
