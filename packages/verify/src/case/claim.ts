import { readEnvelope } from '../claims/dsse.ts';
import { PREDICATE_PREFIX, type ResourceDescriptor } from '../claims/envelope.ts';
import type { ClaimName, Claims } from '../claims/predicates.ts';
import { CLAIM_SCHEMAS } from '../claims/schemas.ts';
import { FiliationError } from '../error.ts';
import { schemaFaults } from '../schema/schema.ts';

/** One log entry, read and found well-formed; whether it may stand where it stands is for the replay. */
export type Claim = {
  readonly [N in ClaimName]: {
    readonly name: N;
    /** Index in the log. */
    readonly index: number;
    readonly predicate: Claims[N];
    readonly subject: readonly ResourceDescriptor[];
    readonly keyid: string;
    readonly signature: Uint8Array;
    readonly message: Uint8Array;
  };
}[ClaimName];

export type ClaimOf<N extends ClaimName> = Extract<Claim, { readonly name: N }>;

/**
 * Reads the bytes of one log entry.
 * @throws FiliationError MALFORMED where envelope, statement or predicate do not fit their schema
 */
export function readClaim(index: number, bytes: Uint8Array): Claim {
  const { statement, keyid, signature, message } = readEnvelope(bytes);
  const name = claimNameOf(statement.predicateType);
  const [fault] = schemaFaults(CLAIM_SCHEMAS[name], statement.predicate);
  if (fault !== undefined)
    throw new FiliationError('MALFORMED', `the ${name} claim at ${fault.pointer} ${fault.message}`);
  return {
    name,
    index,
    predicate: statement.predicate,
    subject: statement.subject,
    keyid,
    signature,
    message,
  } as unknown as Claim;
}

/** `urn:filiation:claim:plan:v1` and its like. */
export function predicateType(name: ClaimName): string {
  return `${PREDICATE_PREFIX}${name}:v1`;
}

function claimNameOf(type: string): ClaimName {
  const name =
    type.startsWith(PREDICATE_PREFIX) && type.endsWith(':v1') ? type.slice(PREDICATE_PREFIX.length, -3) : '';
  if (!Object.hasOwn(CLAIM_SCHEMAS, name))
    throw new FiliationError(
      'MALFORMED',
      `the predicate type ${JSON.stringify(type.slice(0, 100))} is not known`,
      {
        hint: 'a newer verifier may know it',
      },
    );
  return name as ClaimName;
}

/** How people name an entry: `entry 12 (plan P1)`. */
export function entryLabel(claim: Claim): string {
  const number = numberOf(claim);
  return `entry ${claim.index} (${claim.name}${number === undefined ? '' : ` ${number}`})`;
}

/** The number that a claim gives or speaks of. */
export function numberOf(claim: Claim): string | undefined {
  switch (claim.name) {
    case 'exhibit':
    case 'custody':
    case 'declaration':
    case 'disclosure':
      return claim.predicate.exhibit;
    case 'deadline':
      return claim.predicate.deadline.number;
    case 'seed':
      return claim.predicate.seed;
    case 'plan':
      return claim.predicate.plan;
    case 'run':
      return claim.predicate.run;
    case 'finding':
      return claim.predicate.finding;
    case 'opinion':
      return claim.predicate.opinion;
    case 'reply':
      return claim.predicate.reply;
    case 'report':
      return claim.predicate.report;
    default:
      return undefined;
  }
}
