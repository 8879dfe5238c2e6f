import type { CheckStatus, VerificationReport } from '../check.ts';
import {
  checksBy,
  counted,
  countOf,
  LEADS,
  meaningOf,
  passedGroups,
  verdictLine,
  voucherRows,
} from '../report-words.ts';
import { heading, make, outside } from './element.ts';

/** Verdict, what failed, what to weigh, who vouches: the checks alone, without the case. */
export function verdictView(report: VerificationReport): readonly HTMLElement[] {
  const { verdict } = report;
  return [
    make(
      'h2',
      { class: `verdict ${verdict}`, id: 'verdict' },
      make('span', { 'aria-hidden': 'true' }, verdict === 'passed' ? '✓' : '✗'),
      verdictLine(report),
    ),
    ...meaningOf(report).map((text) => make('p', {}, text)),
    factList(report),
  ];
}

function factList({ bundle, facts }: VerificationReport): HTMLElement {
  const rows: (readonly [string, HTMLElement])[] = [['Bundle', outside(bundle)]];
  if (facts.case !== undefined) rows.push(['Case', outside(`${facts.case.title} (${facts.case.id})`)]);
  rows.push(['Log', make('span', {}, counted(facts.entries, 'entry'))]);
  if (facts.root !== undefined) rows.push(['Root of the log', make('span', { class: 'digest' }, facts.root)]);
  if (facts.logKey !== undefined)
    rows.push(['Key of the log', make('bdi', { class: 'digest' }, facts.logKey)]);
  return make(
    'dl',
    { class: 'facts' },
    ...rows.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]),
  );
}

const SECTIONS: readonly (readonly [Exclude<CheckStatus, 'passed'>, string])[] = [
  ['failed', 'Failed'],
  ['warning', 'To weigh'],
  ['not-checked', 'Could not be checked here'],
];

export function troubleView(report: VerificationReport): readonly HTMLElement[] {
  return SECTIONS.flatMap(([status, name]) => {
    const lists = checksBy(report, status);
    if (lists.length === 0) return [];
    return [
      heading(2, `${name} (${countOf(report, status)})`, status),
      make(
        'div',
        { class: `group ${status}` },
        ...lists.flatMap(({ title, checks }) => [
          make('h3', {}, make('span', { class: 'cue' }, LEADS[status]), ` ${title}`),
          make(
            'ul',
            {},
            ...checks.map(({ part, detail }) => make('li', {}, outside(part), ': ', outside(detail))),
          ),
        ]),
      ),
    ];
  });
}

export function voucherView({ facts }: VerificationReport): readonly HTMLElement[] {
  if (facts.vouchers.length === 0) return [];
  return [
    heading(2, 'Who vouches for the log, and when', 'vouchers'),
    make(
      'ol',
      { class: 'timeline' },
      ...voucherRows(facts).map(({ size, at, name, role }) =>
        make(
          'li',
          at === undefined ? { class: 'untimed' } : {},
          at === undefined ? make('span', { class: 'muted' }, 'No outside time') : make('time', {}, at),
          `: the first ${counted(size, 'entry')}, by `,
          outside(name),
          make('span', { class: 'muted' }, ` (${role})`),
        ),
      ),
    ),
  ];
}

export function passedView(report: VerificationReport): readonly HTMLElement[] {
  const groups = passedGroups(report);
  if (groups.length === 0) return [];
  return [
    heading(2, 'Passed', 'passed'),
    ...groups.flatMap(({ name, rows }) => [
      heading(3, name),
      make(
        'ul',
        { class: 'ticks' },
        ...rows.map(({ title, count }) =>
          make(
            'li',
            {},
            title,
            ...(count > 1 ? [make('span', { class: 'muted' }, ` (${count} times)`)] : []),
          ),
        ),
      ),
    ]),
  ];
}
