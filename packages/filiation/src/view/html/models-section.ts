import type { ComparisonReport, ModelSummary } from '@filiation/weights';
import { dataTable } from '../figure/data-table.ts';
import { countInWords, grouped, shortDigest } from './format.ts';
import { type Content, html, type Markup } from './markup.ts';
import { nameMarkup } from './words.ts';

/** Rows of the side-by-side table: what is compared, and how it is written. */
const FACTS: readonly (readonly [name: string, text: (model: ModelSummary) => string | undefined])[] = [
  ['format', (model) => model.format],
  ['family', (model) => model.family],
  ['parameters', (model) => countInWords(model.parameters)],
  ['layers', (model) => grouped(model.layers)],
  ['hidden size', (model) => grouped(model.hiddenSize)],
  ['query heads', (model) => optional(model.heads)],
  ['MLP units a layer', (model) => optional(model.mlpSize)],
  ['vocabulary', (model) => grouped(model.vocabularySize)],
  ['stored as', (model) => model.dtypes.join(', ')],
];

/** Reference and subject side by side, differences marked, then the models that served as controls. */
export function modelsSection(report: ComparisonReport): Markup {
  const { reference, subject } = report;
  return html`<section id="models" aria-labelledby="models-title"><h2 id="models-title">The two models</h2>
${dataTable(
  'Side by side; ≠ marks a difference',
  ['', 'A: reference, the possible parent', 'B: subject, the model in question'],
  [
    ['name', nameMarkup(reference.name), nameMarkup(subject.name)],
    ['digest', digestMarkup(reference.digest), digestMarkup(subject.digest)],
    ...FACTS.map(([name, text]) => factRow(name, text(reference), text(subject))),
  ],
)}
${oddities('A', reference)}${oddities('B', subject)}
${others('Controls: models known not to be related, tested in the same way', report.controls)}
${others('Candidates: models that may have been merged into B', report.candidates)}
</section>
`;
}

function factRow(name: string, a: string | undefined, b: string | undefined): Content[] {
  if (a === b || a === undefined || b === undefined) return [name, a, b];
  return [name, a, html`<span class="differs">${b}<span class="visually-hidden"> (differs)</span></span>`];
}

function oddities(letter: string, model: ModelSummary): Content {
  if (model.oddities.length === 0) return undefined;
  return html`<div class="oddities"><h3>Odd in ${letter}, ${nameMarkup(model.name)}</h3><ul>${model.oddities.map((text) => html`<li>${text}</li>`)}</ul></div>`;
}

function others(caption: string, models: readonly ModelSummary[]): Content {
  if (models.length === 0) return undefined;
  return dataTable(
    caption,
    ['name', 'digest', 'family', 'parameters', 'layers', 'hidden size', 'stored as'],
    models.map((model) => [
      nameMarkup(model.name),
      digestMarkup(model.digest),
      model.family,
      countInWords(model.parameters),
      grouped(model.layers),
      grouped(model.hiddenSize),
      model.dtypes.join(', '),
    ]),
  );
}

function optional(value: number | undefined): string | undefined {
  return value === undefined ? undefined : grouped(value);
}

/** Shortened where it is only one of many; the exhibits of each finding give it whole. */
export function digestMarkup(digest: string): Markup {
  return html`<span class="mono" title="${digest}">${shortDigest(digest)}</span>`;
}
