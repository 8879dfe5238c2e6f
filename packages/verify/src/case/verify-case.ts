import { hexOf } from '../bytes.ts';
import type { Check, VerifiedFacts } from '../check.ts';
import { Keyring } from '../claims/keyring.ts';
import { faultOf } from '../error.ts';
import { type CheckedCheckpoint, checkLog } from '../log-check.ts';
import { rootOf } from '../merkle-proofs.ts';
import { formatNoteKey } from '../note-key.ts';
import type { Platform } from '../platform.ts';
import type { BundleSource } from '../source.ts';
import type { TlogPolicy } from '../tlog-policy.ts';
import type { Certificate } from '../x509/certificate.ts';
import { checkDisclosures } from './disclosure-checks.ts';
import { checkDocuments } from './document-checks.ts';
import { checkExhibits } from './exhibit-checks.ts';
import { sourceHashReader } from './hash-reader.ts';
import { startReplay } from './replay.ts';
import { checkSettings } from './settings-check.ts';
import type { CaseState } from './state.ts';
import { checkQuorum, checkSeen, checkWitnessKeys, readPolicy, readSeen } from './trust-checks.ts';
import {
  checkDeclaredTimes,
  checkTimes,
  readVouchers,
  type TimeExpectations,
  type Voucher,
} from './vouchers.ts';

/** Bytes of a file that the first entry binds: the policy, or the roots of a time authority. */
const MAX_BOUND_BYTES = 2 * 2 ** 20;

export interface CaseCheckRequest {
  readonly source: BundleSource;
  /** `data/` in a bundle, nothing in a case folder. */
  readonly prefix: string;
  readonly platform: Platform;
  readonly report: (check: Check) => void;
  /** The reader's own policy; the case's where absent. */
  readonly policy?: Uint8Array;
  /** Checkpoints (signed notes) that the reader saw earlier: the log must continue them. */
  readonly seen?: readonly Uint8Array[];
  /** Time authorities that the reader trusts; the case's own roots where absent. */
  readonly timeRoots?: ReadonlyMap<string, readonly Certificate[]>;
  readonly now?: Date;
  /** SHA-256 in hex of a member, where a step before has computed it. */
  readonly digestOf?: (path: string) => string | undefined;
  readonly onProgress?: (step: string, done: number, total: number) => void;
}

export interface CaseCheckResult {
  readonly state: CaseState;
  readonly keyring: Keyring;
  readonly facts: VerifiedFacts;
  readonly vouchers: readonly Voucher[];
  /** The signed checkpoint of the log as it stands, with the cosignatures that came with it. */
  readonly checkpoint?: Uint8Array;
}

/**
 * Checks everything a case says against its own bytes: log, signatures, rules, documents, exhibits,
 * witnesses and times. Nothing is thrown for what a case can hold; every fault is a failed check.
 */
export async function checkCase(request: CaseCheckRequest): Promise<CaseCheckResult> {
  const { source, prefix, platform, report } = request;
  const policy = await readPolicy(request);
  const seen = readSeen(request);
  const keyring = new Keyring(platform);
  const replay = startReplay({
    platform,
    keyring,
    report,
    rootAt: (size) => rootBefore(size),
    history: false,
  });
  let before: () => Uint8Array = () => new Uint8Array();
  let at = 0;
  const hashes = sourceHashReader(source, `${prefix}log/`, platform);
  // Claims logged together were signed on one state of the log: its root is kept from one to the next.
  let kept: { readonly size: number; readonly root: Promise<Uint8Array | undefined> } | undefined;
  const rootBefore = (size: number): Promise<Uint8Array | undefined> => {
    if (kept?.size === size) return kept.root;
    const root =
      size === at ? Promise.resolve(before()) : rootOf(platform, hashes, size).catch(() => undefined);
    kept = { size, root };
    return root;
  };
  const log = await checkLog({
    source,
    platform,
    prefix: `${prefix}log/`,
    logKeys: policy.logs.map((entry) => entry.key),
    witnessKeys: policy.witnesses.map((entry) => entry.key),
    sizes: seen.map((entry) => entry.size),
    report,
    onEntry: async (index, entry, root) => {
      at = index;
      before = root;
      await replay.apply(index, entry);
    },
    ...(request.onProgress === undefined
      ? {}
      : { onProgress: (done: number, total: number) => request.onProgress?.('entries', done, total) }),
  });
  const { state } = replay;
  checkOpening(request, state, policy, log.head);
  await checkOpeningSubjects(request, state);
  await checkSettings(request, state);
  checkSeen(request, seen, log.roots, log.head);
  const checkpoints = [...log.archived, ...(log.head === undefined ? [] : [log.head])];
  // Cosignatures come after the log has signed: they stand on the archived copy of its checkpoint.
  const ofHead = checkpoints.filter((each) => each.size === log.head?.size);
  checkQuorum(request, policy, ofHead);
  checkWitnessKeys(request, policy, state);
  const vouchers = await readVouchers({
    source,
    prefix,
    platform,
    report,
    checkpoints,
    policy,
    ...(request.timeRoots === undefined ? {} : { roots: request.timeRoots }),
    ...(request.now === undefined ? {} : { now: request.now }),
  });
  checkTimes(state, vouchers, expectationsOf(request, policy), report);
  checkDeclaredTimes(replay.declared, vouchers, report);
  await checkDocuments({ source, prefix, platform, state, report });
  await checkDisclosures({ source, prefix, platform, state, report });
  await checkExhibits({
    source,
    prefix,
    platform,
    state,
    report,
    digestOf: request.digestOf ?? (() => undefined),
  });
  const head = ofHead[0];
  return {
    state,
    keyring,
    vouchers,
    facts: factsOf(state, log.head, log.entries, vouchers),
    ...(head === undefined ? {} : { checkpoint: head.note }),
  };
}

