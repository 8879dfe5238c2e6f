import type { ComparisonReport } from '@filiation/weights';
import { chanceParts } from './format.ts';
import { type Content, html, type Markup } from './markup.ts';
import type { ReportView } from './report-view.ts';
import {
  chanceMarkup,
  cue,
  directionWords,
  nameMarkup,
  prose,
  RELATION_WORDS,
  relationIcon,
} from './words.ts';

/** Statements of each kind on the first screen; the sections below have all of them. */
const MOST = 4;
/** Longest name in the question, in characters; the section on the models has it whole. */
const NAME_LIMIT = 64;

/** The first screen: the question, the answer, how strong, and in brief why and what else. */
export function opinionSection(view: ReportView): Markup {
  const { report } = view;
  const { opinion } = report;
  const decided = opinion.relation !== 'no-evidence' && opinion.relation !== 'not-testable';
  const number = keyNumber(report);
  return html`<section id="opinion" class="opinion${!decided && ' undecided'}" aria-labelledby="question">
<h1 id="question">Do the weights of ${nameMarkup(report.subject.name, NAME_LIMIT)} descend from those of ${nameMarkup(report.reference.name, NAME_LIMIT)}?</h1>
<div class="answer${number !== undefined && ' with-figure'}"><div>
<p class="relation">${relationIcon(opinion.relation)}<span>${RELATION_WORDS[opinion.relation] ?? opinion.relation}</span></p>
<p class="sentence">${prose(opinion.sentence)}</p>
<p class="strength">${prose(opinion.strength)}</p>
${opinion.reason !== undefined && html`<p class="strength"><span class="strong">Why not testable:</span> ${prose(opinion.reason)}</p>`}
${opinion.detectable !== undefined && html`<p class="strength"><span class="strong">What could have been found:</span> ${prose(opinion.detectable)}</p>`}
</div>${number}</div>
<div class="brief">
${briefList('It rests on', basis(view), 'No primary test could be run.', 'rests-on')}
${briefList('What else could explain it', alternatives(view), 'No other explanation is listed.', 'alternatives')}
${briefList('What was done, and which came first', history(report), '', 'history')}
</div>
<p class="limits">An opinion about weights, under two stated <a href="#rests-on">propositions</a>. It is not a statement about persons, intentions or law.</p>
</section>
`;
}

function keyNumber({ opinion }: ComparisonReport): Markup | undefined {
  if (opinion.log10P === undefined) return undefined;
  const tests = opinion.primary.length;
  const { value, qualifier } = splitQualifier(opinion.log10P);
  return html`<p class="key-number"><span class="value">${qualifier !== '' && html`<small>${qualifier}</small>`}${value}</span><span class="meaning">How often two independently initialised models would agree this closely or more: ${tests === 1 ? 'the only primary test that could be run' : `the strongest of ${tests} primary tests, corrected for their number`}${opinion.exactness !== undefined && `; ${opinion.exactness}`}.</span></p>`;
}

function splitQualifier(log10P: number): { qualifier: string; value: Markup } {
  const parts = chanceParts(log10P);
  return {
    qualifier: parts.qualifier,
    value: html`${parts.odds}${parts.exponent !== undefined && html`<sup>${parts.exponent}</sup>`}`,
  };
}

function basis(view: ReportView): Markup[] {
  const { primary } = view.report.opinion;
  const strongest = [...primary].sort((a, b) => a.log10PAdjusted - b.log10PAdjusted);
  const significant = strongest.filter((result) => result.significant);
  return (significant.length > 0 ? significant : strongest).map(
    (result) =>
      html`${cue(result.significant ? 'yes' : 'none')}${view.link(result.test)}: ${chanceMarkup(result.log10PAdjusted)}`,
  );
}

function alternatives(view: ReportView): Markup[] {
  // What is still open matters most to a reader who sees only the first lines.
  return [...view.report.opinion.alternatives]
    .sort((a, b) => Number(a.ruledOut) - Number(b.ruledOut))
    .map(
      (each) =>
        html`${cue(each.ruledOut ? 'yes' : 'open')}<span class="strong">${each.ruledOut ? 'Ruled out' : 'Not ruled out'}:</span> ${prose(each.explanation)}`,
    );
}

function history({ opinion, reference, subject }: ComparisonReport): Markup[] {
  const done = opinion.mechanisms.map(
    (each) => html`${cue('yes')}<span class="strong">${each.name}</span>: ${prose(each.detail)}`,
  );
  const settled = opinion.direction !== 'undetermined';
  return [
    ...(done.length > MOST - 1
      ? [...done.slice(0, MOST - 2), further(done.length - MOST + 2, 'history')]
      : done),
    html`${cue(settled ? 'yes' : 'open')}<span class="strong">Direction</span>: ${directionWords(opinion.direction, reference.name, subject.name)}`,
  ];
}

function briefList(title: string, entries: readonly Markup[], empty: string, target: string): Markup {
  const shown: Content =
    entries.length > MOST
      ? [...entries.slice(0, MOST - 1), further(entries.length - MOST + 1, target)].map(item)
      : entries.map(item);
  return html`<div><h2>${title}</h2>${entries.length === 0 ? html`<p class="muted">${empty}</p>` : html`<ul>${shown}</ul>`}</div>`;
}

function item(content: Markup): Markup {
  return html`<li>${content}</li>`;
}

function further(count: number, target: string): Markup {
  return html`${cue('none')}<a href="#${target}">${count} more below</a>`;
}
