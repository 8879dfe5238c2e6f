import { dataTable } from '../figure/data-table.ts';
import { when } from '../html/format.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { nameMarkup } from '../html/words.ts';
import type { CaseView } from './case-view.ts';
import { PRACTICE_DIRECTION_35, RULE_702, type RuleRow, STATEMENT_OF_TRUTH } from './legal-texts.ts';

/** Which part of the report serves which demand of a rule, and blank forms for the person who signs. */
export function formsContent(view: CaseView, titles: ReadonlyMap<string, string>): Markup {
  const forms = view.input.forms ?? ['us-federal', 'england-wales'];
  return html`<p class="note marked">This section is an aid, not legal advice. Rules change: check every text and date against the primary source before use. Fields marked “to be completed” are for the person who signs; the software fills none of them.</p>
${forms.includes('us-federal') && federal(view, titles)}
${forms.includes('england-wales') && england(titles)}
<h3>Standing of the software</h3>
<p>The comparison of models is not seen here as a forensic science activity listed under the Forensic Science Regulator Act 2021; whether it is, and whether a declaration of compliance is needed, is for the person who signs to check.</p>`;
}

function federal(view: CaseView, titles: ReadonlyMap<string, string>): Markup {
  return html`<h3>United States, federal courts</h3>
<p>${RULE_702.source}, as in force from ${RULE_702.inForceFrom}. The proponent shows to the court that each is more likely than not.</p>
${map('Rule 702: where the report speaks to each demand', RULE_702.rows, titles)}
<h4>Draft certificate for rules 902(13) and 902(14)</h4>
<p>For copies and records identified by a digest. It goes to authenticity alone, not to relevance or hearsay; reasonable written notice to the other side (rule 902(11)) is needed. To be signed under 28 U.S.C. § 1746.</p>
<dl class="pairs form">
${blank('Name of the certifying person')}${blank('Qualification')}${blank('Employer and position')}
<dt>Process</dt><dd>Each file was read as bytes and its SHA-256 digest taken on receipt; the digests were logged in an append-only signed log (${view.input.log.origin}) and taken again for this report.</dd>
<dt>Program</dt><dd>${view.input.software}</dd>
${blank('Device and operating system')}
<dt>Digest algorithm</dt><dd>SHA-256 (FIPS 180-4)</dd></dl>
${dataTable(
  'Copies certified',
  ['exhibit', 'received', 'digest on receipt', 'taken again for this report'],
  view.input.exhibits.map((exhibit): Content[] => [
    html`${exhibit.number} ${nameMarkup(exhibit.name, 40)}`,
    when(exhibit.receivedAt),
    html`<span class="mono digest">${exhibit.digest}</span>`,
    exhibit.state === 'unchanged' ? 'the same' : exhibit.state === 'changed' ? 'DIFFERENT' : 'not taken',
  ]),
)}
<dl class="pairs form">${blank('Declaration under 28 U.S.C. § 1746, in the words of the statute')}${blank('Place and date')}${blank('Signature')}</dl>`;
}

function england(titles: ReadonlyMap<string, string>): Markup {
  return html`<h3>England and Wales</h3>
<p>${PRACTICE_DIRECTION_35.source}. Written questions under rule 35.6 and a joint statement under rule 35.12 can be answered from the table of replies.</p>
${map('Practice Direction 35: where the report speaks to each demand', PRACTICE_DIRECTION_35.rows, titles)}
<h4>Expert’s duty</h4>
<dl class="pairs form">
${blank('Name and qualifications of the expert')}${blank('Instructions received, from whom and when')}
${blank('Statement that the expert understands the duty to the court and has complied with it')}
${blank('Statement that the expert is aware of Part 35, the practice direction and the guidance for the instruction of experts')}
${blank('Range of opinion, with reasons')}
</dl>
<h4>${STATEMENT_OF_TRUTH.title}</h4>
<p class="muted">${STATEMENT_OF_TRUTH.source}; wording in force from ${STATEMENT_OF_TRUTH.inForceFrom}. To be made by the expert alone.</p>
<blockquote>${STATEMENT_OF_TRUTH.text}</blockquote>
<dl class="pairs form">${blank('Name')}${blank('Date')}${blank('Signature')}</dl>`;
}

function map(caption: string, rows: readonly RuleRow[], titles: ReadonlyMap<string, string>): Markup {
  return dataTable(
    caption,
    ['demand', 'where', 'what stands there'],
    rows.map((row) => [
      row.demand,
      html`${row.sections.map((id, at) => html`${at > 0 && '; '}<a href="#${id}">${titles.get(id) ?? id}</a>`)}`,
      row.note,
    ]),
  );
}

function blank(what: string): Markup {
  return html`<dt>${what}</dt><dd class="blank">[to be completed]</dd>`;
}
