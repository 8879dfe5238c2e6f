import type { DeclarationAssessment } from '@filiation/evidence';
import { dataTable } from '../figure/data-table.ts';
import { html, type Markup } from '../html/markup.ts';
import { nameMarkup } from '../html/words.ts';
import type { CaseView } from './case-view.ts';
import { SIDE_WORDS } from './report-words.ts';

/** The two propositions in full, what a number about them means, and who takes part. */
export function questionContent(view: CaseView): Markup {
  const { case: subject, parties, declarations, remarks } = view.input;
  return html`<dl class="pairs"><dt>Question</dt><dd>${nameMarkup(subject.asks)}</dd><dt>Proposition 1</dt><dd>${subject.propositions.h1}</dd><dt>Proposition 2</dt><dd>${subject.propositions.h2}</dd></dl>
<p>Every number in this report says how probable the results are if a proposition holds. None says how probable a proposition is: that needs everything else that is known of the case, and is for the tribunal. A result that speaks against proposition 2 may still have an explanation that is neither proposition; such explanations are listed with each finding and with the opinion.</p>
${remarks !== undefined && html`<p class="remarks"><span class="strong">Remarks of ${view.partyName(view.input.author)}:</span> ${remarks}</p>`}
${
  parties.length === 0
    ? html`<p class="muted">The case names no parties.</p>`
    : dataTable(
        'Parties',
        ['party', 'name', 'side', 'roles', 'signs the log'],
        parties.map((party) => [
          html`<span class="mono">${party.id}</span>`,
          nameMarkup(party.name, 60),
          SIDE_WORDS[party.side] ?? party.side,
          party.roles.join(', '),
          party.key === undefined ? 'no' : 'yes',
        ]),
      )
}
${
  declarations.length > 0 &&
  html`<h3>What the parties declare about descent</h3>
<p>A declaration is one party’s claim, logged with its date. It enters no number.</p>
${dataTable(
  'Declared ancestors against the findings',
  ['exhibit', 'declared by', 'read from', 'ancestor', 'how', 'what the findings say'],
  declarations.flatMap((each) =>
    each.ancestors.length === 0
      ? [
          [
            view.link(each.exhibit),
            view.partyName(each.by),
            each.basis,
            each.completeness === 'none' ? 'none: trained from scratch' : 'none named',
            null,
            assessed(each.assessment),
          ],
        ]
      : each.ancestors.map((ancestor) => [
          view.link(each.exhibit),
          view.partyName(each.by),
          each.basis,
          html`${nameMarkup(ancestor.name, 60)}${ancestor.exhibit !== undefined && html` (${view.link(ancestor.exhibit)})`}`,
          ancestor.relation,
          assessed(ancestor.assessment),
        ]),
  ),
)}`
}`;
}

function assessed(assessment: DeclarationAssessment | undefined): string | null {
  return assessment === undefined ? null : `${assessment.status}: ${assessment.note}`;
}
