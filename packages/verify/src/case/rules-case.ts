import type { PartyClaim } from '../claims/predicates.ts';
import type { Claim } from './claim.ts';
import { mayLog } from './rights.ts';
import type { CaseState } from './state.ts';

type Fault = (id: string, detail: string) => void;

/** Opening, parties, deadlines, seeds, replies, reports, corrections. */
export function caseFaults(state: CaseState, claim: Claim, fault: Fault): void {
  if ((claim.name === 'case') !== (claim.index === 0))
    fault(
      'entry.order',
      claim.index === 0 ? 'the first entry does not open the case' : 'opens the case a second time',
    );
  rightFault(state, claim, fault);
  switch (claim.name) {
    case 'case': {
      const ids = claim.predicate.parties.map((party) => party.id);
      if (new Set(ids).size !== ids.length) fault('case.parties', 'names two parties by one id');
      claim.predicate.deadlines.forEach((deadline, at) => {
        if (deadline.number !== `D${at + 1}`)
          fault('case.deadlines', `numbers a deadline ${deadline.number}, the next is D${at + 1}`);
      });
      break;
    }
    case 'party':
      partyFaults(state, claim, fault);
      break;
    case 'deadline': {
      const { number, replaces } = claim.predicate.deadline;
      next('D', state.deadlines.length, number, fault);
      if (replaces !== undefined && !state.deadlines.some((entry) => entry.claim.number === replaces))
        fault('entry.reference', `moves deadline ${replaces}, which is not in the log`);
      break;
    }
    case 'seed':
      // What each step may say is for `SeedReplay`.
      if (!state.seeds.has(claim.predicate.seed)) next('S', state.seeds.size, claim.predicate.seed, fault);
      break;
    case 'reply':
      next('Y', state.replies.size, claim.predicate.reply, fault);
      if (!isKnown(state, claim.predicate.to))
        fault('entry.reference', `answers ${claim.predicate.to}, which is not in the log`);
      break;
    case 'report':
      next('T', state.reports.size, claim.predicate.report, fault);
      break;
    case 'correction':
      if (claim.predicate.corrects >= claim.index)
        fault('entry.reference', `corrects entry ${claim.predicate.corrects}, which does not come before it`);
      break;
    default:
      break;
  }
}

function rightFault(state: CaseState, claim: Claim, fault: Fault): void {
  if (claim.name === 'case') return;
  const party = state.parties.get(claim.predicate.actor);
  if (party === undefined)
    fault('entry.actor', `is made by ${claim.predicate.actor}, who is no party of the case`);
  else if (!mayLog(party, claim.name))
    fault('entry.right', `is made by ${party.id}, whose roles (${party.roles.join(', ')}) do not allow it`);
}

/** A neutral that both sides have seen in the first entry; a later one may be of one side's choosing. */
export function isFoundingNeutral({ opening }: CaseState, party: string): boolean {
  return opening?.claim.parties.some(({ id, side }) => id === party && side === 'neutral') === true;
}

/** Whose word a new party's key rests on; undefined where its own side or a neutral of entry 0 gives it. */
export function foreignKey(state: CaseState, { actor, party }: PartyClaim): string | undefined {
  const by = state.parties.get(actor);
  if (party.key === undefined || state.parties.get(party.id)?.key === party.key || by === undefined)
    return undefined;
  if (by.side === party.side || isFoundingNeutral(state, actor)) return undefined;
  return `gives ${party.id} (${party.side}) a key on the word of ${actor} (${by.side}) alone: ask ${party.id} whether it is theirs`;
}

/** A party that signs for itself is changed by its own side, or by a neutral of the first entry. */
function partyFaults(state: CaseState, claim: Extract<Claim, { name: 'party' }>, fault: Fault): void {
  const actor = state.parties.get(claim.predicate.actor);
  const known = state.parties.get(claim.predicate.party.id);
  if (actor === undefined || known?.key === undefined || isFoundingNeutral(state, actor.id)) return;
  if (actor.side !== known.side)
    fault('entry.right', `changes ${known.id}, who stands on the other side and signs for itself`);
}

function next(letter: string, used: number, number: string, fault: Fault): void {
  if (number !== `${letter}${used + 1}`)
    fault('entry.number', `takes the number ${number}, the next is ${letter}${used + 1}`);
}

function isKnown(state: CaseState, number: string): boolean {
  return (
    state.exhibits.has(number) ||
    state.plans.has(number) ||
    state.runs.has(number) ||
    state.findings.has(number) ||
    state.opinions.has(number) ||
    state.replies.has(number) ||
    state.reports.has(number) ||
    state.deadlines.some((entry) => entry.claim.number === number)
  );
}

/** The next free number of a letter, for those who write claims. */
export function nextNumber(
  state: CaseState,
  letter: 'D' | 'E' | 'F' | 'O' | 'P' | 'R' | 'S' | 'T' | 'Y',
): string {
  const used = {
    D: state.deadlines.length,
    E: state.exhibits.size,
    F: state.findings.size,
    O: state.opinions.size,
    P: state.plans.size,
    R: state.runs.size,
    S: state.seeds.size,
    T: state.reports.size,
    Y: state.replies.size,
  }[letter];
  return `${letter}${used + 1}`;
}
