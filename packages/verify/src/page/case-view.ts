import type { CaseState, ExhibitRecord, FindingRecord, RunRecord } from '../case/state.ts';
import type { PartyRecord } from '../claims/predicates.ts';
import { timeWords } from '../report-words.ts';
import { type Column, heading, make, outside, table } from './element.ts';

/** What the log says, as tables: parties, exhibits and what is withheld, plans, runs, findings, replies. */
export function caseView(state: CaseState): readonly HTMLElement[] {
  const { opening } = state;
  if (opening === undefined) return [];
  const { propositions } = opening.claim;
  return [
    heading(2, 'What the log says', 'case'),
    make(
      'p',
      { class: 'muted' },
      'Taken from the log of this bundle. Times are those of the parties’ own clocks.',
    ),
    make(
      'dl',
      { class: 'facts' },
      make('dt', {}, 'One proposition'),
      make('dd', {}, outside(propositions.h1)),
      make('dt', {}, 'The other'),
      make('dd', {}, outside(propositions.h2)),
    ),
    ...section('Parties', PARTIES, [...state.parties.values()]),
    ...section('Exhibits', exhibitColumns(state), [...state.exhibits.values()]),
    ...section('Plans', PLANS, [...state.plans.values()]),
    ...section('Runs', RUNS, [...state.runs.values()]),
    ...section('Findings', FINDINGS, [...state.findings.values()]),
    ...section('Opinions', OPINIONS, [...state.opinions.values()]),
    ...section('Replies', REPLIES, [...state.replies.values()]),
    ...section('Reports', REPORTS, [...state.reports.values()]),
  ];
}

function section<T>(name: string, columns: readonly Column<T>[], rows: readonly T[]): HTMLElement[] {
  return rows.length === 0 ? [] : [heading(3, name), table(name, columns, rows)];
}

const NONE = '–';
const words = (text: string | undefined): HTMLElement => outside(text ?? NONE);
const time = (at: string): HTMLElement => outside(timeWords(at));

const PARTIES: readonly Column<PartyRecord>[] = [
  { name: 'Party', cell: ({ id }) => words(id) },
  { name: 'Name', cell: ({ name }) => words(name) },
  { name: 'Side', cell: ({ side }) => words(side) },
  { name: 'Roles', cell: ({ roles }) => words(roles.join(', ')) },
  { name: 'Key', kind: 'wide', cell: ({ key }) => make('bdi', { class: 'digest' }, key ?? NONE) },
];

function exhibitColumns(state: CaseState): readonly Column<ExhibitRecord>[] {
  const withheld = new Map(
    state.seals.flatMap(({ claim }) =>
      claim.withheld.map(({ exhibit, ground }) => [exhibit, ground] as const),
    ),
  );
  const place = ({ claim }: ExhibitRecord): string => {
    const ground = withheld.get(claim.exhibit);
    if (ground !== undefined) return `withheld: ${ground}`;
    if (claim.storage === 'copy') return 'in the bundle';
    return claim.storage === 'reference'
      ? 'held elsewhere; only its digest is here'
      : 'held by another party';
  };
  return [
    { name: 'No.', cell: ({ claim }) => words(claim.exhibit) },
    { name: 'Name', kind: 'wide', cell: ({ claim }) => words(claim.name) },
    { name: 'Kind', cell: ({ claim }) => words(claim.kind) },
    { name: 'Where', kind: 'wide', cell: (record) => words(place(record)) },
    { name: 'Held by', cell: ({ holder }) => words(holder) },
    { name: 'Bytes', kind: 'number', cell: ({ claim }) => words(String(claim.size)) },
    { name: 'SHA-256', kind: 'wide', cell: ({ sha256 }) => make('span', { class: 'digest' }, sha256) },
  ];
}

type PlanRecord = CaseState['plans'] extends Map<string, infer P> ? P : never;
const PLANS: readonly Column<PlanRecord>[] = [
  { name: 'No.', cell: ({ claim }) => words(claim.plan) },
  { name: 'Logged', cell: ({ claim }) => time(claim.at) },
  { name: 'By', cell: ({ claim }) => words(claim.actor) },
  { name: 'Tests', kind: 'number', cell: ({ claim }) => words(String(claim.tests)) },
  {
    name: 'Amends',
    cell: ({ claim }) => words(claim.amends && `${claim.amends}: ${claim.reason ?? 'no reason given'}`),
  },
];

function endOf({ end }: RunRecord): string {
  if (end === undefined) return 'never ended';
  const at = timeWords(end.claim.at);
  return end.claim.step === 'end' ? at : `abandoned ${at}: ${end.claim.reason ?? 'no reason given'}`;
}

const RUNS: readonly Column<RunRecord>[] = [
  { name: 'No.', cell: ({ run }) => words(run) },
  {
    name: 'Plan',
    cell: ({ start }) => words(start.claim.exploratory ? 'exploratory' : start.claim.plan),
  },
  { name: 'Began', cell: ({ start }) => time(start.claim.at) },
  { name: 'Ended', cell: (record) => words(endOf(record)) },
  { name: 'Findings', kind: 'number', cell: ({ findings }) => words(String(findings.length)) },
];

const FINDINGS: readonly Column<FindingRecord>[] = [
  { name: 'No.', cell: ({ claim }) => words(claim.finding) },
  { name: 'Run', cell: ({ claim }) => words(claim.run) },
  { name: 'Test', cell: ({ claim }) => words(`${claim.test.id} ${claim.test.version}`) },
  { name: 'Comparison', cell: ({ claim }) => words(claim.exploratory ? 'exploratory' : claim.comparison) },
  { name: 'Outcome', cell: ({ claim }) => words(`${claim.status}, ${claim.exactness}`) },
  { name: 'log10 p', kind: 'number', cell: ({ claim }) => words(claim.log10P) },
  { name: 'log10 LR', kind: 'number', cell: ({ claim }) => words(claim.log10LR) },
];

type OpinionRecord = CaseState['opinions'] extends Map<string, infer O> ? O : never;
const OPINIONS: readonly Column<OpinionRecord>[] = [
  { name: 'No.', cell: ({ claim }) => words(claim.opinion) },
  { name: 'Plan', cell: ({ claim }) => words(`${claim.plan}, ${claim.comparison}`) },
  { name: 'By', cell: ({ claim }) => words(claim.actor) },
  { name: 'In words', kind: 'wide', cell: ({ claim }) => words(claim.sentence) },
];

type ReplyRecord = CaseState['replies'] extends Map<string, infer R> ? R : never;
const REPLIES: readonly Column<ReplyRecord>[] = [
  { name: 'No.', cell: ({ claim }) => words(claim.reply) },
  { name: 'To', cell: ({ claim }) => words(claim.to) },
  { name: 'By', cell: ({ claim }) => words(claim.actor) },
  { name: 'Position', cell: ({ claim }) => words(claim.position) },
  { name: 'Ground', kind: 'wide', cell: ({ claim }) => words(claim.ground) },
];

type ReportRecord = CaseState['reports'] extends Map<string, infer T> ? T : never;
const REPORTS: readonly Column<ReportRecord>[] = [
  { name: 'No.', cell: ({ claim }) => words(claim.report) },
  { name: 'Author', cell: ({ claim }) => words(claim.author) },
  { name: 'Format', cell: ({ claim }) => words(claim.format) },
  { name: 'Logged', cell: ({ claim }) => time(claim.at) },
];
