import { type CaseOpinion, ENFSI_2015, type EnteredFinding, type ReportOpinion } from '@filiation/evidence';
import { dataTable } from '../figure/data-table.ts';
import { drawStrength } from '../figure/strength.ts';
import { amount, grouped, when } from '../html/format.ts';
import { jsonBlock } from '../html/json-block.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { chanceMarkup, cue, nameMarkup, prose } from '../html/words.ts';
import type { CaseView } from './case-view.ts';
import { LISTED_WORDS, OUTCOME_WORDS, RULE_WORDS } from './report-words.ts';

/** Each opinion: the rule, what entered, the strength drawn, what else could explain it. */
export function opinionContent(view: CaseView): Markup {
  const { opinions } = view.input;
  if (opinions.length === 0) return html`<p class="muted">No opinion was logged.</p>`;
  return html`${opinions.map((entry, index) => opinionSheet(view, entry, index))}`;
}

function opinionSheet(view: CaseView, entry: ReportOpinion, index: number): Markup {
  const { opinion } = entry;
  const anchor = view.anchor('opinion', index);
  return html`<article class="sheet" id="${anchor}"><h3>Opinion ${entry.number}: ${nameMarkup(entry.title, 100)}</h3>
<p class="relation">${OUTCOME_WORDS[opinion.outcome] ?? opinion.outcome}</p>
<p class="opinion-sentence">${prose(opinion.sentence)}</p><p>${prose(opinion.caution)}</p>
${opinion.marks.map((mark) => html`<p class="note marked">${cue('open')}${prose(mark)}</p>`)}
${strengthFigure(opinion, `${anchor}-strength`)}
<h4>The rule</h4><p>${RULE_WORDS[opinion.rule.combine] ?? opinion.rule.combine} It was fixed in plan ${view.link(entry.plan)} before the run${opinion.comparison !== undefined && html` (comparison ${opinion.comparison})`}.</p>
<h4>What entered</h4>
${opinion.entered.length === 0 ? html`<p class="note">Nothing entered the rule.</p>` : enteredTable(view, opinion)}
<h4>What else could explain it</h4>
${alternatives(view, opinion)}
${reading(view, opinion)}
${opinion.blindTo.length > 0 && html`<h4>What each test that entered cannot see by itself</h4><p class="note">What one test cannot see another may.</p><dl class="pairs">${opinion.blindTo.map(({ test, cannotSee }) => html`<dt>${view.titleOf(test)}</dt><dd>${cannotSee.length === 0 ? '–' : cannotSee.join('; ')}</dd>`)}</dl>`}
${notEntered(view, opinion)}
<details class="inner"><summary>Record of the opinion</summary><dl class="pairs"><dt>Logged</dt><dd>${when(entry.at)}, by ${view.partyName(entry.by)} (entry ${entry.entry})</dd><dt>Document</dt><dd><span class="mono digest">${entry.digest}</span></dd></dl><details class="figure-data"><summary>The rule as logged</summary>${jsonBlock({ ...opinion.rule })}</details></details>
</article>
`;
}

function strengthFigure({ strength, sentence }: CaseOpinion, id: string): Content {
  if (strength.measure === 'none') return undefined;
  const scale = ENFSI_2015;
  const svg = drawStrength(strength, scale, `${id}-drawing`);
  const caption =
    strength.measure === 'lr'
      ? html`Words after ${scale.source}. ${scale.remark} Bound: ${strength.bound.basis}.`
      : html`A p-value is no likelihood ratio, so no word of a verbal scale is used for it. Further right is rarer if proposition 2 held; the dashed line is the level that the plan fixed.`;
  return html`<figure class="figure" id="${id}"><figcaption><h4>How strong</h4><p>${caption}</p></figcaption><div class="scroll" role="region" tabindex="0" aria-label="Strength, drawing">${svg}</div></figure>
${strength.measure === 'lr' && scaleTable(strength.word)}<p class="visually-hidden">${sentence}</p>`;
}

function scaleTable(word: string): Markup {
  const ends = ENFSI_2015.steps.map((step, at) => [step, ENFSI_2015.steps[at + 1]?.from] as const);
  const number = (log10: number): string => grouped(10 ** log10);
  return dataTable(
    `Verbal scale ${ENFSI_2015.id}, version ${ENFSI_2015.version}`,
    ['likelihood ratio', 'words', 'this opinion'],
    ends.map(([step, to]) => [
      to === undefined ? `${number(step.from)} or more` : `${number(step.from)} to ${number(to)}`,
      step.word,
      step.word === word ? html`${cue('yes')}here` : null,
    ]),
  );
}

