import {
  canonicalJson,
  decimalOf,
  type FindingClaim,
  type JsonObject,
  nextNumber,
  type ResourceDescriptor,
} from '@filiation/verify';
import type { Finding, FindingDocument } from '../finding.ts';
import { type Actor, type CaseFolder, draft } from './case-folder.ts';
import { prepareDocument, readDocument } from './documents.ts';

export function findingDocument(finding: Finding, exploratory: boolean): FindingDocument {
  const { startedAt: _startedAt, durationMs: _durationMs, ...rest } = finding;
  return { ...rest, exploratory };
}

/** RFC 8785 text: what two computations of one finding must agree on, byte for byte. */
export function findingText(document: FindingDocument): string {
  return canonicalJson(document as unknown as JsonObject);
}

export interface RunStart {
  /** Absent for an exploratory run. */
  readonly plan?: string;
  readonly exploratory: boolean;
  readonly software: string;
}

/** Logs the start of a run; the plan must stand in the log already. Returns its number. */
export async function startRun(of: CaseFolder, actor: Actor, start: RunStart): Promise<string> {
  const run = nextNumber(of.state, 'R');
  const planned = start.plan === undefined ? undefined : of.state.plans.get(start.plan);
  const subject: ResourceDescriptor =
    planned === undefined
      ? {
          name: 'case',
          digest: { sha256: of.state.exhibits.values().next().value?.sha256 ?? '0'.repeat(64) },
        }
      : { name: `plans/${planned.sha256}.json`, digest: { sha256: planned.sha256 } };
  await of.add(actor, [
    draft('run', [subject], {
      run,
      step: 'start',
      exploratory: start.exploratory,
      software: start.software,
      ...(start.plan === undefined ? {} : { plan: start.plan }),
    }),
  ]);
  return run;
}

/** Logs one finding of a running run; the document is written first. Returns its number. */
export async function logFinding(
  of: CaseFolder,
  actor: Actor,
  run: string,
  comparison: string | undefined,
  document: FindingDocument,
): Promise<string> {
  const finding = nextNumber(of.state, 'F');
  const kept = prepareDocument(of.folder, 'findings', document as unknown as JsonObject);
  const { plan } = of.state.runs.get(run)!.start.claim;
  const log10P = decimalOf(document.log10P);
  const log10LR = decimalOf(document.log10LR?.value);
  const body: Omit<FindingClaim, 'case' | 'actor' | 'at' | 'seen'> = {
    finding,
    run,
    ...(plan === undefined ? {} : { plan }),
    ...(comparison === undefined ? {} : { comparison }),
    test: document.test,
    status: document.status,
    exactness: document.exactness,
    exploratory: document.exploratory,
    ...(log10P === undefined ? {} : { log10P }),
    ...(log10LR === undefined ? {} : { log10LR }),
  };
  const exhibits = document.exhibits.map(({ name, digest }) => ({
    name,
    digest: { sha256: digest.slice('sha256:'.length) },
  }));
  await of.add(actor, [draft('finding', [kept.subject, ...exhibits], body)], kept.store);
  return finding;
}

export async function endRun(of: CaseFolder, actor: Actor, run: string, abandoned?: string): Promise<void> {
  const { start, findings } = of.state.runs.get(run)!;
  const { plan, exploratory, software } = start.claim;
  const subject = start.subject;
  await of.add(actor, [
    draft('run', [subject], {
      run,
      step: abandoned === undefined ? 'end' : 'abandon',
      exploratory,
      software,
      findings: findings.length,
      ...(plan === undefined ? {} : { plan }),
      ...(abandoned === undefined ? {} : { reason: abandoned }),
    }),
  ]);
}

export async function findingOf(of: CaseFolder, number: string): Promise<FindingDocument> {
  const record = of.state.findings.get(number)!;
  return (await readDocument(of.folder, 'findings', record.sha256)) as unknown as FindingDocument;
}
