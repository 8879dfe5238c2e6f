import {
  type CaseFolder,
  type CaseReportInput,
  caseSource,
  caseStatus,
  type Fault,
  findingOf,
  lintWording,
  opinionOf,
  planOf,
  replyOf,
} from '@filiation/evidence';
import { type Check, checkCase, type PlanDocument } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { SOFTWARE } from '@filiation/weights';
import { CASE_KINDS, kindOf } from './kinds.ts';
import { declarationsOf, exhibitsOf, type JudgeStatements, seedsOf, withheldOf } from './report-exhibits.ts';
import { errorRatesOf } from './report-rates.ts';
import { scheduleOf } from './report-schedule.ts';
import { timelineOf } from './report-timeline.ts';

export interface ReportRequest {
  readonly number: string;
  readonly author: string;
  readonly now: Date;
  readonly remarks?: string;
  readonly forms?: NonNullable<CaseReportInput['forms']>;
}

/**
 * Everything a report shows, taken from the replayed log and its documents, and checked while it is taken:
 * the report says what the verifier says of the case at this moment.
 */
export async function reportInput(of: CaseFolder, request: ReportRequest): Promise<CaseReportInput> {
  const { state } = of;
  const opening = state.opening!.claim;
  const checks: Check[] = [];
  const exhibitChecks: Check[] = [];
  const source = await caseSource(of.folder);
  const { facts } = await checkCase({
    source,
    prefix: '',
    platform: nodePlatform,
    now: request.now,
    report: (check) => {
      if (check.id === 'exhibit.digest') exhibitChecks.push(check);
      if (check.status === 'failed' || check.status === 'warning') checks.push(check);
    },
  }).finally(() => source.close());
  const plans = new Map<string, PlanDocument>();
  for (const number of state.plans.keys()) plans.set(number, await planOf(of, number));
  const findings = [];
  for (const [number, record] of state.findings) {
    const { claim } = record;
    findings.push({
      number,
      digest: `sha256:${record.sha256}`,
      entry: record.index,
      at: claim.at,
      run: claim.run,
      ...(claim.plan === undefined ? {} : { plan: claim.plan }),
      ...(claim.comparison === undefined ? {} : { comparison: claim.comparison }),
      document: await findingOf(of, number),
    });
  }
  const opinions = [];
  for (const [number, record] of state.opinions) {
    const { plan, comparison, at, actor } = record.claim;
    const title = plans.get(plan)?.comparisons.find((entry) => entry.comparison === comparison)?.title;
    opinions.push({
      number,
      digest: `sha256:${record.sha256}`,
      entry: record.index,
      at,
      by: actor,
      plan,
      comparison,
      title: title ?? comparison,
      opinion: await opinionOf(of, number),
    });
  }
  const replies = [];
  for (const [number, record] of state.replies) {
    const { to, actor, position, ground, at } = record.claim;
    const { text } = await replyOf(of, number);
    replies.push({
      number,
      to,
      by: actor,
      position,
      ground,
      ...(text === ground ? {} : { text }),
      at,
      entry: record.index,
    });
  }
  const used = new Set([
    ...findings.map((finding) => finding.document.test.id),
    ...[...plans.values()].flatMap((plan) =>
      plan.comparisons.flatMap((comparison) => comparison.tests.map((test) => test.id)),
    ),
  ]);
  const status = caseStatus(state, request.now);
  return {
    schema: 'filiation.case-report/1',
    report: request.number,
    software: SOFTWARE,
    createdAt: `${request.now.toISOString().slice(0, 19)}Z`,
    case: {
      id: opening.case,
      title: opening.title,
      question: opening.question,
      asks: asks(of, plans),
      propositions: opening.propositions,
      timeZone: opening.timeZone,
    },
    parties: [...state.parties.values()],
    author: request.author,
    exhibits: exhibitsOf(of, exhibitChecks),
    declarations: declarationsOf(of, judgeIn(plans, findings)),
    seeds: seedsOf(of),
    plans: [...state.plans].map(([number, record]) => ({
      number,
      digest: `sha256:${record.sha256}`,
      entry: record.index,
      at: record.claim.at,
      by: record.claim.actor,
      document: plans.get(number)!,
      ...(record.claim.reason === undefined ? {} : { reason: record.claim.reason }),
      afterRun: [...state.runs.values()].some(
        (run) => run.start.claim.plan === record.claim.amends && run.start.index < record.index,
      ),
    })),
    runs: [...state.runs.values()].map(({ run, start, end }) => ({
      number: run,
      ...(start.claim.plan === undefined ? {} : { plan: start.claim.plan }),
      by: start.claim.actor,
      software: start.claim.software,
      startedAt: start.claim.at,
      ...(end?.claim.step === 'end' ? { endedAt: end.claim.at } : {}),
      ...(end?.claim.step === 'abandon' ? { abandoned: end.claim.reason ?? 'no reason given' } : {}),
      exploratory: start.claim.exploratory,
      entry: start.index,
    })),
    schedule: scheduleOf(state, plans),
    findings,
    cards: CASE_KINDS.flatMap((kind) => kind.cards).filter((card) => used.has(card.id)),
    errorRates: errorRatesOf(used),
    opinions,
    replies,
    deadlines: state.deadlines.map(({ index, claim }, at) => {
      const { state: stands, by } = status.deadlines[at]!;
      return {
        record: claim,
        state: stands,
        ...(by === undefined ? {} : { note: stands === 'late' ? `${by} came too late` : `met by ${by}` }),
        entry: index,
      };
    }),
    withheld: withheldOf(of),
    corrections: state.corrections.map(({ index, claim }) => ({
      entry: index,
      corrects: claim.corrects,
      reason: claim.reason,
      by: claim.actor,
    })),
    timeline: await timelineOf(of),
    log: {
      origin: of.settings.origin,
      size: facts.entries,
      root: facts.root ?? '',
      vouchers: facts.vouchers,
      weaknesses: checks
        .filter((check) => check.status === 'warning')
        .map((check) => `${check.part}: ${check.detail}`),
      checks,
    },
    reproduce: {
      commands: [
        {
          command: 'filiation verify CASE.zip',
          shows: 'that nothing in the sealed bundle was changed, and in which order it came about',
        },
        {
          command: 'filiation verify CASE.zip --rerun',
          shows: 'that the findings come out the same, byte for byte, when they are computed again',
        },
      ],
      components: [{ name: 'filiation', version: SOFTWARE.split(' ')[1] ?? '' }],
      tolerances: [
        'None: findings are compared byte for byte. Another version of the tests may give other numbers; the plan names the version.',
      ],
    },
    wording: wordingOf(of, replies),
    ...(request.forms === undefined ? {} : { forms: request.forms }),
    ...(request.remarks === undefined ? {} : { remarks: request.remarks }),
  };
}