function enteredTable(view: CaseView, { entered, rule }: CaseOpinion): Markup {
  const columns: [string, (each: EnteredFinding) => Content][] = [
    ['finding', (each) => html`${view.link(each.number)} ${view.titleOf(each.test.id)}`],
    ['kind', (each) => html`<span class="chip ${each.exactness}">${each.exactness}</span>`],
  ];
  const chanceOf = (value: number | undefined): Content => (value === undefined ? null : chanceMarkup(value));
  if (rule.combine === 'primary' || rule.combine === 'holm' || rule.combine === 'e-mean')
    columns.push(['chance if proposition 2 held', (each) => chanceOf(each.log10P)]);
  if (rule.combine === 'holm')
    columns.push(
      ['after correction', (each) => chanceOf(each.log10PAdjusted)],
      ['part of the evidence', (each) => each.group ?? null],
    );
  if (rule.combine === 'primary' || rule.combine === 'holm')
    columns.push([
      'reaches the level',
      (each) => (each.significant ? html`${cue('yes')}yes` : html`${cue('none')}no`),
    ]);
  if (rule.combine === 'e-mean')
    columns.push(
      ['weight', (each) => each.weight ?? null],
      ['e-value', (each) => (each.log10E === undefined ? '0' : html`10<sup>${amount(each.log10E)}</sup>`)],
    );
  if (rule.combine === 'primary-lr' || rule.combine === 'lr-product')
    columns.push(
      ['ratio (log10)', (each) => each.ratio?.value ?? null],
      [
        'interval',
        (each) =>
          each.ratio === undefined ? null : `${amount(each.ratio.low)} to ${amount(each.ratio.high)}`,
      ],
      [
        'as calculated',
        (each) =>
          each.ratio === undefined
            ? null
            : `${amount(each.ratio.reported)}${each.ratio.capped ? ', held at the bound' : ''}`,
      ],
      ['calibrated on', (each) => each.ratio?.calibration ?? null],
    );
  return dataTable(
    'Findings that entered the rule',
    columns.map(([name]) => name),
    entered.map((each) => columns.map(([, cell]) => cell(each))),
  );
}

function alternatives(view: CaseView, opinion: CaseOpinion): Content {
  if (opinion.alternatives.length === 0) return html`<p class="muted">No other explanation is listed.</p>`;
  return html`<ul class="cues">${opinion.alternatives.map(
    (each) =>
      html`<li>${cue(each.ruledOut ? 'yes' : 'open')}<span class="strong">${each.ruledOut ? 'Ruled out' : 'Not ruled out'}:</span> ${prose(each.explanation)}${each.by !== undefined && html` (${each.finding === undefined ? html`${view.titleOf(each.by)}, no finding in this case` : html`${view.link(each.finding)} ${view.titleOf(each.by)}`})`}</li>`,
  )}</ul>`;
}

function reading(view: CaseView, { reading: read }: CaseOpinion): Content {
  if (read === undefined) return undefined;
  return html`<h4>What was read beyond the strength</h4><p>${prose(read.sentence)}</p>
${read.details.length > 0 && html`<dl class="pairs">${read.details.map((each) => html`<dt>${each.name}</dt><dd>${prose(each.text)} (${view.titleOf(each.by)})</dd>`)}</dl>`}
${read.detectable !== undefined && html`<p>${prose(read.detectable)}</p>`}<p class="note">Read by rule <span class="mono">${read.by}</span>. These readings carry no error rate of their own unless a finding states one.</p>`;
}

function notEntered(view: CaseView, opinion: CaseOpinion): Content {
  if (opinion.listed.length + opinion.missing.length === 0) return undefined;
  return html`<details class="inner"><summary>What did not enter, and why (${opinion.listed.length + opinion.missing.length})</summary>${dataTable(
    'Findings and tests that did not enter the rule',
    ['finding', 'test', 'why'],
    [
      ...opinion.listed.map((each) => [
        view.link(each.number),
        view.titleOf(each.test.id),
        LISTED_WORDS[each.why] ?? each.why,
      ]),
      ...opinion.missing.map((id) => [
        null,
        view.titleOf(id),
        'named by the rule, not run: counted as if it showed nothing',
      ]),
    ],
  )}</details>`;
}
