import type { KeyClaim, PartyRecord } from '../claims/predicates.ts';
import type { Claim } from './claim.ts';
import type { CaseState } from './state.ts';

/**
 * Takes a claim over into the case as the log tells it, also one that a rule complains of.
 * @param history whether to keep what only views of the case show: transfers, declarations, corrections
 */
export function applyClaim(state: CaseState, entry: Claim, history = true): void {
  const { index } = entry;
  state.size = index + 1;
  const sha256 = entry.subject[0]!.digest.sha256;
  switch (entry.name) {
    case 'case':
      state.opening ??= { index, claim: entry.predicate, subject: entry.subject };
      for (const party of entry.predicate.parties) state.parties.set(party.id, party);
      for (const claim of entry.predicate.deadlines) state.deadlines.push({ index, claim });
      break;
    case 'party':
      setParty(state, entry.predicate.party);
      break;
    case 'key':
      setKey(state, entry.predicate);
      break;
    case 'deadline':
      state.deadlines.push({ index, claim: entry.predicate.deadline });
      break;
    case 'seed':
      applySeed(state, entry);
      break;
    case 'exhibit':
      state.exhibitDigests.add(sha256);
      state.exhibits.set(entry.predicate.exhibit, {
        index,
        claim: entry.predicate,
        sha256,
        holder: entry.predicate.custodian,
        transfers: [],
        declarations: [],
        disclosures: [],
      });
      break;
    case 'custody':
    case 'declaration':
    case 'disclosure':
      applyToExhibit(state, entry, history);
      break;
    case 'plan':
      state.plans.set(entry.predicate.plan, { index, claim: entry.predicate, sha256 });
      if (entry.predicate.amends !== undefined)
        state.amendments.set(entry.predicate.amends, entry.predicate.plan);
      break;
    case 'run':
      if (entry.predicate.step === 'start')
        state.runs.set(entry.predicate.run, {
          run: entry.predicate.run,
          start: { index, claim: entry.predicate, subject: entry.subject[0]! },
          findings: [],
        });
      else {
        const run = state.runs.get(entry.predicate.run);
        if (run !== undefined) run.end = { index, claim: entry.predicate };
      }
      break;
    case 'finding': {
      const finding = {
        index,
        claim: entry.predicate,
        sha256,
        exhibits: entry.subject.slice(1).map((subject) => subject.digest.sha256),
      };
      state.findings.set(entry.predicate.finding, finding);
      state.findingsByDigest.set(sha256, finding);
      state.runs.get(entry.predicate.run)?.findings.push(entry.predicate.finding);
      break;
    }
    case 'opinion':
      state.opinions.set(entry.predicate.opinion, {
        index,
        claim: entry.predicate,
        sha256,
        findings: entry.subject.slice(1).map((subject) => subject.digest.sha256),
      });
      break;
    case 'reply':
      state.replies.set(entry.predicate.reply, { index, claim: entry.predicate, sha256 });
      break;
    case 'report':
      state.reports.set(entry.predicate.report, { index, claim: entry.predicate, sha256 });
      break;
    case 'correction':
      if (history) state.corrections.push({ index, claim: entry.predicate });
      break;
    case 'seal':
      state.seals.push({ index, claim: entry.predicate, sha256 });
      break;
  }
}

/** Who changes a party's roles need not repeat its key. */
function setParty(state: CaseState, party: PartyRecord): void {
  const key = party.key ?? state.parties.get(party.id)?.key;
  state.parties.set(party.id, key === undefined ? party : { ...party, key });
}

function setKey(state: CaseState, { action, party, key }: KeyClaim): void {
  const known = state.parties.get(party);
  if (known === undefined) return;
  const { key: _ended, ...rest } = known;
  state.parties.set(party, action === 'rotate' ? { ...rest, key } : rest);
}

function applySeed(state: CaseState, entry: Extract<Claim, { name: 'seed' }>): void {
  const { seed } = entry.predicate;
  const known = state.seeds.get(seed) ?? { steps: [] };
  known.steps.push({ index: entry.index, claim: entry.predicate });
  state.seeds.set(seed, known);
}

function applyToExhibit(
  state: CaseState,
  entry: Extract<Claim, { name: 'custody' | 'declaration' | 'disclosure' }>,
  history: boolean,
): void {
  const exhibit = state.exhibits.get(entry.predicate.exhibit);
  if (exhibit === undefined) return;
  const { index } = entry;
  if (entry.name === 'custody') {
    if (history) exhibit.transfers.push({ index, claim: entry.predicate });
    exhibit.holder = entry.predicate.to;
  } else if (entry.name === 'disclosure')
    exhibit.disclosures.push({ index, claim: entry.predicate, sha256: entry.subject[0]!.digest.sha256 });
  else if (history) exhibit.declarations.push({ index, claim: entry.predicate });
}
