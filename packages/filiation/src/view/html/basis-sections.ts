import type { JsonObject, PrimaryResult } from '@filiation/evidence';
import { dataTable } from '../figure/data-table.ts';
import { drawEvidenceStrip } from '../figure/evidence-strip.ts';
import { amount } from './format.ts';
import { jsonBlock } from './json-block.ts';
import { html, type Markup } from './markup.ts';
import type { ReportView } from './report-view.ts';
import { chanceMarkup, cue, directionWords, EXACTNESS_MEANING, prose } from './words.ts';

/** Propositions, the primary tests as they enter the rule, and the rule. */
export function basisSection(view: ReportView): Markup {
  const { opinion } = view.report;
  return html`<section id="rests-on" aria-labelledby="rests-on-title"><h2 id="rests-on-title">What the opinion rests on</h2>
<dl class="pairs"><dt>Proposition 1</dt><dd>${opinion.propositions.h1}</dd><dt>Proposition 2</dt><dd>${opinion.propositions.h2}</dd></dl>
${
  opinion.primary.length === 0
    ? html`<p class="note">No primary test could be run, so nothing enters the rule.</p>`
    : html`<figure class="figure"><figcaption><h3>Primary tests</h3><p>How improbable each result would be if proposition 2 held, after Holm’s correction for the number of primary tests. Longer lines speak more strongly against proposition 2.</p></figcaption>
<div class="scroll" role="region" tabindex="0" aria-label="Primary tests, drawing">${drawEvidenceStrip(opinion.primary, view.titleOf, log10Threshold(opinion.rule))}</div></figure>
${primaryTable(view, opinion.primary)}`
}
<details class="inner"><summary>The rule, stated before the run</summary>${jsonBlock(opinion.rule)}</details>
</section>
`;
}

/** The rule's level, where it states one under a name this view knows. */
function log10Threshold(rule: JsonObject): number | undefined {
  const { log10Alpha, alpha } = rule;
  if (typeof log10Alpha === 'number') return log10Alpha;
  return typeof alpha === 'number' && alpha > 0 && alpha < 1 ? Math.log10(alpha) : undefined;
}

function primaryTable(view: ReportView, primary: readonly PrimaryResult[]): Markup {
  return dataTable(
    'Primary tests, before and after correction',
    ['test', 'tensor family', 'kind of error rate', 'chance if independent', 'after correction', 'counts'],
    primary.map((result) => [
      view.link(result.test),
      result.family,
      html`<span class="chip ${result.exactness}" title="${EXACTNESS_MEANING[result.exactness]}">${result.exactness}</span>`,
      html`${chanceMarkup(result.log10P)}`,
      html`<span title="log10 p = ${amount(result.log10PAdjusted, 6)}">${chanceMarkup(result.log10PAdjusted)}</span>`,
      result.significant ? html`${cue('yes')}yes` : html`${cue('none')}no`,
    ]),
  );
}

export function alternativesSection(view: ReportView): Markup {
  const { alternatives } = view.report.opinion;
  return html`<section id="alternatives" aria-labelledby="alternatives-title"><h2 id="alternatives-title">What else could explain it</h2>
${
  alternatives.length === 0
    ? html`<p class="muted">No other explanation is listed for this outcome.</p>`
    : dataTable(
        'Other explanations and whether this comparison rules them out',
        ['explanation', 'ruled out', 'by'],
        alternatives.map((each) => [
          prose(each.explanation),
          each.ruledOut ? html`${cue('yes')}ruled out` : html`${cue('open')}not ruled out`,
          each.by === undefined ? null : view.link(each.by),
        ]),
      )
}</section>
`;
}

export function historySection(view: ReportView): Markup {
  const { opinion, reference, subject } = view.report;
  return html`<section id="history" aria-labelledby="history-title"><h2 id="history-title">What was done, and which came first</h2>
${
  opinion.mechanisms.length === 0
    ? html`<p class="muted">No way of deriving one from the other was recognised.</p>`
    : dataTable(
        'How the two sets of weights differ',
        ['change', 'what was seen', 'by'],
        opinion.mechanisms.map((each) => [
          html`<span class="strong">${each.name}</span>`,
          prose(each.detail),
          view.link(each.by),
        ]),
      )
}
<dl class="pairs direction"><dt>Direction</dt><dd><span class="strong">${directionWords(opinion.direction, reference.name, subject.name)}</span>. ${prose(opinion.directionReason)}</dd></dl>
</section>
`;
}
