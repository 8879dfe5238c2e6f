import { hexOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import type { Keyring } from '../claims/keyring.ts';
import type { ClaimName } from '../claims/predicates.ts';
import { verifyEd25519 } from '../ed25519.ts';
import { FiliationError } from '../error.ts';
import type { Platform } from '../platform.ts';
import { applyClaim } from './apply.ts';
import { type Claim, entryLabel, readClaim } from './claim.ts';
import { detailOf } from './detail.ts';
import { instantOf } from './instant.ts';
import { ruleFaults } from './rules.ts';
import { foreignKey } from './rules-case.ts';
import { SeedReplay } from './seeds.ts';
import { type CaseState, emptyState } from './state.ts';

/** Clocks of honest parties may differ by this much, in milliseconds. */
export const CLOCK_TOLERANCE_MS: number = 10 * 60_000;

/** Claims that take no number of their own: nothing else would tell a copy from a second one. */
const REPEATABLE: readonly ClaimName[] = ['party', 'custody', 'declaration', 'disclosure', 'correction'];

export interface ReplayInput {
  readonly platform: Platform;
  readonly keyring: Keyring;
  readonly report: (check: Check) => void;
  /** Root of the log at an earlier size; undefined where the size was never reached. */
  readonly rootAt: (size: number) => Promise<Uint8Array | undefined>;
  /** Keep transfers, declarations and corrections, on which no rule rests. Kept where nothing is said; a
   *  verifier leaves them, so that what it holds does not grow with every entry. */
  readonly history?: boolean;
}

export interface Replay {
  readonly state: CaseState;
  /** Declared time of each entry, milliseconds since 1970; NaN where it cannot be read. */
  readonly declared: readonly number[];
  /** Judges and takes over the next entry; undefined where it cannot be read. */
  apply(index: number, bytes: Uint8Array): Promise<Claim | undefined>;
}

/**
 * Replays the log of a case entry by entry: form, signature, right, place in the history, and the rules
 * of each claim. Every fault is a failed check that names the entry; state goes on from what the log says.
 */
export function startReplay(input: ReplayInput): Replay {
  const state = emptyState();
  const declared: number[] = [];
  const seeds = new SeedReplay(input.platform);
  const known = new Map<string, number>();
  let latest = Number.NEGATIVE_INFINITY;
  return {
    state,
    declared,
    async apply(index, bytes) {
      const claim = readOrReport(index, bytes, input.report);
      if (claim === undefined) {
        state.size = index + 1;
        declared.push(Number.NaN);
        return undefined;
      }
      const part = entryLabel(claim);
      const report = (id: string, fault: string | undefined): void =>
        input.report(
          fault === undefined
            ? { id, status: 'passed', part, detail: '' }
            : { id, status: 'failed', part, detail: fault },
        );
      report('entry.signature', await signatureFault(claim, input));
      report('entry.seen', await historyFault(claim, input));
      if (REPEATABLE.includes(claim.name)) report('entry.once', repeatFault(claim, input.platform, known));
      const ofSeed = claim.name === 'seed' ? seeds.apply(state, claim) : [];
      const faults = [...ruleFaults(state, claim), ...ofSeed];
      for (const { id, detail } of faults) report(id, detail);
      if (faults.length === 0) report('entry.rules', undefined);
      const word = claim.name === 'party' ? foreignKey(state, claim.predicate) : undefined;
      if (word !== undefined) input.report({ id: 'party.key', status: 'warning', part, detail: word });
      const at = instantOf(claim.predicate.at);
      if (Number.isNaN(at)) report('entry.time', `gives ${claim.predicate.at}, which is no time`);
      else if (at < latest - CLOCK_TOLERANCE_MS)
        input.report({
          id: 'entry.time',
          status: 'warning',
          part,
          detail: `is dated ${claim.predicate.at}, before entries that precede it in the log`,
        });
      else report('entry.time', undefined);
      if (at > latest) latest = at;
      declared.push(at);
      applyClaim(state, claim, input.history);
      if (claim.name === 'seed') settle(state, seeds, claim.predicate.seed);
      return claim;
    },
  };
}

/** A seed has its value once a result that follows from the reveals is logged, and only then. */
function settle(state: CaseState, seeds: SeedReplay, number: string): void {
  const value = seeds.valueOf(number);
  if (value !== undefined) state.seeds.get(number)!.value = value;
}

function readOrReport(index: number, bytes: Uint8Array, report: (check: Check) => void): Claim | undefined {
  try {
    const claim = readClaim(index, bytes);
    report({ id: 'entry.format', status: 'passed', part: entryLabel(claim), detail: '' });
    return claim;
  } catch (error) {
    if (!(error instanceof FiliationError)) throw error;
    report({ id: 'entry.format', status: 'failed', part: `entry ${index}`, detail: error.message });
    return undefined;
  }
}

/** Why the signature does not stand; undefined where it does. Key claims take effect here. */
async function signatureFault(claim: Claim, { platform, keyring }: ReplayInput): Promise<string | undefined> {
  try {
    // The keys of the first entry are in the entry itself; later, a claim may end the key that signs it.
    if (claim.index === 0) keyring.apply(0, claim.name, claim.predicate, claim.keyid);
    const key = keyring.keyOf(claim.keyid);
    if (key === undefined) return 'is signed with a key that no party of the case has, or has any more';
    const state = await verifyEd25519(platform, key.key32, claim.message, claim.signature);
    if (state === 'invalid') return 'carries a signature that does not fit its content';
    if (state === 'ambiguous')
      return 'carries a signature on which honest verifiers differ; it is not accepted';
    if (claim.index > 0) keyring.apply(claim.index, claim.name, claim.predicate, claim.keyid);
    return undefined;
  } catch (error) {
    if (!(error instanceof FiliationError)) throw error;
    return detailOf(error);
  }
}

/** What one party signed once, another cannot log a second time: a hand-over, a correction. */
function repeatFault(
  { index, message }: Claim,
  platform: Platform,
  known: Map<string, number>,
): string | undefined {
  const digest = hexOf(platform.sha256(message));
  const before = known.get(digest);
  known.set(digest, index);
  return before === undefined ? undefined : `says what entry ${before} says, under one signature`;
}

async function historyFault(claim: Claim, { rootAt }: ReplayInput): Promise<string | undefined> {
  const { size, root } = claim.predicate.seen;
  if (size > claim.index) return `claims to have seen ${size} entries, but stands at place ${claim.index}`;
  const actual = await rootAt(size);
  if (actual === undefined || hexOf(actual) !== root)
    return `was signed on another history: the log of ${size} entries had another root`;
  return undefined;
}
