import { createHash } from 'node:crypto';
import {
  bytesFromHex,
  canonicalJson,
  FiliationError,
  hexOf,
  type JsonObject,
  nextNumber,
  type ResourceDescriptor,
  type SeedClaim,
  seedCommitment,
  seedResult,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { Secret } from '../keys/secret.ts';
import { type Actor, type CaseFolder, draft } from './case-folder.ts';
import type { ClaimBody } from './signing.ts';

/**
 * Logs this side's commitment to a value that nobody else knows yet. Returns the number of the seed.
 * @param seed number of a seed that the other side began; a new one where absent
 * @throws FiliationError CONFLICT where the rules of joint seeds refuse it
 */
export async function commitSeed(
  of: CaseFolder,
  actor: Actor,
  value: Secret,
  seed: string = nextNumber(of.state, 'S'),
): Promise<string> {
  const commitment = value.use((bytes) => seedCommitment(nodePlatform, bytes));
  await log(of, actor, { seed, step: 'commit', value: commitment }, commitment);
  return seed;
}

/** Logs the value that was committed to, once both sides have committed. @throws FiliationError CONFLICT */
export async function revealSeed(of: CaseFolder, actor: Actor, seed: string, value: Secret): Promise<void> {
  needSeed(of, seed);
  const hex = value.use(hexOf);
  await log(of, actor, { seed, step: 'reveal', value: hex }, digestOf(hex));
}

/** Names a beacon's round before it comes. Returns the number of the seed. @throws FiliationError CONFLICT */
export async function chooseBeacon(
  of: CaseFolder,
  actor: Actor,
  beacon: NonNullable<SeedClaim['beacon']>,
  seed: string = nextNumber(of.state, 'S'),
): Promise<string> {
  const text = canonicalJson({ ...beacon } as unknown as JsonObject);
  const digest = createHash('sha256').update(text).digest('hex');
  await log(of, actor, { seed, step: 'beacon-choice', beacon }, digest);
  return seed;
}

/** Logs what the beacon gave in its round; anybody can look it up. @throws FiliationError CONFLICT, USAGE */
export async function giveBeaconValue(
  of: CaseFolder,
  actor: Actor,
  seed: string,
  hex: string,
): Promise<void> {
  needSeed(of, seed);
  if (!/^([0-9a-f]{2}){16,512}$/.test(hex))
    throw new FiliationError('USAGE', 'the value of a beacon is 16 to 512 bytes in lower-case hex', {
      hint: 'copy it from the page or answer of the beacon for the round that was chosen',
    });
  await log(of, actor, { seed, step: 'beacon-value', value: hex }, digestOf(hex));
}

/**
 * Computes the seed from what is logged and logs it. Everybody who replays the log computes it again.
 * Returns 64 hex digits.
 * @throws FiliationError CONFLICT where a commitment, reveal or beacon value is missing
 */
export async function settleSeed(of: CaseFolder, actor: Actor, seed: string): Promise<string> {
  needSeed(of, seed);
  let value: string;
  try {
    value = seedResult(nodePlatform, of.state, seed);
  } catch (cause) {
    if (!(cause instanceof FiliationError)) throw cause;
    throw new FiliationError('CONFLICT', cause.message, {
      hint: 'the missing step comes first: filiation case seed commit, reveal or value',
      cause,
    });
  }
  await log(of, actor, { seed, step: 'result', value }, digestOf(value));
  return value;
}

async function log(of: CaseFolder, actor: Actor, body: ClaimBody<'seed'>, sha256: string): Promise<void> {
  const subject: ResourceDescriptor = { name: `seed ${body.seed}`, digest: { sha256 } };
  await of.add(actor, [draft('seed', [subject], body)]);
}

function needSeed(of: CaseFolder, seed: string): void {
  if (of.state.seeds.has(seed)) return;
  throw new FiliationError('NOT_FOUND', `there is no seed ${seed} in the case`, {
    hint: `the case has ${[...of.state.seeds.keys()].join(', ') || 'none yet: filiation case seed commit'}`,
  });
}

function digestOf(hex: string): string {
  return createHash('sha256').update(bytesFromHex(hex)).digest('hex');
}
