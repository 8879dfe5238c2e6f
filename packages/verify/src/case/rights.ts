import type { ClaimName, PartyRecord, PartyRole } from '../claims/predicates.ts';

/** Claims that anyone with a registered key may log. */
const EVERYONE: readonly ClaimName[] = ['key', 'reply', 'correction'];

const OF_ROLE: Readonly<Record<PartyRole, readonly ClaimName[]>> = {
  custodian: ['party', 'deadline', 'exhibit', 'custody', 'declaration', 'seed', 'disclosure', 'seal'],
  examiner: [
    'exhibit',
    'custody',
    'declaration',
    'seed',
    'plan',
    'run',
    'finding',
    'opinion',
    'report',
    'disclosure',
  ],
  neutral: [
    'party',
    'deadline',
    'exhibit',
    'custody',
    'declaration',
    'seed',
    'plan',
    'run',
    'finding',
    'opinion',
    'report',
    'disclosure',
    'seal',
  ],
  counsel: ['deadline', 'declaration', 'report'],
  tribunal: ['deadline'],
  observer: [],
  auditor: [],
  witness: [],
};

/** Whether one of the party's roles lets it log such a claim. The first entry is judged apart. */
export function mayLog(party: PartyRecord, claim: ClaimName): boolean {
  return EVERYONE.includes(claim) || party.roles.some((role) => OF_ROLE[role].includes(claim));
}