/** The question in one sentence, from the first plan where there is one. */
function asks({ state }: CaseFolder, plans: ReadonlyMap<string, PlanDocument>): string {
  const comparisons = [...plans.values()].at(-1)?.comparisons ?? [];
  const name = (role: string): string =>
    [...new Set(comparisons.flatMap((each) => each.exhibits.filter((exhibit) => exhibit.role === role)))]
      .map((exhibit) => state.exhibits.get(exhibit.exhibit)?.claim.name ?? exhibit.exhibit)
      .filter((each, at, all) => all.indexOf(each) === at)
      .join(', ');
  if (comparisons.length === 0)
    return `${state.opening!.claim.title}: which of the two propositions do the observations favour?`;
  const subjects = name('subject');
  return comparisons.length === 1
    ? `Do the weights of ${subjects} descend from those of ${name('reference')}?`
    : `Do the weights of any of ${subjects} descend from those of ${name('reference')}?`;
}

/** Remarks on texts that people wrote; they stand in the report as written. */
function wordingOf(
  { state }: CaseFolder,
  replies: readonly { readonly number: string; readonly ground: string; readonly text?: string }[],
): readonly { readonly where: string; readonly faults: readonly Fault[] }[] {
  const opening = state.opening!.claim;
  const texts: readonly (readonly [string, string])[] = [
    ['title of the case', opening.title],
    ['proposition 1', opening.propositions.h1],
    ['proposition 2', opening.propositions.h2],
    ...replies.map((reply): readonly [string, string] => [
      `reply ${reply.number}`,
      reply.text ?? reply.ground,
    ]),
  ];
  return texts
    .map(([where, text]) => ({ where, faults: lintWording(text) }))
    .filter((each) => each.faults.length > 0);
}

/** Statements on a subject's origin against the planned findings of each comparison of that subject. */
function judgeIn(
  plans: ReadonlyMap<string, PlanDocument>,
  findings: CaseReportInput['findings'],
): JudgeStatements {
  return (subject, statements) =>
    [...plans].flatMap(([number, plan]) =>
      plan.comparisons
        .filter((each) =>
          each.exhibits.some(({ role, exhibit }) => role === 'subject' && exhibit === subject),
        )
        .flatMap((comparison) => {
          const found = findings
            .filter((each) => each.plan === number && each.comparison === comparison.comparison)
            .map(({ number: finding, digest, document }) => ({ number: finding, digest, finding: document }));
          return found.length === 0 ? [] : [kindOf(comparison.kind).judgeStatements(found, statements) ?? []];
        }),
    );
}
