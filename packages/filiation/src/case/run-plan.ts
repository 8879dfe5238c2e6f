import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Actor,
  type CaseFolder,
  endRun,
  FiliationError,
  type Finding,
  findingDocument,
  findingOf,
  logFinding,
  planOf,
  startRun,
} from '@filiation/evidence';
import { type PlanDocument, plannedSeed } from '@filiation/verify';
import type { Terminal } from '../io/terminal.ts';
import type { LocatedExhibit } from './kind.ts';
import { kindOf } from './kinds.ts';

export interface RunPlanOptions {
  readonly plan: string;
  /** Marks the run as exploratory, whatever the plan. */
  readonly exploratory: boolean;
  /** Where referenced exhibits lie on this machine, by number. */
  readonly locations: ReadonlyMap<string, string>;
  readonly terminal: Terminal;
  readonly threads?: number;
}

export interface RunResult {
  readonly run: string;
  readonly findings: readonly string[];
  readonly exploratory: boolean;
}

/**
 * Runs a plan: logs the start, each finding as it comes, and the end. A run that was interrupted goes on
 * where it stopped: what is logged is not computed again.
 * @throws FiliationError CONFLICT for a plan that was run already or amended
 */
export async function runPlan(of: CaseFolder, actor: Actor, options: RunPlanOptions): Promise<RunResult> {
  const plan = await planOf(of, options.plan);
  const seed = plannedSeed(of.state, plan);
  if (seed === undefined)
    throw new FiliationError('CONFLICT', `the seed of plan ${options.plan} is not settled yet`, {
      hint: 'finish it first: filiation case seed',
    });
  const exploratory = options.exploratory;
  const located = plan.comparisons.map((comparison) => locate(of, comparison, options.locations));
  const run = openRun(of, options.plan, exploratory) ?? (await begin(of, actor, plan, exploratory));
  for (const [at, comparison] of plan.comparisons.entries()) {
    const kind = kindOf(comparison.kind);
    refuseOtherVersions(comparison, kind.tests);
    const done = await doneIn(of, run, comparison.comparison);
    await kind.run({
      comparison,
      exhibits: located[at]!,
      seed,
      done,
      terminal: options.terminal,
      ...(options.threads === undefined ? {} : { threads: options.threads }),
      onFinding: async (finding) => {
        await logFinding(of, actor, run, comparison.comparison, findingDocument(finding, exploratory));
      },
    });
  }
  await endRun(of, actor, run);
  return { run, findings: of.state.runs.get(run)!.findings, exploratory };
}

/** A run of the plan that was started and not ended. */
function openRun(of: CaseFolder, plan: string, exploratory: boolean): string | undefined {
  const runs = [...of.state.runs.values()].filter(
    (run) => run.start.claim.plan === plan && run.start.claim.exploratory === exploratory,
  );
  const ended = runs.find((run) => run.end?.claim.step === 'end');
  if (ended !== undefined && !exploratory)
    throw new FiliationError('CONFLICT', `plan ${plan} was run already, as ${ended.run}`, {
      hint: 'run it once more as exploratory with --exploratory, or amend the plan',
    });
  return runs.find((run) => run.end === undefined)?.run;
}

async function begin(
  of: CaseFolder,
  actor: Actor,
  plan: PlanDocument,
  exploratory: boolean,
): Promise<string> {
  const amendedBy = of.state.amendments.get(plan.plan);
  if (amendedBy !== undefined && !exploratory)
    throw new FiliationError('CONFLICT', `plan ${plan.plan} was amended by ${amendedBy}`, {
      hint: `run ${amendedBy}, or run ${plan.plan} as exploratory`,
    });
  return startRun(of, actor, { plan: plan.plan, exploratory, software: plan.software });
}

async function doneIn(
  of: CaseFolder,
  run: string,
  comparison: string,
): Promise<ReadonlyMap<string, Finding>> {
  const done = new Map<string, Finding>();
  for (const number of of.state.runs.get(run)!.findings) {
    const record = of.state.findings.get(number)!;
    if (record.claim.comparison !== comparison) continue;
    const document = await findingOf(of, number);
    done.set(document.test.id, { ...document, startedAt: record.claim.at, durationMs: 0 });
  }
  return done;
}

function refuseOtherVersions(
  comparison: PlanDocument['comparisons'][number],
  known: readonly { readonly id: string; readonly version: string }[],
): void {
  for (const { id, version } of comparison.tests) {
    const own = known.find((test) => test.id === id);
    if (own?.version !== version)
      throw new FiliationError(
        'UNSUPPORTED',
        `the plan asks for ${id} ${version}, this version has ${own?.version ?? 'none'}`,
        {
          hint: 'run it with the version of the software that the plan names',
        },
      );
  }
}

/** Where the bytes of each exhibit lie: the case's copy, or the place given for a referenced one. */
export function locate(
  of: CaseFolder,
  comparison: PlanDocument['comparisons'][number],
  locations: ReadonlyMap<string, string>,
): readonly LocatedExhibit[] {
  return comparison.exhibits.map(({ role, exhibit, sha256 }) => {
    const copy = join(of.folder, 'exhibits', sha256);
    const path = existsSync(copy) ? copy : locations.get(exhibit);
    if (path === undefined)
      throw new FiliationError('NOT_FOUND', `the bytes of exhibit ${exhibit} are not in the case`, {
        hint: `say where they lie: --at ${exhibit}=PATH`,
      });
    return { role, exhibit, sha256, name: of.state.exhibits.get(exhibit)!.claim.name, path };
  });
}
