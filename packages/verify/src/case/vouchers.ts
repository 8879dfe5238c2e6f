import type { Check } from '../check.ts';
import type { CheckedCheckpoint } from '../log-check.ts';
import type { Platform } from '../platform.ts';
import type { BundleSource } from '../source.ts';
import { reachesQuorum, type TlogPolicy } from '../tlog-policy.ts';
import type { Certificate } from '../x509/certificate.ts';
import { CLOCK_TOLERANCE_MS } from './replay.ts';
import type { CaseState } from './state.ts';
import { readTimeTokens } from './time-tokens.ts';

/** Someone outside the owner's hands who says that the log had this many entries, with this root, then. */
export interface Voucher {
  readonly kind: 'witness' | 'time-authority';
  /** Name of the witness in its key, of the authority in the case. */
  readonly name: string;
  /** Entries of the log that are covered. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Name of the root certificate that the authority's token leads to, escaped. */
  readonly root?: string;
  /** Name of the witness in the policy. */
  readonly witness?: string;
}

export interface VoucherInput {
  readonly source: BundleSource;
  readonly prefix: string;
  readonly platform: Platform;
  readonly report: (check: Check) => void;
  /** Checkpoints that verify and fit the entries. */
  readonly checkpoints: readonly CheckedCheckpoint[];
  /** Whose witnesses count: the reader's policy, or the case's. */
  readonly policy: TlogPolicy;
  /** Roots that the reader trusts, by authority; the bundle's own where absent. */
  readonly roots?: ReadonlyMap<string, readonly Certificate[]>;
  readonly now?: Date;
}

/** Cosignatures of witnesses and time tokens over checkpoints that fit the log, earliest first. */
export async function readVouchers(input: VoucherInput): Promise<readonly Voucher[]> {
  const tokens = await readTimeTokens(input);
  return [...cosignaturesOf(input), ...tokens].sort((p, q) => p.time - q.time || p.size - q.size);
}

function cosignaturesOf({ checkpoints, policy }: VoucherInput): readonly Voucher[] {
  const vouchers = new Map<string, Voucher>();
  for (const { size, signatures } of checkpoints)
    for (const { key, time } of signatures) {
      const witness = policy.witnesses.find(
        (each) => each.key.name === key.name && each.key.keyId === key.keyId,
      )?.name;
      if (time === undefined || witness === undefined) continue;
      // The current checkpoint may stand in the archive too.
      vouchers.set(`${size} ${time} ${witness}`, {
        kind: 'witness',
        name: key.name,
        size,
        time: time * 1000,
        witness,
      });
    }
  return [...vouchers.values()];
}

/**
 * The moment from which a log is vouched for: a time token, or the cosignature that completes the quorum
 * of the policy (any one where it asks for none). Undefined where there is too little.
 */
function firstWord(vouchers: readonly Voucher[], policy: TlogPolicy): Voucher | undefined {
  const witnesses = new Set<string>();
  return vouchers.find(({ witness }) => {
    if (witness === undefined) return true;
    return reachesQuorum(policy, witnesses.add(witness));
  });
}

export interface TimeExpectations {
  readonly policy: TlogPolicy;
  /** Whether anyone is named, by the case or the reader, who could have vouched. */
  readonly expected: boolean;
  /** Whose word the reader relies on of his own accord; nobody's where he brought neither policy nor roots. */
  readonly relied: readonly Voucher['kind'][];
}

/**
 * Whether plans were fixed before their runs by someone else's clock. Where the case or the reader names
 * witnesses or time authorities, a planned run that none of them vouches for is a failure: that is how a
 * back-dated plan shows. To a reader who brought a policy or time roots, the word of those that the case
 * alone names is a weakness to weigh.
 *
 * @param vouchers earliest first
 */
export function checkTimes(
  state: CaseState,
  vouchers: readonly Voucher[],
  expectations: TimeExpectations,
  report: (check: Check) => void,
): void {
  for (const run of state.runs.values()) {
    const { plan, exploratory, at } = run.start.claim;
    const planned = plan === undefined ? undefined : state.plans.get(plan);
    if (planned === undefined || exploratory) continue;
    const part = `plan ${plan} before run ${run.run}`;
    const between = vouchers.filter(({ size }) => size > planned.index && size <= run.start.index);
    report({ id: 'plan.fixed', part, ...fixedBy(between, at, expectations) });
  }
}

type Outcome = Pick<Check, 'status' | 'detail'>;

function fixedBy(between: readonly Voucher[], at: string, expectations: TimeExpectations): Outcome {
  const { policy, expected, relied } = expectations;
  const inTime = between.filter(({ time }) => time <= Date.parse(at) + CLOCK_TOLERANCE_MS);
  const word = firstWord(
    inTime.filter(({ kind }) => relied.length === 0 || relied.includes(kind)),
    policy,
  );
  if (word !== undefined) return { status: 'passed', detail: `${word.name} saw it on ${iso(word.time)}` };
  const other = firstWord(inTime, policy);
  if (other !== undefined)
    return {
      status: 'warning',
      detail: `only ${other.name} saw it before the run, whom the case names and not you: a cheating owner can bring witnesses and authorities of its own`,
    };
  const late = firstWord(between, policy);
  if (late === undefined) return unvouched(between, policy, expected);
  return {
    status: 'failed',
    detail: `the first outside word for the plan (${late.name}) is of ${iso(late.time)}, the run says it began on ${at}: the plan may be dated back`,
  };
}

function unvouched(between: readonly Voucher[], { quorum }: TlogPolicy, expected: boolean): Outcome {
  if (!expected)
    return {
      status: 'warning',
      detail:
        'only the owner of the log says that the plan came first; a witness or time authority would have said so independently',
    };
  const names = [...new Set(between.map(({ name }) => name))].join(', ');
  return {
    status: 'failed',
    detail:
      names === ''
        ? 'the case or you name witnesses or time authorities, but none of them saw the plan before the run: the plan may be dated back'
        : `only ${names} saw the plan before the run, and the policy asks for more (${quorum}): the plan may be dated back`,
  };
}

function iso(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Entries that claim to be later than a time at which an outside party had already seen them. */
export function checkDeclaredTimes(
  declared: readonly number[],
  vouchers: readonly Voucher[],
  report: (check: Check) => void,
): void {
  // The earliest word on each prefix of the log; entries after the last voucher have none.
  const bySize = [...vouchers].sort((p, q) => p.size - q.size);
  let earliest: Voucher | undefined;
  for (let index = declared.length - 1; index >= 0; index--) {
    while (bySize.length > 0 && bySize.at(-1)!.size > index) {
      const voucher = bySize.pop()!;
      if (earliest === undefined || voucher.time < earliest.time) earliest = voucher;
    }
    if (earliest === undefined || !(declared[index]! > earliest.time + CLOCK_TOLERANCE_MS)) continue;
    report({
      id: 'entry.time',
      status: 'failed',
      part: `entry ${index}`,
      detail: `says it was made on ${iso(declared[index]!)}, but ${earliest.name} had seen it by ${iso(earliest.time)}`,
    });
  }
}
