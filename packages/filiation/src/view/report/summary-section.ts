import type { ReportExhibit, ReportOpinion } from '@filiation/evidence';
import { dataTable } from '../figure/data-table.ts';
import { amount, chanceParts, when } from '../html/format.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { chanceMarkup, cue, nameMarkup, prose } from '../html/words.ts';
import type { CaseView } from './case-view.ts';
import { OUTCOME_BRIEF, OUTCOME_WORDS, VOUCHER_WORDS } from './report-words.ts';
import { caseLimits, exhibitsInQuestion, untested } from './summary-facts.ts';

/** The first page: what was asked, what was received, the answer, its limits, and who vouches. */
export function summarySection(view: CaseView): Markup {
  const { input } = view;
  return html`<section id="summary" class="opinion case-summary" aria-labelledby="question">
<p class="case-line">${nameMarkup(input.case.title, 120)} · report ${input.report} · ${when(input.createdAt)}</p>
<h1 id="question">${nameMarkup(input.case.asks)}</h1>
<dl class="pairs propositions"><dt>Proposition 1</dt><dd>${input.case.propositions.h1}</dd><dt>Proposition 2</dt><dd>${input.case.propositions.h2}</dd></dl>
${answers(view)}
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

/** More answers than this stand in a table: the first page must stay one page. */
const MOST_ANSWERS = 2;
/** Lines of one block of the first page. */
const MOST_LINES = 5;

function answers(view: CaseView): Content {
  const { opinions } = view.input;
  if (opinions.length === 0)
    return html`<p class="relation">No opinion was formed</p><p class="sentence">The case holds findings, but no opinion was logged.</p>`;
  const [only] = opinions;
  if (opinions.length === 1 && only !== undefined) return answer(view, only);
  const cautions = [...new Set(opinions.map(({ opinion }) => opinion.caution))];
  return html`${
    opinions.length <= MOST_ANSWERS
      ? opinions.map((entry) => shortAnswer(view, entry))
      : html`<div class="answer-block">${dataTable(
          'Answers, one a comparison',
          ['opinion', 'comparison', 'answer', 'how often if 2 held, or ratio'],
          opinions.map((entry) => [
            view.link(entry.number),
            nameMarkup(entry.title, 100),
            OUTCOME_BRIEF[entry.opinion.outcome] ?? entry.opinion.outcome,
            brief(entry),
          ]),
        )}</div>`
  }${cautions.map((caution) => html`<p class="strength">${prose(caution)}</p>`)}`;
}

function answer(view: CaseView, entry: ReportOpinion): Markup {
  const { opinion } = entry;
  return html`<div class="answer-block${!decided(entry) && ' undecided'}"><p class="relation"><span>Answer: ${OUTCOME_WORDS[opinion.outcome] ?? opinion.outcome}</span></p>
<div class="answer with-figure"><div><p class="sentence">${prose(opinion.sentence)}</p></div>${keyNumber(entry)}</div>
${seen(view, entry)}<p class="strength">${prose(opinion.caution)} Opinion ${view.link(entry.number)}.</p></div>`;
}

function shortAnswer(view: CaseView, entry: ReportOpinion): Markup {
  const { opinion } = entry;
  return html`<div class="answer-block short${!decided(entry) && ' undecided'}"><p class="answer-title">${view.link(entry.number)} ${nameMarkup(entry.title, 120)}</p><p class="relation"><span>${OUTCOME_WORDS[opinion.outcome] ?? opinion.outcome}</span></p>
<p class="sentence">${prose(opinion.sentence)}</p>${seen(view, entry)}</div>`;
}

function decided({ opinion }: ReportOpinion): boolean {
  return ['against-h2', 'favours-h1', 'favours-h2'].includes(opinion.outcome);
}

/** The number of an opinion, in a cell. */
function brief({ opinion }: ReportOpinion): Content {
  const { strength } = opinion;
  if (strength.measure === 'none') return strength.reason;
  return strength.measure === 'lr'
    ? html`ratio 10<sup>${amount(strength.log10LR)}</sup>: ${strength.word}`
    : chanceMarkup(strength.log10P);
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
  return html`<div><h2><a href="#${target}">${title}</a></h2><ul>${entries.slice(0, MOST_LINES).map((entry) => html`<li>${entry}</li>`)}${entries.length > MOST_LINES && html`<li>${cue('none')}<a href="#${target}">and ${entries.length - MOST_LINES} more</a></li>`}</ul></div>`;
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
