import { dataTable } from '../figure/data-table.ts';
import { STATUS_MARKS, STATUS_MEANING, statementWords } from '../tree/words.ts';
import { html, type Markup } from './markup.ts';
import type { ReportView } from './report-view.ts';
import { nameMarkup, prose } from './words.ts';

/** What is claimed of the subject's origin beside what was found; nothing where nothing is claimed. */
export function claimsSection({ report }: ReportView): Markup {
  const { claims, subject } = report;
  if (claims === undefined) return html``;
  const { status, note, statements } = claims;
  return html`<section id="claims" aria-labelledby="claims-title"><h2 id="claims-title">What is claimed of B</h2>
<p><span class="strong">${STATUS_MARKS[status]} ${status}</span>: ${STATUS_MEANING[status]} (${prose(note)}).</p>
${
  statements.length > 0 &&
  dataTable(
    'Statements on the origin of the subject, each against this comparison',
    ['statement', 'where it stands', 'outcome', 'why'],
    statements.map((each) => [
      statementWords(each),
      each.source,
      html`${STATUS_MARKS[each.status]} ${each.status}`,
      prose(each.note),
    ]),
  )
}
<p class="note">A statement is what somebody says of ${nameMarkup(subject.name)}; it never enters an opinion. Whether one was true when it was made, and who made it, this page does not say.</p>
</section>
`;
}
