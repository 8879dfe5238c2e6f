import type { Finding, FindingDocument, TestCard } from '@filiation/evidence';
import { dataTable } from '../figure/data-table.ts';
import { amount, duration, when } from './format.ts';
import { jsonBlock } from './json-block.ts';
import { type Content, html } from './markup.ts';
import { chanceLabel, chanceMarkup, EXACTNESS_MEANING, nameMarkup } from './words.ts';

/** Layer by layer, tensor by tensor: where in the model a finding comes from. Longer lists than
 *  `mostPrinted` stay closed on paper. */
export function findingParts(
  finding: FindingDocument,
  mostPrinted: number = Number.POSITIVE_INFINITY,
): Content {
  const parts = finding.parts ?? [];
  if (parts.length === 0) return undefined;
  const statistic = parts.find((part) => part.statistic !== undefined)?.statistic?.name ?? 'statistic';
  const effect = parts.find((part) => part.effect !== undefined)?.effect?.name ?? 'effect';
  const table = dataTable(
    'Parts',
    ['part', statistic, 'n', chanceLabel(finding.question).toLowerCase(), effect, 'note'],
    parts.map((part) => [
      part.name,
      part.statistic?.value ?? null,
      part.statistic?.n ?? null,
      part.log10P === undefined ? null : chanceMarkup(part.log10P),
      part.effect?.value ?? null,
      part.note ?? null,
    ]),
  );
  return html`<details class="${parts.length > mostPrinted ? 'figure-data' : 'inner'}"><summary>Part by part (${parts.length})</summary>${table}</details>`;
}

/** The test's card: what it asks and what it takes for granted. */
export function findingMethod(card: TestCard | undefined, finding: Finding): Content {
  const body =
    card === undefined
      ? html`<p class="muted">The report holds no card for this test.</p>`
      : html`<dl class="pairs">
<dt>Question</dt><dd>${card.asks}</dd>
<dt>Null hypothesis</dt><dd>${card.nullHypothesis}</dd>
<dt>Assumptions</dt><dd>${list(card.assumptions)}</dd>
<dt>Error rate</dt><dd><span class="chip ${card.exactness}">${card.exactness}</span> ${EXACTNESS_MEANING[card.exactness]}${card.exactness !== finding.exactness && html`. In this run: <span class="chip ${finding.exactness}">${finding.exactness}</span>`}</dd>
<dt>Blind to</dt><dd>${list(card.blindTo)}</dd>
<dt>Source</dt><dd>${card.source}</dd></dl>`;
  return html`<details class="inner"><summary>The test: null hypothesis, assumptions, what it cannot see</summary>${body}</details>`;
}

/** What is needed to run it again and to check that the same bytes were used. */
export function findingRecord(finding: Finding): Content {
  return html`<details class="inner"><summary>Record: parameters, seed, versions, digests</summary>
<dl class="pairs">
<dt>Test</dt><dd><span class="mono">${finding.test.id}</span>, version ${finding.test.version}</dd>
<dt>Seed</dt><dd><span class="mono">${finding.seed}</span></dd>
<dt>Software</dt><dd>${finding.software}</dd>
<dt>Run</dt><dd>${when(finding.startedAt)}, for ${duration(finding.durationMs)}</dd>
${finding.log10P !== undefined && html`<dt>log<sub>10</sub> p</dt><dd>${amount(finding.log10P, 12)}</dd>`}
<dt>Exhibits</dt><dd>${finding.exhibits.map((exhibit) => html`<div>${exhibit.role}: ${nameMarkup(exhibit.name)} <span class="mono digest">${exhibit.digest}</span></div>`)}</dd>
<dt>Parameters</dt><dd>${jsonBlock(finding.parameters)}</dd>
${finding.facts !== undefined && html`<dt>Further results</dt><dd>${jsonBlock(finding.facts)}</dd>`}
</dl></details>`;
}

function list(entries: readonly string[]): Content {
  if (entries.length === 0) return '–';
  return html`<ul>${entries.map((entry) => html`<li>${entry}</li>`)}</ul>`;
}
