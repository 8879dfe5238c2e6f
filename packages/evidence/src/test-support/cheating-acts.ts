import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BundleVerification,
  type Check,
  readPemCertificates,
  type VerifyOptions,
  verifyBundle,
} from '@filiation/verify';
import { nodePlatform, openBundleSource } from '@filiation/verify/node';
import type { CaseFolder } from '../case/case-folder.ts';
import { registerPlan } from '../case/plans.ts';
import { registerReply } from '../case/replies.ts';
import { endRun, logFinding, startRun } from '../case/runs.ts';
import type { FindingDocument } from '../finding.ts';
import type { RunningAuthority } from '../time/test-support/authority.ts';
import { OWNER, RESPONDENT, SOFTWARE, type World } from './cheating-world.ts';

const TEST = { id: 'neuron-order', version: '1' };

/** What a check came to, in the two words that tests ask about. */
export type Told = readonly [id: string, part: string];

const exhibitsOf = ({ state }: CaseFolder) =>
  (['E1', 'E2'] as const).map((number, at) => ({
    role: at === 0 ? ('reference' as const) : ('subject' as const),
    exhibit: number,
    sha256: state.exhibits.get(number)!.sha256,
  }));

/** Logs the plan of one test; the threshold is what a cheating owner would edit. */
export function plan(of: CaseFolder, alpha = '0.001'): Promise<string> {
  return registerPlan(of, OWNER, {
    comparisons: [
      { title: 'B against A', kind: 'weights', exhibits: exhibitsOf(of), tests: [TEST], parameters: {} },
    ],
    opinion: { combine: 'primary', test: TEST.id, log10Alpha: Math.log10(Number(alpha)) },
    errorBudget: { alpha, across: 'none' },
    seed: { source: 'stated', value: 'seed' },
    stopping: 'each test once',
    exclusions: 'none',
    software: SOFTWARE,
  });
}

/** Logs a run of the plan with its one finding. */
export async function run(of: CaseFolder, log10P = -1.5): Promise<void> {
  const finding: FindingDocument = {
    test: TEST,
    question: 'weights',
    exhibits: exhibitsOf(of).map(({ role, exhibit: name, sha256 }) => ({
      role,
      name,
      digest: `sha256:${sha256}`,
    })),
    status: 'tested',
    exactness: 'exact',
    log10P,
    alternatives: [],
    parameters: {},
    summary: 'made for a test',
    seed: 'seed',
    exploratory: false,
    software: SOFTWARE,
  };
  const number = await startRun(of, OWNER, { plan: 'P1', exploratory: false, software: SOFTWARE });
  await logFinding(of, OWNER, number, 'C1', finding);
  await endRun(of, OWNER, number);
}

export function reply(of: CaseFolder, now: () => Date): Promise<string> {
  const ground = 'Both began from one public checkpoint.';
  return registerReply(of, RESPONDENT, { to: 'F1', position: 'disputed', ground }, now);
}

/** What is left of an honest case. */
export interface Honest {
  readonly of: CaseFolder;
  readonly bundle: string;
  readonly policy: Uint8Array;
  /** Checkpoint that the respondent saw after his reply. */
  readonly seen: Uint8Array;
}

/** Plan, vouchers, run, reply, vouchers, seal: as it should be. */
export async function workHonestly(world: World, of: CaseFolder): Promise<Honest> {
  await plan(of);
  await world.vouch(of);
  await run(of);
  await reply(of, world.now);
  const seen = of.log.checkpoint;
  await world.vouch(of);
  return { of, bundle: await world.seal(of), policy: await policyOf(of), seen };
}

/** The policy that a case has, as the other side would keep it for itself. */
export async function policyOf(of: CaseFolder): Promise<Uint8Array> {
  return new Uint8Array(await readFile(join(of.folder, 'policy', 'policy.txt')));
}

export function timeRootsOf(
  ...authorities: readonly RunningAuthority[]
): NonNullable<VerifyOptions['timeRoots']> {
  return new Map(
    authorities.map(({ settings }) => [settings.name, readPemCertificates(settings.roots)] as const),
  );
}

export interface Verdict {
  readonly verdict: 'passed' | 'failed';
  readonly failed: readonly Told[];
  readonly warned: readonly Told[];
  readonly checks: readonly Check[];
  readonly facts: BundleVerification['report']['facts'];
  readonly checkpoint: Uint8Array | undefined;
  /** What is said of the first such check that failed or, where none did, did not pass. */
  detail(id: string): string;
}

/** Verifies an archive as a reader with this equipment would. */
export async function judge(path: string, options: Partial<VerifyOptions> = {}): Promise<Verdict> {
  const source = await openBundleSource(path);
  try {
    const { report, checkpoint } = await verifyBundle(source, { platform: nodePlatform, ...options });
    // The seed of these cases is stated in the plan, which is another matter than who vouches for it.
    const told = (status: Check['status']): Told[] =>
      report.checks
        .filter((each) => each.status === status && each.id !== 'plan.seed')
        .map(({ id, part }) => [id, part]);
    return {
      verdict: report.verdict,
      failed: told('failed'),
      warned: told('warning'),
      checks: report.checks,
      facts: report.facts,
      checkpoint,
      detail(id) {
        const all = report.checks.filter((each) => each.id === id);
        return (all.find(({ status }) => status === 'failed') ?? all[0])?.detail ?? '';
      },
    };
  } finally {
    await source.close();
  }
}
