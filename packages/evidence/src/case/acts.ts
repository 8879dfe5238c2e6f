import { createHash } from 'node:crypto';
import {
  type CustodyClaim,
  canonicalJson,
  type DeadlineRecord,
  type ExhibitRecord,
  FiliationError,
  type JsonObject,
  nextNumber,
  type PartyRecord,
  type ResourceDescriptor,
} from '@filiation/verify';
import type { DigestProgress } from '../io/tree-digest.ts';
import { type Actor, type CaseFolder, draft } from './case-folder.ts';
import { digestExhibit } from './intake.ts';

/** The short acts of a case: each is one log entry. */

export interface CustodyInput {
  readonly exhibit: string;
  /** Who holds it, as the log says; and who takes it: a party, or any name. */
  readonly from: string;
  readonly to: string;
  readonly means: string;
  /** RFC 3339. */
  readonly transferredAt: string;
  /** What arrived; digested and compared. Without it the condition is `not-checked`. */
  readonly arrived?: string;
  readonly notes?: string;
  readonly onProgress?: DigestProgress;
}

/**
 * Logs that an exhibit passed from one hand to another. Returns its condition.
 * @throws FiliationError NOT_FOUND for an exhibit that is not in the case; CONFLICT where `from` does not
 *   hold it
 */
export async function recordCustody(
  of: CaseFolder,
  actor: Actor,
  input: CustodyInput,
): Promise<{ readonly condition: CustodyClaim['condition']; readonly sha256: string }> {
  const exhibit = exhibitOf(of, input.exhibit);
  const sha256 =
    input.arrived === undefined
      ? exhibit.sha256
      : (await digestExhibit(input.arrived, input.onProgress)).sha256;
  const condition =
    input.arrived === undefined ? 'not-checked' : sha256 === exhibit.sha256 ? 'unchanged' : 'changed';
  await of.add(actor, [
    draft('custody', [{ name: exhibit.claim.name, digest: { sha256 } }], {
      exhibit: input.exhibit,
      from: input.from,
      to: input.to,
      means: input.means,
      transferredAt: input.transferredAt,
      condition,
      ...(input.notes === undefined ? {} : { notes: input.notes }),
    }),
  ]);
  return { condition, sha256 };
}

/** Logs that a party joins, or that its roles change. @throws FiliationError CONFLICT */
export async function recordParty(of: CaseFolder, actor: Actor, party: PartyRecord): Promise<void> {
  const text = party.key ?? canonicalJson({ ...party } as unknown as JsonObject);
  await of.add(actor, [draft('party', [subjectOf(`party ${party.id}`, text)], { party })]);
}

/** Logs a new key of the actor, signed with the one it replaces. @throws FiliationError CONFLICT */
export async function rotateKey(of: CaseFolder, actor: Actor, key: string, reason: string): Promise<void> {
  await of.add(actor, [
    draft('key', [subjectOf(`key of ${actor.party}`, key)], {
      action: 'rotate',
      party: actor.party,
      key,
      replaces: actor.signer.vkey,
      reason,
    }),
  ]);
}

/**
 * Logs that the key of a party signs nothing any more; the party itself or a neutral says so.
 * @throws FiliationError NOT_FOUND where the party has no active key; CONFLICT
 */
export async function revokeKey(
  of: CaseFolder,
  actor: Actor,
  party: string,
  reason: string,
): Promise<string> {
  const key = of.state.parties.get(party)?.key;
  if (key === undefined)
    throw new FiliationError('NOT_FOUND', `${party} has no key in this case`, {
      hint: 'see the parties and their keys with: filiation case log',
    });
  await of.add(actor, [
    draft('key', [subjectOf(`key of ${party}`, key)], { action: 'revoke', party, key, reason }),
  ]);
  return key;
}

/** Logs a deadline, or moves one. Returns its number. @throws FiliationError CONFLICT */
export async function setDeadline(
  of: CaseFolder,
  actor: Actor,
  deadline: Omit<DeadlineRecord, 'number'>,
): Promise<string> {
  const record: DeadlineRecord = { ...deadline, number: nextNumber(of.state, 'D') };
  const text = canonicalJson({ ...record } as unknown as JsonObject);
  await of.add(actor, [draft('deadline', [subjectOf(record.number, text)], { deadline: record })]);
  return record.number;
}

/**
 * Logs what was wrong with an earlier entry, which stays as it is.
 * @throws FiliationError NOT_FOUND for an entry that the log does not have
 */
export async function correctEntry(
  of: CaseFolder,
  actor: Actor,
  index: number,
  reason: string,
): Promise<void> {
  if (!Number.isInteger(index) || index < 0 || index >= of.size)
    throw new FiliationError('NOT_FOUND', `the log has no entry ${index}`, {
      hint: `entries are 0 to ${of.size - 1}: filiation case log`,
    });
  for await (const entry of of.log.entries(index, index + 1)) {
    const digest = { sha256: createHash('sha256').update(entry).digest('hex') };
    await of.add(actor, [
      draft('correction', [{ name: `entry ${index}`, digest }], { corrects: index, reason }),
    ]);
  }
}

/** @throws FiliationError NOT_FOUND */
export function exhibitOf(of: CaseFolder, number: string): ExhibitRecord {
  const exhibit = of.state.exhibits.get(number);
  if (exhibit !== undefined) return exhibit;
  throw new FiliationError('NOT_FOUND', `there is no exhibit ${number} in the case`, {
    hint: `the case has ${[...of.state.exhibits.keys()].join(', ') || 'none yet: filiation case add'}`,
  });
}

function subjectOf(name: string, text: string): ResourceDescriptor {
  return { name, digest: { sha256: createHash('sha256').update(text).digest('hex') } };
}
