import { bytesFromHex, concatBytes, hexOf, utf8Bytes } from '../bytes.ts';
import type { PartyRecord, SeedClaim } from '../claims/predicates.ts';
import { FiliationError } from '../error.ts';
import type { Hasher } from '../merkle.ts';

const LABEL = 'seed/v1';
/** Bytes of each side's value. */
export const SEED_VALUE_BYTES = 32;

/**
 * SHA-256("seed/v1" ‖ case ‖ rA ‖ rB ‖ beacon), hex: values in the order of their commitments, none for a
 * seed from a beacon alone; no beacon bytes where none was chosen.
 */
export function jointSeed(
  hasher: Hasher,
  caseId: string,
  values: readonly Uint8Array[],
  beacon: Uint8Array = new Uint8Array(0),
): string {
  return hexOf(hasher.sha256(concatBytes(utf8Bytes(LABEL + caseId), ...values, beacon)));
}

/** What a party commits to: hex SHA-256 of its 32-byte value. */
export function seedCommitment(hasher: Hasher, value: Uint8Array): string {
  return hexOf(hasher.sha256(value));
}

interface Share {
  readonly party: string;
  readonly side: PartyRecord['side'];
  readonly commitment: string;
  value?: Uint8Array;
}

interface SeedState {
  readonly shares: Share[];
  beacon?: NonNullable<SeedClaim['beacon']>;
  beaconValue?: Uint8Array;
  result?: { readonly seed: string; readonly index: number };
}

/**
 * Joint seeds, replayed from the log's seed claims in order. Both sides commit to 32 bytes, then both
 * reveal; a beacon round, where one is used, is chosen before any reveal and lies in the future. So no
 * side can choose the seed: who reveals last can only refuse to reveal, which everybody sees.
 *
 * Refused: a third commitment or two of one side; equal commitments (a copy of the other side's would
 * cancel its randomness); a commitment or choice of beacon after a reveal; a reveal before both
 * commitments, or of another value; a result that does not follow.
 */
export class JointSeeds {
  private readonly hasher: Hasher;
  private readonly caseId: string;
  private readonly seeds: Map<string, SeedState> = new Map();

  constructor(hasher: Hasher, caseId: string) {
    this.hasher = hasher;
    this.caseId = caseId;
  }

  /** @throws FiliationError UNVERIFIED; the state is then as it was before */
  apply(index: number, claim: SeedClaim, side: PartyRecord['side']): void {
    const state = this.seeds.get(claim.seed) ?? { shares: [] };
    const refuse = (reason: string): never => {
      const where = `entry ${index} (seed ${claim.seed})`;
      throw new FiliationError('UNVERIFIED', `${where}: ${reason}`, { where });
    };
    if (state.result !== undefined) refuse('the seed is drawn already');
    if (claim.step === 'commit') this.commit(state, claim, side, refuse);
    else if (claim.step === 'reveal') this.reveal(state, claim, refuse);
    else if (claim.step === 'beacon-choice') this.chooseBeacon(state, claim, refuse);
    else if (claim.step === 'beacon-value') {
      if (state.beacon === undefined) refuse('no beacon round was chosen');
      if (state.beaconValue !== undefined) refuse("the beacon's value is known already");
      if (Date.parse(claim.at) < Date.parse(state.beacon!.at)) refuse("the beacon's round had not come yet");
      state.beaconValue = bytesOf(claim, undefined, refuse);
    } else {
      const seed = this.drawn(state, refuse);
      if (claim.value !== seed) refuse('the seed does not follow from what was revealed');
      state.result = { seed, index };
    }
    this.seeds.set(claim.seed, state);
  }

  /** Seed (64 hex digits) and the entry that completes it; undefined until then. */
  seedOf(number: string): { readonly seed: string; readonly index: number } | undefined {
    return this.seeds.get(number)?.result;
  }

  /** The seed that a result claim has to state. @throws FiliationError UNVERIFIED where a part is missing */
  resultOf(number: string): string {
    const refuse = (reason: string): never => {
      throw new FiliationError('UNVERIFIED', `seed ${number}: ${reason}`);
    };
    return this.drawn(this.seeds.get(number) ?? { shares: [] }, refuse);
  }

  private commit(state: SeedState, claim: SeedClaim, side: PartyRecord['side'], refuse: Refuse): void {
    const commitment = hexOf(bytesOf(claim, SEED_VALUE_BYTES, refuse));
    const { shares } = state;
    if (shares.some(({ value }) => value !== undefined)) refuse('it commits after a reveal');
    if (state.beaconValue !== undefined) refuse("it commits after the beacon's value is known");
    if (side === 'neutral') refuse('the two values come from the two sides, not from a neutral');
    if (shares.length === 2) refuse('both sides have committed already');
    if (shares.some((share) => share.side === side)) refuse('one side cannot commit twice');
    if (shares.some((share) => share.commitment === commitment))
      refuse('both sides commit to the same value');
    shares.push({ party: claim.actor, side, commitment });
  }

  private reveal({ shares }: SeedState, claim: SeedClaim, refuse: Refuse): void {
    const value = bytesOf(claim, SEED_VALUE_BYTES, refuse);
    const share =
      shares.find(({ party }) => party === claim.actor) ?? refuse(`${claim.actor} has not committed`);
    if (shares.length < 2) refuse('it reveals before both sides have committed');
    if (share.value !== undefined) refuse(`${claim.actor} has revealed already`);
    if (seedCommitment(this.hasher, value) !== share.commitment)
      refuse('the value is not the one committed to');
    share.value = value;
  }

  private chooseBeacon(state: SeedState, claim: SeedClaim, refuse: Refuse): void {
    const beacon = claim.beacon ?? refuse('it names no beacon');
    if (state.beacon !== undefined) refuse('a beacon round is chosen already');
    if (state.shares.some(({ value }) => value !== undefined)) refuse('a beacon is chosen after a reveal');
    if (Date.parse(beacon.at) <= Date.parse(claim.at)) refuse('the beacon round is not in the future');
    state.beacon = beacon;
  }

  private drawn({ shares, beacon, beaconValue }: SeedState, refuse: Refuse): string {
    const values = shares.map(({ party, value }) => value ?? refuse(`${party} has not revealed`));
    if (values.length === 1) refuse('only one side has committed');
    if (beacon !== undefined && beaconValue === undefined) refuse("the beacon's value is missing");
    if (values.length === 0 && beacon === undefined) refuse('nothing was drawn');
    return jointSeed(this.hasher, this.caseId, values, beaconValue);
  }
}

type Refuse = (reason: string) => never;

function bytesOf({ value, step }: SeedClaim, length: number | undefined, refuse: Refuse): Uint8Array {
  if (value === undefined) return refuse(`a ${step} has a value`);
  if (length !== undefined && value.length !== 2 * length) refuse(`a ${step} has ${length} bytes`);
  return bytesFromHex(value);
}
