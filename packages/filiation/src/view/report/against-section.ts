import type { ReportFinding } from '@filiation/evidence';
import { dataTable } from '../figure/data-table.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { chanceMarkup, prose, STATUS_WORDS } from '../html/words.ts';
import type { CaseView } from './case-view.ts';
import { LISTED_WORDS } from './report-words.ts';

/** Everything that does not speak for the side that asked: negative, failed, untestable, exploratory,
 *  repeated and missing results, in one list. */
export function againstContent(view: CaseView): Markup {
  const rows = view.input.findings.flatMap((finding) => {
    const kinds = kindsOf(view, finding);
    return kinds.length === 0 ? [] : [row(view, finding, kinds)];
  });
  const missing = view.input.schedule.filter((each) => each.state === 'missing');
  const all = [
    ...rows,
    ...missing.map((each): Content[] => [
      view.titleOf(each.test.id),
      'planned, not run',
      null,
      each.note ?? 'no finding was logged',
      null,
    ]),
  ];
  return html`<p>Nothing is left out because of what it says. This list holds every finding that does not speak against proposition 2, favours it, failed, could not be tested, was made outside the plan or made twice, and every planned test that was not run.</p>
${
  all.length === 0
    ? html`<p class="muted">There is none: every planned test was run, and each speaks against proposition 2.</p>`
    : dataTable(
        'Negative, failed, untestable, exploratory and missing results',
        ['test', 'why it stands here', 'chance if proposition 2 held', 'what was seen', 'finding'],
        all,
      )
}`;
}

function kindsOf({ input }: CaseView, { number, document }: ReportFinding): string[] {
  const kinds = new Set<string>();
  if (document.status !== 'tested') kinds.add(STATUS_WORDS[document.status]);
  if (document.exploratory) kinds.add('exploratory');
  for (const { opinion } of input.opinions) {
    if (opinion.negative.includes(number))
      kinds.add('negative: does not reach the plan’s level against proposition 2');
    const listed = opinion.listed.find((each) => each.number === number);
    if (listed?.why === 'repeat' || listed?.why === 'no-calibration' || listed?.why === 'no-number')
      kinds.add(LISTED_WORDS[listed.why]);
  }
  return [...kinds];
}

function row(view: CaseView, { number, document }: ReportFinding, kinds: readonly string[]): Content[] {
  return [
    view.titleOf(document.test.id),
    kinds.join('; '),
    document.log10P === undefined ? null : chanceMarkup(document.log10P),
    prose(document.reason ?? document.summary),
    view.link(number),
  ];
}
