import { hexOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { FINDING_SCHEMA, PLAN_SCHEMA, type PlanDocument, REPLY_SCHEMA } from '../claims/documents.ts';
import { OPINION_SCHEMA, type OpinionDocument } from '../claims/opinion-document.ts';
import { FiliationError, faultOf } from '../error.ts';
import { parseCanonicalJson } from '../json/parse-canonical.ts';
import type { JsonObject } from '../json.ts';
import type { Platform } from '../platform.ts';
import { type Schema, schemaFaults } from '../schema/schema.ts';
import type { BundleSource } from '../source.ts';
import { opinionFaults } from './opinion-checks.ts';
import { beaconWord, type Pair, pairOf, parameterFaults, priorFinding, seedFaults } from './plan-checks.ts';
import { firstReveal } from './seeds.ts';
import type { CaseState, FindingRecord } from './state.ts';

/** One document; findings with figures are the largest. */
export const MAX_DOCUMENT_BYTES: number = 64 * 2 ** 20;

const DOCUMENTS = /^(plans|findings|opinions|replies|reports)\//;

export interface DocumentInput {
  readonly source: BundleSource;
  /** Where the case lies in the source: `data/` in a bundle, nothing in a case folder. */
  readonly prefix: string;
  readonly platform: Platform;
  readonly state: CaseState;
  readonly report: (check: Check) => void;
}

/** Every logged document: there, the very bytes that were logged, and saying what its claim says. */
export async function checkDocuments(input: DocumentInput): Promise<void> {
  const { state } = input;
  const plans = new Map<string, PlanDocument>();
  for (const [number, plan] of state.plans) {
    const value = await readDocument(input, 'plans', plan.sha256, `plan ${number}`, PLAN_SCHEMA);
    if (value === undefined) continue;
    const document = value as unknown as PlanDocument;
    plans.set(number, document);
    result(input, 'plan.document', `plan ${number}`, planFaults(state, number, document));
    checkSeedChoice(input, number, document);
  }
  const run = new Map<string, Set<string>>();
  const earliest = new Map<
    Pair,
    { readonly number: string; readonly index: number; readonly claim: unknown }
  >();
  for (const [number, finding] of state.findings) {
    const value = await readDocument(input, 'findings', finding.sha256, `finding ${number}`, FINDING_SCHEMA);
    if (value === undefined) continue;
    result(input, 'finding.document', `finding ${number}`, findingFaults(finding, value));
    const pair = pairOf(value.exhibits as readonly JsonObject[]);
    if (!earliest.has(pair)) earliest.set(pair, { number, ...finding });
    if (finding.claim.exploratory || finding.claim.plan === undefined) continue;
    const plan = plans.get(finding.claim.plan);
    if (plan === undefined) continue;
    result(input, 'finding.planned', `finding ${number}`, plannedFaults(state, plan, finding, value));
    const key = `${finding.claim.comparison} ${finding.claim.test.id}`;
    const done = run.get(finding.claim.run) ?? new Set();
    if (done.has(key)) warn(input, 'run.repeated', `run ${finding.claim.run}`, `holds ${key} more than once`);
    run.set(finding.claim.run, done.add(key));
  }
  for (const [number, seed] of state.seeds) {
    const detail = beaconWord(seed);
    if (detail !== undefined)
      input.report({ id: 'seed.beacon', status: 'not-checked', part: `seed ${number}`, detail });
  }
  for (const [number, document] of plans) {
    const { index } = state.plans.get(number)!;
    const part = `plan ${number}`;
    weigh(input, 'plan.blind', part, priorFinding(index, document, earliest));
  }
  for (const [number, document] of plans) checkCompleteness(input, number, document, run);
  for (const [number, opinion] of state.opinions) {
    const value = await readDocument(input, 'opinions', opinion.sha256, `opinion ${number}`, OPINION_SCHEMA);
    if (value === undefined) continue;
    const document = value as unknown as OpinionDocument;
    const plan = plans.get(opinion.claim.plan);
    const before = new Map([...state.findings].filter(([, finding]) => finding.index < opinion.index));
    result(
      input,
      'opinion.document',
      `opinion ${number}`,
      opinionFaults(opinion.claim, document, plan, before),
    );
  }
  for (const [number, reply] of state.replies) {
    const value = await readDocument(input, 'replies', reply.sha256, `reply ${number}`, REPLY_SCHEMA);
    if (value === undefined) continue;
    const fits =
      value.to === reply.claim.to &&
      value.position === reply.claim.position &&
      value.author === reply.claim.actor;
    result(input, 'reply.document', `reply ${number}`, fits ? [] : ['says otherwise than its log entry']);
  }
  for (const [number, report] of state.reports)
    await readBytes(
      input,
      `reports/${report.sha256}.${report.claim.format}`,
      report.sha256,
      `report ${number}`,
    );
  checkStrangers(input);
}

/**
 * A report or finding that no entry names speaks for nobody. Sealing leaves such files behind; in a case
 * folder an act that was cut short may have left one.
 */
function checkStrangers({ source, prefix, state, report }: DocumentInput): void {
  const logged = new Set<string>();
  for (const folder of ['plans', 'findings', 'opinions', 'replies'] as const)
    for (const { sha256 } of state[folder].values()) logged.add(`${prefix}${folder}/${sha256}.json`);
  for (const { sha256, claim } of state.reports.values())
    logged.add(`${prefix}reports/${sha256}.${claim.format}`);
  const status = prefix === '' ? 'warning' : 'failed';
  for (const { path } of source.members)
    if (DOCUMENTS.test(path.slice(prefix.length)) && !logged.has(path))
      report({
        id: 'document.known',
        status,
        part: path,
        detail: 'lies among the documents, but no entry speaks of it',
      });
}

/** The bytes at a path that holds their digest in its name; undefined, and a failed check, where not. */
async function readBytes(
  { source, prefix, platform, report }: DocumentInput,
  path: string,
  sha256: string,
  part: string,
): Promise<Uint8Array | undefined> {
  const where = `${prefix}${path}`;
  if (!source.has(where)) {
    report({ id: 'document.present', status: 'failed', part, detail: `its document ${where} is missing` });
    return undefined;
  }
  const bytes = await source.read(where, MAX_DOCUMENT_BYTES).catch((error: unknown) => {
    report({ id: 'document.digest', status: 'failed', part, detail: faultOf(error) });
    return undefined;
  });
  if (bytes === undefined) return undefined;
  const fits = hexOf(platform.sha256(bytes)) === sha256;
  report({
    id: 'document.digest',
    status: fits ? 'passed' : 'failed',
    part,
    detail: fits ? '' : `${where} does not hold the bytes that were logged`,
  });
  return fits ? bytes : undefined;
}

/** The JSON document of a claim, where it is the logged one and fits its schema; faults are reported. */
export async function readDocument(
  input: DocumentInput,
  folder: string,
  sha256: string,
  part: string,
  schema?: Schema,
): Promise<JsonObject | undefined> {
  const bytes = await readBytes(input, `${folder}/${sha256}.json`, sha256, part);
  if (bytes === undefined) return undefined;
  try {
    const { value, canonical } = parseCanonicalJson(bytes, { limit: MAX_DOCUMENT_BYTES, where: part });
    const fault = schema === undefined ? undefined : schemaFaults(schema, value)[0];
    const faults = fault === undefined ? [] : [`at ${fault.pointer} ${fault.message}`];
    if (!canonical) faults.push('is not in canonical form (RFC 8785)');
    result(input, 'document.form', part, faults);
    return faults.length === 0 ? (value as JsonObject) : undefined;
  } catch (error) {
    if (!(error instanceof FiliationError)) throw error;
    result(input, 'document.form', part, [error.message]);
    return undefined;
  }
}

function planFaults(state: CaseState, number: string, plan: PlanDocument): string[] {
  const faults: string[] = [];
  const claim = state.plans.get(number)!.claim;
  if (plan.plan !== number || plan.case !== claim.case)
    faults.push('is the document of another plan or case');
  if (plan.amends !== claim.amends) faults.push('amends another plan than its log entry says');
  const tests = plan.comparisons.reduce((sum, comparison) => sum + comparison.tests.length, 0);
  if (tests !== claim.tests) faults.push(`plans ${tests} tests, its log entry says ${claim.tests}`);
  plan.comparisons.forEach((comparison, at) => {
    if (comparison.comparison !== `C${at + 1}`)
      faults.push(`numbers a comparison ${comparison.comparison}, the next is C${at + 1}`);
    for (const { exhibit, sha256 } of comparison.exhibits)
      if (state.exhibits.get(exhibit)?.sha256 !== sha256)
        faults.push(`${comparison.comparison} names ${exhibit} by a digest that is not the exhibit's`);
  });
  faults.push(...seedFaults(state, plan));
  return faults;
}

function findingFaults(record: FindingRecord, value: JsonObject): string[] {
  const { claim } = record;
  const test = value.test as JsonObject;
  const ratio = (value.log10LR as JsonObject | undefined)?.value;
  const exhibits = (value.exhibits as readonly JsonObject[]).map((exhibit) =>
    String(exhibit.digest).slice(7),
  );
  const fits: readonly (readonly [string, boolean])[] = [
    ['test', test.id === claim.test.id && test.version === claim.test.version],
    ['status', value.status === claim.status],
    ['exactness', value.exactness === claim.exactness],
    ['exploratory mark', value.exploratory === claim.exploratory],
    ['p-value', decimalOf(value.log10P) === claim.log10P],
    ['likelihood ratio', decimalOf(ratio) === claim.log10LR],
    ['exhibits', exhibits.join() === record.exhibits.join()],
  ];
  return fits.filter(([, same]) => !same).map(([what]) => `gives another ${what} than its log entry`);
}

/** How a number of a document stands in a claim. */
export function decimalOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

function plannedFaults(
  state: CaseState,
  plan: PlanDocument,
  record: FindingRecord,
  value: JsonObject,
): string[] {
  const { claim } = record;
  const comparison = plan.comparisons.find((entry) => entry.comparison === claim.comparison);
  if (comparison === undefined) return [`belongs to ${claim.comparison}, which the plan does not have`];
  const faults: string[] = [];
  if (!comparison.tests.some((test) => test.id === claim.test.id && test.version === claim.test.version))
    faults.push(`is the outcome of ${claim.test.id} ${claim.test.version}, which the plan does not have`);
  const planned = comparison.exhibits.map(({ role, sha256 }) => `${role} sha256:${sha256}`).sort();
  const looked = (value.exhibits as readonly JsonObject[])
    .map(({ role, digest }) => `${role} ${digest}`)
    .sort();
  if (planned.join() !== looked.join())
    faults.push('looked at other exhibits, or in other roles, than planned');
  const seed = plannedSeed(state, plan);
  if (value.seed !== seed)
    faults.push(`was computed with the seed ${value.seed}, the plan gives ${seed ?? 'none yet'}`);
  faults.push(...parameterFaults(comparison, value.parameters as JsonObject));
  return faults;
}

/** Whoever knows the seed before the plan is fixed could have tried plans until one pleased. */
function checkSeedChoice(input: DocumentInput, number: string, plan: PlanDocument): void {
  const { state, report } = input;
  const { index } = state.plans.get(number)!;
  const known = plan.seed.source === 'stated' ? undefined : firstReveal(state, plan.seed.seed);
  const open = plan.seed.source !== 'stated' && (known === undefined || known.index > index);
  report({
    id: 'plan.seed',
    status: open ? 'passed' : 'warning',
    part: `plan ${number}`,
    detail: open
      ? ''
      : plan.seed.source === 'stated'
        ? 'its seed was chosen by whoever planned; a seed drawn by both sides after the plan would rule out that plans were tried until one pleased'
        : `its seed ${plan.seed.seed} was known before the plan was fixed`,
  });
}

/** The seed a plan gives to its runs; undefined while its joint or beacon seed is not settled. */
export function plannedSeed(state: CaseState, plan: PlanDocument): string | undefined {
  return plan.seed.source === 'stated' ? plan.seed.value : state.seeds.get(plan.seed.seed)?.value;
}

/** A planned test that was never run is as telling as one that was. */
function checkCompleteness(
  input: DocumentInput,
  number: string,
  plan: PlanDocument,
  done: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const run of input.state.runs.values()) {
    if (run.start.claim.plan !== number || run.start.claim.exploratory) continue;
    const part = `run ${run.run}`;
    if (run.end === undefined) warn(input, 'run.complete', part, 'was started and never ended');
    else if (run.end.claim.step === 'abandon')
      warn(input, 'run.complete', part, `was abandoned: ${run.end.claim.reason ?? 'no reason given'}`);
    const missing = plan.comparisons.flatMap((comparison) =>
      comparison.tests
        .map((test) => `${comparison.comparison} ${test.id}`)
        .filter((key) => done.get(run.run)?.has(key) !== true),
    );
    if (missing.length > 0)
      warn(
        input,
        'run.complete',
        part,
        `lacks ${missing.length} planned tests: ${missing.slice(0, 5).join(', ')}`,
      );
    else result(input, 'run.complete', part, []);
  }
}

/** One passed check, or one failed check a fault. */
export function result({ report }: DocumentInput, id: string, part: string, faults: readonly string[]): void {
  if (faults.length === 0) report({ id, status: 'passed', part, detail: '' });
  for (const detail of faults) report({ id, status: 'failed', part, detail });
}

/** A passed check, or a weakness for the reader to weigh. */
function weigh(input: DocumentInput, id: string, part: string, weakness: string | undefined): void {
  if (weakness === undefined) result(input, id, part, []);
  else warn(input, id, part, weakness);
}

function warn({ report }: DocumentInput, id: string, part: string, detail: string): void {
  report({ id, status: 'warning', part, detail });
}
