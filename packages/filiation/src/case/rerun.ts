import {
  type CaseFolder,
  FiliationError,
  type Finding,
  findingDocument,
  findingOf,
  findingText,
  opinionOf,
  planOf,
  planOpinions,
} from '@filiation/evidence';
import { canonicalJson, type JsonObject, type PlanDocument, plannedSeed } from '@filiation/verify';
import type { Terminal } from '../io/terminal.ts';
import { CASE_KINDS } from './kinds.ts';
import { locate } from './run-plan.ts';

/** An exhibit that is missing, unreadable or another one than was registered. */
const EXHIBIT_FAULTS: ReadonlySet<string> = new Set(['NOT_FOUND', 'UNREADABLE', 'UNVERIFIED', 'MALFORMED']);

/** What came of computing one logged finding, or forming one opinion, again. */
export interface Recomputed {
  /** `F1`…, or `O1`… for an opinion. */
  readonly finding: string;
  readonly run: string;
  readonly test: string;
  readonly state: 'same' | 'different' | 'not-recomputed';
  /** Why it was not recomputed, or where the two differ. */
  readonly detail?: string;
}

export interface RerunOptions {
  /** Where exhibits lie whose bytes are not in the bundle, by number. */
  readonly locations: ReadonlyMap<string, string>;
  readonly terminal: Terminal;
  readonly threads?: number;
}

/**
 * Computes every logged finding again from the exhibits and compares it byte for byte with what was logged
 * (times are not part of a finding document). Each comparison of each run is computed afresh.
 */
export async function rerun(of: CaseFolder, options: RerunOptions): Promise<readonly Recomputed[]> {
  const results: Recomputed[] = [];
  // An exploratory run of a plan computes what the planned one does.
  const computed = new Map<string, ReadonlyMap<string, Finding> | string>();
  for (const { run, start, findings } of of.state.runs.values()) {
    const { plan: number, exploratory } = start.claim;
    if (number === undefined) {
      results.push(...skipped(of, run, findings, 'its run has no plan'));
      continue;
    }
    const plan = await planOf(of, number);
    const keyOf = (comparison: string): string => `${number} ${comparison}`;
    for (const comparison of plan.comparisons) {
      const key = keyOf(comparison.comparison);
      const logged = findings.some(
        (each) => of.state.findings.get(each)!.claim.comparison === comparison.comparison,
      );
      if (logged && !computed.has(key)) computed.set(key, await compute(of, plan, comparison, options));
    }
    for (const each of findings) {
      const { claim } = of.state.findings.get(each)!;
      const again = computed.get(keyOf(claim.comparison ?? ''));
      const base = { finding: each, run, test: claim.test.id };
      if (again === undefined || typeof again === 'string') {
        results.push({
          ...base,
          state: 'not-recomputed',
          detail: again ?? 'its comparison is not in the plan',
        });
        continue;
      }
      const finding = again.get(claim.test.id);
      const logged = findingText(await findingOf(of, each));
      const fresh = finding === undefined ? undefined : findingText(findingDocument(finding, exploratory));
      if (fresh === logged) results.push({ ...base, state: 'same' });
      else results.push({ ...base, state: 'different', detail: difference(logged, fresh) });
    }
  }
  return [...results, ...(await rerunOpinions(of))];
}

/** Forms every logged opinion again from the logged findings that came before it. */
async function rerunOpinions(of: CaseFolder): Promise<readonly Recomputed[]> {
  const results: Recomputed[] = [];
  for (const [number, { claim, index }] of of.state.opinions) {
    const base = { finding: number, run: claim.plan, test: `opinion on ${claim.comparison}` };
    const formed = await planOpinions(
      of,
      {
        plan: claim.plan,
        cards: CASE_KINDS.flatMap((kind) => kind.cards),
        reading: (comparison, findings) =>
          CASE_KINDS.find((kind) => kind.kind === comparison.kind)?.reading(of, comparison, findings),
      },
      index,
    );
    const fresh = formed.find((each) => each.comparison === claim.comparison);
    const logged = canonicalJson((await opinionOf(of, number)) as unknown as JsonObject);
    const again = fresh === undefined ? undefined : canonicalJson(fresh.opinion as unknown as JsonObject);
    if (again === logged) results.push({ ...base, state: 'same' });
    else results.push({ ...base, state: 'different', detail: difference(logged, again) });
  }
  return results;
}

function skipped(of: CaseFolder, run: string, findings: readonly string[], detail: string): Recomputed[] {
  return findings.map((finding) => ({
    finding,
    run,
    test: of.state.findings.get(finding)!.claim.test.id,
    state: 'not-recomputed',
    detail,
  }));
}

/** Findings of one comparison by test id, or why they cannot be computed here. */
async function compute(
  of: CaseFolder,
  plan: PlanDocument,
  comparison: PlanDocument['comparisons'][number],
  { locations, terminal, threads }: RerunOptions,
): Promise<ReadonlyMap<string, Finding> | string> {
  const seed = plannedSeed(of.state, plan);
  if (seed === undefined) return 'the seed of its plan is not settled';
  const kind = CASE_KINDS.find((each) => each.kind === comparison.kind);
  if (kind === undefined) return `this version runs no comparisons of the kind ${comparison.kind}`;
  const other = comparison.tests.find(
    ({ id, version }) => kind.tests.find((test) => test.id === id)?.version !== version,
  );
  if (other !== undefined) return `this version of the software does not have ${other.id} ${other.version}`;
  const findings = new Map<string, Finding>();
  try {
    await kind.run({
      comparison,
      exhibits: locate(of, comparison, locations),
      seed,
      done: new Map(),
      terminal,
      ...(threads === undefined ? {} : { threads }),
      onFinding: async (finding) => void findings.set(finding.test.id, finding),
    });
  } catch (error) {
    if (error instanceof FiliationError && EXHIBIT_FAULTS.has(error.code)) return error.message;
    throw error;
  }
  return findings;
}

/** The first place at which two texts part. */
function difference(logged: string, fresh: string | undefined): string {
  if (fresh === undefined) return 'the test was not run again';
  let at = 0;
  while (at < logged.length && logged[at] === fresh[at]) at++;
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 30), at + 30));
  return `differs at character ${at}: logged ${around(logged)}, computed ${around(fresh)}`;
}
