import { utf8Bytes, utf8Text } from '../bytes.ts';
import type { Check } from '../check.ts';
import { FiliationError } from '../error.ts';
import type { CheckedCheckpoint } from '../log-check.ts';
import type { Platform } from '../platform.ts';
import type { BundleSource } from '../source.ts';
import { verifyTimestamp } from '../timestamp/verify.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readPemCertificates } from '../x509/pem.ts';
import type { CaseState } from './state.ts';

/** A time token; the largest staged ones have 6 kB. */
const MAX_TOKEN_BYTES = 256 * 1024;
const MAX_ROOTS_BYTES = 2 ** 20;
/** Clocks of honest parties may differ by this much. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

/** Someone outside the owner's hands who says that the log had this many entries, with this root, then. */
export interface Voucher {
  readonly kind: 'witness' | 'time-authority';
  readonly name: string;
  /** Entries of the log that are covered. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface VoucherInput {
  readonly source: BundleSource;
  readonly prefix: string;
  readonly platform: Platform;
  readonly report: (check: Check) => void;
  /** Checkpoints that verify and fit the entries. */
  readonly checkpoints: readonly CheckedCheckpoint[];
  /** Roots that the reader trusts, by authority; the bundle's own where absent. */
  readonly roots?: ReadonlyMap<string, readonly Certificate[]>;
  readonly now?: Date;
}

/** Cosignatures of witnesses and time tokens over checkpoints that fit the log. */
export async function readVouchers(input: VoucherInput): Promise<readonly Voucher[]> {
  const vouchers: Voucher[] = [];
  const known = new Set<string>();
  for (const { size, signatures } of input.checkpoints)
    for (const { key, time } of signatures) {
      const id = `${size} ${time} ${key.name} ${key.keyId}`;
      // The current checkpoint may stand in the archive too.
      if (time === undefined || known.has(id)) continue;
      known.add(id);
      vouchers.push({ kind: 'witness', name: key.name, size, time: time * 1000 });
    }
  const folder = `${input.prefix}log/timestamps/`;
  for (const { path } of input.source.members)
    if (path.startsWith(folder)) {
      const voucher = await readToken(input, path, path.slice(folder.length));
      if (voucher !== undefined) vouchers.push(voucher);
    }
  return vouchers.sort((p, q) => p.time - q.time || p.size - q.size);
}

async function readToken(input: VoucherInput, path: string, file: string): Promise<Voucher | undefined> {
  const failed = (detail: string): undefined => {
    input.report({ id: 'time.token', status: 'failed', part: path, detail });
    return undefined;
  };
  const match = /^(0|[1-9][0-9]{0,15})\.([A-Za-z0-9-]{1,64})\.tsr$/.exec(file);
  if (match === null) return failed('has a name that says neither size nor authority');
  const [, sizeText, authority] = match as unknown as [string, string, string];
  const size = Number(sizeText);
  if (input.roots?.has(authority) === false) {
    const detail = `you gave no roots for the time authority ${authority}; its word counts for nothing here`;
    input.report({ id: 'time.token', status: 'not-checked', part: path, detail });
    return undefined;
  }
  const checkpoint = input.checkpoints.find((each) => each.size === size);
  if (checkpoint === undefined)
    return failed(`stamps a checkpoint at ${size} entries that is not here or does not fit`);
  try {
    const roots = await rootsOf(input, authority);
    const { milliseconds } = await verifyTimestamp(input.platform, {
      bytes: await input.source.read(path, MAX_TOKEN_BYTES),
      stamped: { message: utf8Bytes(checkpoint.text) },
      roots,
      name: path,
      ...(input.now === undefined ? {} : { now: input.now }),
    });
    input.report({ id: 'time.token', status: 'passed', part: path, detail: '' });
    return { kind: 'time-authority', name: authority, size, time: milliseconds };
  } catch (error) {
    if (!(error instanceof FiliationError)) throw error;
    return failed(error.message);
  }
}

async function rootsOf(
  { roots, source, prefix }: VoucherInput,
  authority: string,
): Promise<readonly Certificate[]> {
  const trusted = roots?.get(authority);
  if (trusted !== undefined) return trusted;
  const path = `${prefix}policy/authorities/${authority}.pem`;
  if (!source.has(path))
    throw new FiliationError(
      'UNVERIFIED',
      `the roots of the time authority ${authority} are not in the bundle`,
    );
  return readPemCertificates(utf8Text(await source.read(path, MAX_ROOTS_BYTES)));
}

/**
 * Whether plans were fixed before their runs by someone else's clock, and whether declared times fit what
 * outside parties saw. Where the case names witnesses or time authorities, a planned run that no one
 * outside vouches for is a failure: that is how a back-dated plan shows.
 */
export function checkTimes(
  state: CaseState,
  vouchers: readonly Voucher[],
  vouchersExpected: boolean,
  report: (check: Check) => void,
): void {
  for (const run of state.runs.values()) {
    const { plan, exploratory, at } = run.start.claim;
    const planned = plan === undefined ? undefined : state.plans.get(plan);
    if (planned === undefined || exploratory) continue;
    const part = `plan ${plan} before run ${run.run}`;
    const voucher = vouchers.find((each) => each.size > planned.index && each.size <= run.start.index);
    const inTime = voucher !== undefined && voucher.time <= Date.parse(at) + CLOCK_TOLERANCE_MS;
    const id = 'plan.fixed';
    if (inTime)
      report({ id, status: 'passed', part, detail: `${voucher.name} saw it on ${iso(voucher.time)}` });
    else if (voucher !== undefined)
      report({
        id,
        status: 'failed',
        part,
        detail: `the first outside word for the plan (${voucher.name}) is of ${iso(voucher.time)}, the run says it began on ${at}: the plan may be dated back`,
      });
    else
      report({
        id,
        status: vouchersExpected ? 'failed' : 'warning',
        part,
        detail: vouchersExpected
          ? 'the case names witnesses or time authorities, but none of them saw the plan before the run: the plan may be dated back'
          : 'only the owner of the log says that the plan came first; a witness or time authority would have said so independently',
      });
  }
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
