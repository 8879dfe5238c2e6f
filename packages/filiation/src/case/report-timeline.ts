import type { CaseFolder, CaseReportInput } from '@filiation/evidence';
import { type Claim, numberOf, readClaim } from '@filiation/verify';

/** Every act of the case in the order of the log, one sentence each; findings of a run as one. */
export async function timelineOf(of: CaseFolder): Promise<CaseReportInput['timeline']> {
  const events: CaseReportInput['timeline'][number][] = [];
  let index = 0;
  for await (const bytes of of.log.entries()) {
    const claim = readClaim(index, bytes);
    index++;
    if (claim.name === 'finding') continue;
    events.push({
      entry: claim.index,
      at: claim.predicate.at,
      by: claim.predicate.actor,
      kind: claim.name,
      what: sentence(claim),
    });
  }
  return events;
}

function sentence(claim: Claim): string {
  switch (claim.name) {
    case 'case':
      return `The case was opened with ${claim.predicate.parties.length} parties.`;
    case 'party':
      return `${claim.predicate.party.name} joined, or its roles changed.`;
    case 'key':
      return `The key of ${claim.predicate.party} was ${claim.predicate.action === 'rotate' ? 'replaced' : 'revoked'}: ${claim.predicate.reason}`;
    case 'deadline':
      return `Deadline ${claim.predicate.deadline.number} (${claim.predicate.deadline.kind}) was set for ${claim.predicate.deadline.due}: ${claim.predicate.deadline.source}.`;
    case 'exhibit':
      return `Exhibit ${claim.predicate.exhibit} (${claim.predicate.name}) was received from ${claim.predicate.handedOverBy}.`;
    case 'custody':
      return `Exhibit ${claim.predicate.exhibit} passed from ${claim.predicate.from} to ${claim.predicate.to}.`;
    case 'declaration':
      return `Ancestors of exhibit ${claim.predicate.exhibit} were declared.`;
    case 'seed':
      return `Seed ${claim.predicate.seed}: ${claim.predicate.step}.`;
    case 'plan':
      return claim.predicate.amends === undefined
        ? `Plan ${claim.predicate.plan} was fixed: ${claim.predicate.tests} tests.`
        : `Plan ${claim.predicate.plan} took the place of ${claim.predicate.amends}: ${claim.predicate.reason ?? ''}`;
    case 'run':
      return `Run ${claim.predicate.run}${claim.predicate.plan === undefined ? '' : ` of plan ${claim.predicate.plan}`} ${{ start: 'began', end: `ended with ${claim.predicate.findings ?? 0} findings`, abandon: 'was abandoned' }[claim.predicate.step]}${claim.predicate.exploratory ? ' (exploratory)' : ''}.`;
    case 'opinion':
      return `Opinion ${claim.predicate.opinion} on ${claim.predicate.comparison} of plan ${claim.predicate.plan} was formed.`;
    case 'reply':
      return `${claim.predicate.to} was answered (${claim.predicate.position}): ${claim.predicate.ground}`;
    case 'disclosure':
      return `Exhibit ${claim.predicate.exhibit}: ${claim.predicate.parts} of ${claim.predicate.of} parts, ${claim.predicate.action}${claim.predicate.ground === undefined ? '' : ` (${claim.predicate.ground})`}.`;
    case 'report':
      return `Report ${claim.predicate.report} was issued by ${claim.predicate.author}.`;
    case 'correction':
      return `Entry ${claim.predicate.corrects} is said to be wrong: ${claim.predicate.reason}`;
    case 'seal':
      return `The case was sealed with ${claim.predicate.included} exhibits, ${claim.predicate.withheld.length} withheld.`;
    case 'finding':
      return `Finding ${numberOf(claim)} was logged.`;
  }
}
