import type { DistributionFigure, Finding, FindingDocument } from '@filiation/evidence';
import { figureBlock } from '../figure/figure.ts';
import { findingMethod, findingParts, findingRecord } from './finding-details.ts';
import { amount, grouped } from './format.ts';
import { type Content, html, type Markup } from './markup.ts';
import type { ReportView } from './report-view.ts';
import { chanceLabel, chanceMarkup, cue, EXACTNESS_MEANING, prose, STATUS_WORDS } from './words.ts';

const ORDER = { tested: 0, failed: 1, 'not-testable': 2 } as const;

/** Every finding as a card that opens; those the opinion rests on stand open. */
export function findingsSection(view: ReportView): Markup {
  const { findings } = view.report;
  return html`<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2>
${findings.length === 0 ? html`<p class="muted">No test was run.</p>` : inReadingOrder(view).map((index) => findingCard(view, index))}</section>
`;
}

/** Indices of the findings: those with results first, otherwise as the report has them. */
export function inReadingOrder({ report }: ReportView): number[] {
  return report.findings
    .map((finding, index) => ({ index, rank: ORDER[finding.status] ?? 1 }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ index }) => index);
}

function findingCard(view: ReportView, index: number): Markup {
  const finding = view.report.findings[index];
  if (finding === undefined) return html``;
  const anchor = view.anchorAt(index);
  const { primary } = view.report.opinion;
  const open = primary.some((result) => result.test === finding.test.id && result.significant);
  const asks = view.card(finding.test.id)?.asks;
  return html`<details class="finding" id="${anchor}"${open && html` open`}>
<summary><h3>${view.titleOf(finding.test.id)}</h3><span class="headline">${headline(finding)}</span><span class="what">${prose(finding.summary)}</span><span class="chips">${chips(
    finding,
    primary.some((result) => result.test === finding.test.id),
  )}</span></summary>
<div class="finding-body">
${asks !== undefined && html`<p class="asks">${asks}</p>`}
${finding.reason !== undefined && html`<p class="reason"><span class="strong">${finding.status === 'failed' ? 'Why it failed' : 'Why'}:</span> ${prose(finding.reason)}</p>`}
${findingNumbers(finding)}
${(finding.figures ?? []).map((figure, at) => figureBlock(figure, `${anchor}-figure-${at + 1}`))}
${findingControls(finding, `${anchor}-controls`)}
${alternatives(view, finding)}
${findingParts(finding)}${findingMethod(view.card(finding.test.id), finding)}${findingRecord(finding)}
</div></details>
`;
}

function headline(finding: Finding): Content {
  if (finding.status !== 'tested') return STATUS_WORDS[finding.status];
  if (finding.log10P !== undefined) return chanceMarkup(finding.log10P);
  const shown = finding.statistic ?? finding.effect;
  return shown && `${shown.name}: ${amount(shown.value)}`;
}

function chips(finding: Finding, primary: boolean): Content {
  return [
    html`<span class="chip ${finding.exactness}" title="${EXACTNESS_MEANING[finding.exactness]}">${finding.exactness}</span>`,
    primary && html`<span class="chip">primary</span>`,
    finding.status !== 'tested' &&
      html`<span class="chip ${finding.status}">${STATUS_WORDS[finding.status]}</span>`,
    finding.exploratory &&
      html`<span class="chip exploratory" title="Not in the plan that was fixed before the run">exploratory</span>`,
  ];
}

/** What the test measured, one row a number. */
export function findingNumbers(finding: FindingDocument): Content {
  const { statistic, log10P, log10LR, effect, detectable } = finding;
  const rows: [string, Content][] = [];
  if (statistic !== undefined)
    rows.push([
      'Statistic',
      html`${statistic.name}: <span class="strong">${amount(statistic.value, 4)}</span> (n = ${grouped(statistic.n)})`,
    ]);
  if (log10P !== undefined)
    rows.push([
      chanceLabel(finding.question),
      html`<span class="strong">${chanceMarkup(log10P)}</span> (log<sub>10</sub> p = ${amount(log10P, 6)})`,
    ]);
  if (log10LR !== undefined)
    rows.push([
      'Likelihood ratio',
      html`10 to the power <span class="strong">${amount(log10LR.value)}</span>, interval ${amount(log10LR.low)} to ${amount(log10LR.high)}; calibrated on ${log10LR.calibration}`,
    ]);
  if (effect !== undefined && !repeats(effect, statistic))
    rows.push([
      'Effect',
      html`${effect.name}: <span class="strong">${amount(effect.value, 4)}</span>${interval(effect)}`,
    ]);
  if (detectable !== undefined)
    rows.push([
      'Smallest detectable',
      html`${detectable.name}: <span class="strong">${amount(detectable.value)}</span> at ${detectable.level}`,
    ]);
  return (
    rows.length > 0 &&
    html`<dl class="pairs">${rows.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`
  );
}

/** Some tests give one number as statistic and as effect; a reader needs it once. */
function repeats(
  effect: NonNullable<FindingDocument['effect']>,
  statistic: FindingDocument['statistic'],
): boolean {
  return effect.low === undefined && effect.name === statistic?.name && effect.value === statistic.value;
}

function interval(effect: { readonly low?: number; readonly high?: number }): Content {
  if (effect.low === undefined && effect.high === undefined) return undefined;
  const end = (value: number | undefined): string => (value === undefined ? 'open' : amount(value, 4));
  return `, interval ${end(effect.low)} to ${end(effect.high)}`;
}

/** The pair's value beside the controls': a drawing where the finding has none of its own. */
export function findingControls(finding: FindingDocument, id: string): Content {
  const values = finding.controls ?? [];
  const { statistic } = finding;
  if (values.length === 0 || statistic === undefined) return undefined;
  const figure: DistributionFigure = {
    kind: 'distribution',
    id,
    title: 'This pair beside the controls',
    caption: 'The same statistic where the answer is known: each dot is a control.',
    unit: statistic.name,
    observed: statistic.value,
    groups: groupsOf(values),
  };
  return figureBlock(figure, id);
}

/** Controls of equal name are draws of one kind and share a row; others have a row each, up to twelve. */
function groupsOf(values: NonNullable<FindingDocument['controls']>): DistributionFigure['groups'] {
  const groups = new Map<string, number[]>();
  for (const { name, value } of values) groups.set(name, [...(groups.get(name) ?? []), value]);
  if (groups.size > 12) return [{ label: 'controls', values: values.map((each) => each.value) }];
  return [...groups].map(([label, numbers]) => ({ label, values: numbers }));
}

function alternatives(view: ReportView, finding: Finding): Content {
  if (finding.alternatives.length === 0) return undefined;
  return html`<div class="brief"><div><h4>What else could give this result</h4><ul>${finding.alternatives.map(
    (each) =>
      html`<li>${cue(each.ruledOut ? 'yes' : 'open')}<span class="strong">${each.ruledOut ? 'Ruled out' : 'Not ruled out'}:</span> ${prose(each.explanation)}${each.by !== undefined && html` (${view.link(each.by)})`}</li>`,
  )}</ul></div></div>`;
}
