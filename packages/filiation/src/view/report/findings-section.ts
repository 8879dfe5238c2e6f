import type { ReportErrorRates, ReportFinding } from '@filiation/evidence';
import { figureBlock } from '../figure/figure.ts';
import { findingControls, findingNumbers } from '../html/finding-card.ts';
import { findingParts } from '../html/finding-details.ts';
import { amount, grouped, when } from '../html/format.ts';
import { jsonBlock } from '../html/json-block.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { chanceMarkup, cue, EXACTNESS_MEANING, nameMarkup, prose, STATUS_WORDS } from '../html/words.ts';
import type { CaseView } from './case-view.ts';

/** Longer lists of parts are for the screen; they would fill pages of paper. */
const MOST_PARTS_PRINTED = 16;

/** One sheet a finding, always with the same parts in the same order. Those that entered an opinion
 *  stand open. */
export function findingsContent(view: CaseView): Markup {
  const { findings, opinions } = view.input;
  if (findings.length === 0) return html`<p class="muted">The case holds no finding.</p>`;
  const entered = new Set(opinions.flatMap(({ opinion }) => opinion.entered.map((each) => each.number)));
  return html`${findings.map((finding, index) => [
    finding.comparison !== findings[index - 1]?.comparison && groupHeading(view, finding),
    findingSheet(view, finding, index, entered.has(finding.number)),
  ])}`;
}

/** Findings of one comparison stand together, under its title. */
function groupHeading({ input }: CaseView, { comparison }: ReportFinding): Content {
  const titles = input.plans.flatMap(({ document }) => document.comparisons);
  const title = titles.find((each) => each.comparison === comparison)?.title;
  if (titles.length < 2 && comparison !== undefined) return undefined;
  return html`<h3 class="group">${comparison === undefined ? 'In no plan' : html`${comparison}${title !== undefined && html`: ${nameMarkup(title, 120)}`}`}</h3>`;
}

function findingSheet(view: CaseView, finding: ReportFinding, index: number, entered: boolean): Markup {
  const { document } = finding;
  const anchor = view.anchor('finding', index);
  const card = view.card(document.test.id);
  return html`<details class="finding" id="${anchor}"${entered && html` open`}>
<summary><h3>${finding.number} ${view.titleOf(document.test.id)}</h3><span class="headline">${headline(finding)}</span><span class="what">${prose(document.summary)}</span><span class="chips">${chips(finding, entered)}</span></summary>
<div class="finding-body">
${part('Question', card === undefined ? missing('the card of this test is not in the case') : card.asks)}
${part('Null hypothesis', card === undefined ? missing('the card of this test is not in the case') : html`${card.nullHypothesis}${card.assumptions.length > 0 && html` It takes for granted: ${list(card.assumptions)}`}`)}
${part('Result', result(finding, anchor))}
${part('Controls', findingControls(document, `${anchor}-controls`) ?? missing('no controls were given for this test'))}
${part('What else could explain it', alternatives(view, finding))}
${part('Error rates', errorRates(view.rates(document.test.id), document.exactness))}
${part('Limits', limits(finding, card?.blindTo))}
${record(view, finding, card?.source)}
</div></details>
`;
}

function part(title: string, content: Content): Markup {
  return html`<div class="finding-part"><h4>${title}</h4><div>${content}</div></div>`;
}

function missing(why: string): Markup {
  return html`<p class="muted">Not stated: ${why}.</p>`;
}

function headline({ document }: ReportFinding): Content {
  if (document.status !== 'tested') return STATUS_WORDS[document.status];
  if (document.log10LR !== undefined) return html`LR 10<sup>${amount(document.log10LR.value)}</sup>`;
  if (document.log10P !== undefined) return chanceMarkup(document.log10P);
  const shown = document.statistic ?? document.effect;
  return shown && `${shown.name}: ${amount(shown.value)}`;
}

function chips({ document, recomputed }: ReportFinding, entered: boolean): Content {
  return [
    html`<span class="chip ${document.exactness}" title="${EXACTNESS_MEANING[document.exactness]}">${document.exactness}</span>`,
    entered && html`<span class="chip">in the opinion</span>`,
    document.status !== 'tested' &&
      html`<span class="chip ${document.status}">${STATUS_WORDS[document.status]}</span>`,
    document.exploratory &&
      html`<span class="chip exploratory" title="Not in a plan logged before the run">exploratory</span>`,
    recomputed !== undefined &&
      html`<span class="chip${!recomputed.same && ' failed'}">${recomputed.same ? 'recomputed: the same' : 'recomputed: DIFFERENT'}</span>`,
  ];
}