/** The first entry names the log itself; the settings and the policy must speak of the same one. */
function checkOpening(
  { report }: CaseCheckRequest,
  state: CaseState,
  policy: TlogPolicy,
  head: CheckedCheckpoint | undefined,
) {
  const part = 'entry 0 (case)';
  const { opening } = state;
  const log = opening?.claim.log;
  const fits =
    log !== undefined &&
    (head === undefined || log.origin === head.origin) &&
    policy.logs.some(({ key }) => formatNoteKey(key) === log.key);
  report({
    id: 'case.log',
    status: fits ? 'passed' : 'failed',
    part,
    detail: fits ? '' : 'does not open the case of this log',
  });
}

/** The first entry binds the policy and the roots of the time authorities. */
async function checkOpeningSubjects(
  { source, prefix, platform, report }: CaseCheckRequest,
  state: CaseState,
): Promise<void> {
  const bound = new Set<string>();
  for (const { name, digest } of state.opening?.subject ?? []) {
    bound.add(`${prefix}${name}`);
    const part = `${prefix}${name}`;
    try {
      const found = await source.read(part, MAX_BOUND_BYTES);
      const fits = hexOf(platform.sha256(found)) === digest.sha256;
      report({
        id: 'case.policy',
        status: fits ? 'passed' : 'failed',
        part,
        detail: fits ? '' : 'is not the file that the first entry binds',
      });
    } catch (error) {
      report({ id: 'case.policy', status: 'failed', part, detail: faultOf(error) });
    }
  }
  for (const { path } of source.members)
    if (path.startsWith(`${prefix}policy/`) && !bound.has(path))
      report({
        id: 'case.policy',
        status: 'failed',
        part: path,
        detail: 'lies with the policy, but the first entry does not bind it',
      });
}

function factsOf(
  state: CaseState,
  head: CheckedCheckpoint | undefined,
  entries: number,
  vouchers: readonly Voucher[],
): VerifiedFacts {
  const { opening } = state;
  return {
    ...(opening === undefined
      ? {}
      : {
          case: { id: opening.claim.case, title: opening.claim.title },
          logKey: opening.claim.log.key,
        }),
    entries,
    ...(head === undefined ? {} : { root: hexOf(head.root) }),
    vouchers: [
      ...(head === undefined ? [] : [{ kind: 'log' as const, name: head.origin, size: head.size }]),
      ...vouchers.map(({ kind, name, size, time, root }) => ({
        kind,
        name,
        size,
        at: new Date(time).toISOString(),
        ...(root === undefined ? {} : { root }),
      })),
    ],
  };
}

function expectationsOf(request: CaseCheckRequest, policy: TlogPolicy): TimeExpectations {
  const { source, prefix, timeRoots } = request;
  const authorities = source.members.some(({ path }) => path.startsWith(`${prefix}policy/authorities/`));
  return {
    policy,
    expected: policy.witnesses.length > 0 || authorities || (timeRoots?.size ?? 0) > 0,
    relied: [
      ...(request.policy === undefined ? [] : (['witness'] as const)),
      ...(timeRoots === undefined ? [] : (['time-authority'] as const)),
    ],
  };
}
