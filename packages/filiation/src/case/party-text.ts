import { FiliationError } from '@filiation/evidence';
import type { DeadlineRecord, PartyRecord } from '@filiation/verify';
import { parseTime } from './time-text.ts';

const SIDES = ['claimant', 'respondent', 'neutral'] as const;
const ROLES = [
  'custodian',
  'examiner',
  'neutral',
  'counsel',
  'tribunal',
  'observer',
  'auditor',
  'witness',
] as const;
const KINDS = [
  'preserve-by',
  'disclose-by',
  'report-by',
  'questions-by',
  'joint-statement-by',
  'reply-by',
  'hearing',
  'other',
] as const;

/** `acme=Acme Ltd;claimant;custodian,examiner[;VKEY]`. @throws FiliationError USAGE */
export function parseParty(text: string): PartyRecord {
  const at = text.indexOf('=');
  const [name, side, roles, key] = text.slice(at + 1).split(';');
  const id = text.slice(0, at);
  if (at < 1 || name === undefined || name === '' || side === undefined || roles === undefined)
    throw new FiliationError('USAGE', `cannot read the party ${JSON.stringify(text)}`, {
      hint: "write ID=NAME;SIDE;ROLES[;KEY], for example 'acme=Acme Ltd;claimant;custodian,examiner'",
    });
  return {
    id,
    name,
    side: oneOf(SIDES, side, 'side'),
    roles: roles.split(',').map((role) => oneOf(ROLES, role.trim(), 'role')),
    ...(key === undefined ? {} : { key }),
  };
}

/** `report-by=2026-12-31T17:00;Order of 1 December[;PARTY]`. @throws FiliationError USAGE */
export function parseDeadline(text: string, number: string, zone: string): DeadlineRecord {
  const at = text.indexOf('=');
  const [due, source, party] = text.slice(at + 1).split(';');
  if (at < 1 || due === undefined || source === undefined || source === '')
    throw new FiliationError('USAGE', `cannot read the deadline ${JSON.stringify(text)}`, {
      hint: "write KIND=TIME;SOURCE[;PARTY], for example 'report-by=2026-12-31T17:00;order of 1 December'",
    });
  return {
    number,
    kind: oneOf(KINDS, text.slice(0, at), 'kind of deadline'),
    due: parseTime(due, zone, 'end'),
    source,
    ...(party === undefined ? {} : { party }),
  };
}

function oneOf<T extends string>(values: readonly T[], text: string, what: string): T {
  const found = values.find((value) => value === text);
  if (found === undefined)
    throw new FiliationError('USAGE', `there is no ${what} called ${JSON.stringify(text)}`, {
      hint: `choose from ${values.join(', ')}`,
    });
  return found;
}
