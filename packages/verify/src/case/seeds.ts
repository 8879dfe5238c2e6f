import { bytesFromHex, hexOf } from '../bytes.ts';
import type { SeedClaim } from '../claims/predicates.ts';
import { JointSeeds } from '../disclosure/joint-seed.ts';
import { FiliationError } from '../error.ts';
import type { Hasher } from '../merkle.ts';
import type { ClaimOf } from './claim.ts';
import { detailOf } from './detail.ts';
import type { RuleFault } from './rules.ts';
import type { CaseState, Logged } from './state.ts';

/** Replays the seeds of a case by the rules of `JointSeeds`, so that each result is computed again. */
export class SeedReplay {
  readonly #hasher: Hasher;
  #joint: JointSeeds | undefined;

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
  }

  /** Takes a claim in where the rules allow it; what is refused counts for nothing. */
  apply(state: CaseState, { index, predicate, subject }: ClaimOf<'seed'>): readonly RuleFault[] {
    const faults: RuleFault[] = [];
    const named = subject[0]!.digest.sha256;
    const value = predicate.step === 'commit' ? predicate.value : digestOf(this.#hasher, predicate.value);
    if (value !== undefined && value !== named)
      faults.push({ id: 'seed.value', detail: 'names another digest than that of its value' });
    try {
      this.#joint ??= new JointSeeds(this.#hasher, state.opening?.claim.case ?? '');
      this.#joint.apply(index, predicate, sideOf(state, predicate));
    } catch (error) {
      if (!(error instanceof FiliationError)) throw error;
      faults.push({ id: 'seed.rules', detail: detailOf(error) });
    }
    return faults;
  }

  /** The settled seed, 64 hex digits. */
  valueOf(seed: string): string | undefined {
    return this.#joint?.seedOf(seed)?.seed;
  }
}

/**
 * The value that a `result` claim of this seed has to state, from what is logged so far.
 * @throws FiliationError UNVERIFIED where a commitment, reveal or beacon value is missing
 */
export function seedResult(hasher: Hasher, state: CaseState, number: string): string {
  const joint = new JointSeeds(hasher, state.opening?.claim.case ?? '');
  for (const { index, claim } of state.seeds.get(number)?.steps ?? [])
    if (claim.step !== 'result') joint.apply(index, claim, sideOf(state, claim));
  return joint.resultOf(number);
}

/** The entry from which on somebody could know the seed: the first reveal, or the beacon's value. */
export function firstReveal(state: CaseState, number: string): Logged<SeedClaim> | undefined {
  return state.seeds
    .get(number)
    ?.steps.find(({ claim }) => claim.step === 'reveal' || claim.step === 'beacon-value');
}

function sideOf(state: CaseState, claim: SeedClaim) {
  return state.parties.get(claim.actor)?.side ?? 'neutral';
}

function digestOf(hasher: Hasher, hex: string | undefined): string | undefined {
  return hex === undefined ? undefined : hexOf(hasher.sha256(bytesFromHex(hex)));
}
