import type { ReportExhibit, ReportOpinion } from '@filiation/evidence';
import { chanceParts, when } from '../html/format.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { chanceMarkup, cue, nameMarkup, prose } from '../html/words.ts';
import type { CaseView } from './case-view.ts';
import { OUTCOME_WORDS, VOUCHER_WORDS } from './report-words.ts';
import { caseLimits, exhibitsInQuestion, untested } from './summary-facts.ts';

/** The first page: what was asked, what was received, the answer, its limits, and who vouches. */
export function summarySection(view: CaseView): Markup {
  const { input } = view;
  return html`<section id="summary" class="opinion case-summary" aria-labelledby="question">
<p class="case-line">${nameMarkup(input.case.title, 120)} · report ${input.report} · ${when(input.createdAt)}</p>
<h1 id="question">${nameMarkup(input.case.asks)}</h1>
<dl class="pairs propositions"><dt>Proposition 1</dt><dd>${input.case.propositions.h1}</dd><dt>Proposition 2</dt><dd>${input.case.propositions.h2}</dd></dl>
${
  input.opinions.length === 0
    ? html`<p class="relation">No opinion was formed</p><p class="sentence">The case holds findings, but no opinion was logged.</p>`
    : input.opinions.map((opinion) => answer(view, opinion))
}
<div class="brief summary-brief">
${block('What was received', 'exhibits', received(view))}
${block('Strongest limits', 'opinion-in-full', limits(view))}
${block('What was not tested', 'plan', notTested(view))}
${block('Who vouches for the log and its time', 'check', vouchers(view))}
</div>
<p class="limits">This report speaks of how ${subjectMatter(input.case.question)} came about, under the two propositions above. It states no conclusion about persons, intentions or law, and not how probable either proposition is. Prepared for ${view.partyName(input.author)} with ${input.software}.</p>
</section>
`;
}

function subjectMatter(question: string): string {
  return question === 'weights'
    ? 'the weights'
    : question === 'artefacts'
      ? 'the tokenizer, configuration and code'
      : 'the exhibits';
}

function answer(view: CaseView, entry: ReportOpinion): Markup {
  const { opinion } = entry;
  const decided = ['against-h2', 'favours-h1', 'favours-h2'].includes(opinion.outcome);
  return html`<div class="answer-block${!decided && ' undecided'}"><p class="relation"><span>Answer${view.input.opinions.length > 1 && html` to ${nameMarkup(entry.title, 80)}`}: ${OUTCOME_WORDS[opinion.outcome] ?? opinion.outcome}</span></p>
<div class="answer with-figure"><div><p class="sentence">${prose(opinion.sentence)}</p></div>${keyNumber(entry)}</div>
${seen(view, entry)}<p class="strength">${prose(opinion.caution)} Opinion ${view.link(entry.number)}.</p></div>`;
}

/** What the test saw that the opinion is quoted by. */
function seen(view: CaseView, { opinion }: ReportOpinion): Content {
  const { strength, entered } = opinion;
  const quoted = strength.measure === 'p' ? entered.find(({ test }) => test.id === strength.by) : entered[0];
  const finding = quoted === undefined ? undefined : view.finding(quoted.number);
  if (finding === undefined) return undefined;
  return html`<p class="strength"><span class="strong">What was seen</span> (${view.link(finding.number)} ${view.titleOf(finding.document.test.id)}): ${prose(finding.document.summary)}</p>`;
}

function keyNumber({ opinion }: ReportOpinion): Content {
  const { strength } = opinion;
  if (strength.measure === 'none') return undefined;
  if (strength.measure === 'lr') {
    const size = Math.abs(strength.log10LR);
    const value =
      size >= 6 ? html`10<sup>${Math.floor(size)}</sup>` : html`${Number((10 ** size).toPrecision(2))}`;
    return html`<p class="key-number"><span class="value"><small>about</small>${value} times</span><span class="meaning">more probable under proposition ${strength.log10LR < 0 ? 2 : 1} (likelihood ratio). In words: ${strength.word}.</span></p>`;
  }
  const { qualifier, odds, exponent } = chanceParts(strength.log10P);
  return html`<p class="key-number"><span class="value">${qualifier !== '' && html`<small>${qualifier}</small>`}${odds}${exponent !== undefined && html`<sup>${exponent}</sup>`}</span><span class="meaning">how often results at least this extreme would occur if proposition 2 held (p-value${strength.measure === 'p' && html`, ${strength.exactness}`}). The level fixed in the plan: ${chanceMarkup(strength.log10Alpha)}.</span></p>`;
}

function block(title: string, target: string, entries: readonly Content[]): Markup {
  return html`<div><h2><a href="#${target}">${title}</a></h2><ul>${entries.map((entry) => html`<li>${entry}</li>`)}</ul></div>`;
}

const STATE_CUES = { unchanged: 'yes', changed: 'open', 'not-checked': 'open' } as const;
const STATE_WORDS = {
  unchanged: 'unchanged since receipt',
  changed: 'CHANGED since receipt',
  'not-checked': 'not checked again',
} as const;

function received(view: CaseView): Content[] {
  const { shown, others } = exhibitsInQuestion(view.input);
  const one = (exhibit: ReportExhibit): Markup =>
    html`${cue(STATE_CUES[exhibit.state])}${view.link(exhibit.number)} ${nameMarkup(exhibit.name, 40)}, from ${view.partyName(exhibit.handedOverBy)}: ${STATE_WORDS[exhibit.state]}`;
  const rest = others.filter((exhibit) => exhibit.state !== 'unchanged');
  return [
    ...shown.map(one),
    ...(others.length === 0
      ? []
      : [
          html`${cue(rest.length === 0 ? 'yes' : 'open')}${others.length} further exhibit${others.length > 1 && 's'}: ${rest.length === 0 ? 'unchanged' : html`${view.links(rest.map((exhibit) => exhibit.number))} not checked again, or changed`}`,
        ]),
    ...(shown.length + others.length === 0 ? [html`${cue('open')}No exhibit is registered.`] : []),
  ];
}

function limits(view: CaseView): Content[] {
  const { shown, more } = caseLimits(view.input);
  return [
    ...shown.map((text) => html`${cue('open')}${prose(text)}`),
    ...(more > 0 ? [html`${cue('none')}and ${more} more`] : []),
  ];
}

function notTested(view: CaseView): Content[] {
  const { rows, withheld } = untested(view.input);
  const entries = [
    ...rows.map(
      ({ state, test, finding }) =>
        html`${cue('open')}${view.titleOf(test.id)}: ${state}${finding !== undefined && html` (${view.link(finding)})`}`,
    ),
    ...withheld.map(
      ({ exhibit, parts, of }) =>
        html`${cue('open')}${view.link(exhibit)}: ${parts === of ? 'withheld' : `${parts} of ${of} parts withheld`}`,
    ),
  ];
  return entries.length > 0 ? entries : [html`${cue('yes')}Every planned test was run; nothing is withheld.`];
}

function vouchers({ input }: CaseView): Content[] {
  const { vouchers: all, weaknesses } = input.log;
  return [
    ...all.map(
      (each) =>
        html`${cue(each.kind === 'log' ? 'none' : 'yes')}${nameMarkup(each.name, 40)}, ${VOUCHER_WORDS[each.kind]}: the first ${each.size} entries${each.at !== undefined && html` by ${when(each.at)}`}`,
    ),
    ...weaknesses.map((text) => html`${cue('open')}${text}`),
  ];
}