function result({ document }: ReportFinding, anchor: string): Content {
  return [
    html`<p>${prose(document.summary)}</p>`,
    document.reason !== undefined &&
      html`<p class="reason"><span class="strong">${document.status === 'failed' ? 'Why it failed' : 'Why'}:</span> ${prose(document.reason)}</p>`,
    findingNumbers(document),
    (document.figures ?? []).map((figure, at) => figureBlock(figure, `${anchor}-figure-${at + 1}`)),
    findingParts(document, MOST_PARTS_PRINTED),
  ];
}

function alternatives(view: CaseView, { document }: ReportFinding): Content {
  if (document.alternatives.length === 0)
    return html`<p class="muted">The test lists no other explanation.</p>`;
  const numberOf = (test: string): string | undefined =>
    view.input.findings.find((each) => each.document.test.id === test && each.document.status === 'tested')
      ?.number;
  return html`<ul class="cues">${document.alternatives.map((each) => {
    const number = each.by === undefined ? undefined : numberOf(each.by);
    const by =
      each.by === undefined
        ? undefined
        : html` (${each.ruledOut ? 'by' : 'see'} ${number === undefined ? html`${view.titleOf(each.by)}, not in this case` : html`${view.link(number)} ${view.titleOf(each.by)}`})`;
    return html`<li>${cue(each.ruledOut ? 'yes' : 'open')}<span class="strong">${each.ruledOut ? 'Ruled out' : 'Not ruled out'}:</span> ${prose(each.explanation)}${by}</li>`;
  })}</ul>`;
}

function errorRates(rates: readonly ReportErrorRates[], exactness: keyof typeof EXACTNESS_MEANING): Content {
  const kind = html`<p><span class="chip ${exactness}">${exactness}</span> ${EXACTNESS_MEANING[exactness]}.</p>`;
  if (rates.length === 0)
    return [kind, html`<p class="muted">No measurement on cases of known parentage is in this case.</p>`];
  return [kind, rates.map(measured)];
}

function measured(rates: ReportErrorRates): Markup {
  const { falseAlarms, sensitivity, set } = rates;
  return html`<dl class="pairs"><dt>Measured on</dt><dd>${nameMarkup(set.name, 80)}: ${grouped(rates.related)} related and ${grouped(rates.unrelated)} unrelated pairs from ${grouped(rates.unrelatedFamilies)} independent families. It holds: ${set.population}${set.digest !== undefined && html` <span class="mono digest">${set.digest}</span>`}</dd>
<dt>False alarms</dt><dd>${grouped(falseAlarms.count)} of ${grouped(falseAlarms.of)} unrelated pairs at ${falseAlarms.level}${falseAlarms.upper95 !== undefined && html`; by families, the rate is below ${amount(100 * falseAlarms.upper95)} % (95 %, one-sided)`}</dd>
${sensitivity !== undefined && html`<dt>Sensitivity</dt><dd>${amount(100 * sensitivity.value)} % of related pairs (${amount(100 * sensitivity.low)} to ${amount(100 * sensitivity.high)} %) ${sensitivity.level}</dd>`}</dl>`;
}

function limits({ document }: ReportFinding, blindTo: readonly string[] | undefined): Content {
  return [
    document.detectable !== undefined &&
      html`<p>Smallest effect that these data could have shown: ${document.detectable.name} ${amount(document.detectable.value)}, at ${document.detectable.level}.</p>`,
    blindTo === undefined || blindTo.length === 0
      ? missing('the card names no blind spot')
      : html`<p>The test cannot see: ${list(blindTo)}</p>`,
  ];
}

function record(view: CaseView, finding: ReportFinding, source: string | undefined): Markup {
  const { document } = finding;
  return html`<details class="inner"><summary>Record: source, seed, versions, digests, parameters</summary><dl class="pairs">
<dt>Finding</dt><dd>entry ${finding.entry}, ${when(finding.at)}, run ${finding.run}${finding.plan !== undefined && html`, plan ${view.link(finding.plan)}`} <span class="mono digest">${finding.digest}</span></dd>
<dt>Test</dt><dd><span class="mono">${document.test.id}</span>, version ${document.test.version}; ${document.software}</dd>
${source !== undefined && html`<dt>Source</dt><dd>${source}</dd>`}
<dt>Seed</dt><dd><span class="mono">${document.seed}</span></dd>
<dt>Exhibits</dt><dd>${document.exhibits.map((exhibit) => html`<div>${exhibit.role}: ${nameMarkup(exhibit.name, 80)} <span class="mono digest">${exhibit.digest}</span></div>`)}</dd>
</dl><details class="figure-data"><summary>Parameters and further results</summary>${jsonBlock(document.parameters)}${document.facts !== undefined && jsonBlock(document.facts)}</details></details>`;
}

function list(entries: readonly string[]): Content {
  return html`<ul>${entries.map((entry) => html`<li>${entry}</li>`)}</ul>`;
}
