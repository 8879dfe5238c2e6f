import type { LineageTree } from '@filiation/weights';
import { dataTable } from '../figure/data-table.ts';
import { page } from '../html/document.ts';
import { amount, countInWords } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { digestMarkup } from '../html/models-section.ts';
import { chanceMarkup, nameMarkup, prose } from '../html/words.ts';
import { layOutTree } from './layout.ts';
import { drawTree } from './tree-drawing.ts';
import { edgeWords, STATUS_MARKS, STATUS_MEANING } from './words.ts';

/** A lineage tree as one self-contained HTML page (UTF-8): drawing, legend, and everything as tables. */
export function treePage(tree: LineageTree): string {
  const layout = layOutTree(tree);
  const empty = layout.nodes.length === 0;
  return page({
    title: `Lineage of ${tree.models.length} models`,
    heading: 'Lineage tree',
    tools: empty
      ? undefined
      : html`<button type="button" data-tool="save-svg" data-file="lineage.svg" hidden>Save SVG</button>`,
    main: [
      html`<section class="opinion lineage" aria-labelledby="title"><h1 id="title">Which of these ${tree.models.length} models descend from which?</h1>
<p class="sentence">${summary(tree)}</p>
${
  empty
    ? html`<p class="muted">No model was given.</p>`
    : html`<figure class="figure tree"><figcaption class="visually-hidden">Lineage tree</figcaption><div class="scroll" role="region" tabindex="0" aria-label="Lineage tree, drawing">${drawTree(tree, layout)}</div></figure>`
}
${legend()}
<p class="limits">Branches are opinions about weights; they say nothing about persons, intentions or law. Where the data leave a direction open, the branch has no arrowhead and the model at its left end is only where the drawing starts.</p></section>
`,
      notes(tree),
      edges(tree),
      claims(tree),
      models(tree),
    ],
    foot: html`<p>${tree.software} · <span class="mono">${tree.schema}</span></p><p>This page is a view of a JSON document; <span class="mono">filiation tree --json</span> prints it, <span class="mono">--newick</span> the trees alone.</p>`,
  });
}

function numberWord(count: number): string {
  return (
    ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'][count] ?? String(count)
  );
}

/** Counts, so that the first line answers. */
function summary({ groups, claims: stated }: LineageTree): string {
  const families = groups.filter((group) => group.length > 1).length;
  const alone = groups.filter((group) => group.length === 1).length;
  const count = (status: string): number => stated.filter((claim) => claim.status === status).length;
  const parts = [
    `${numberWord(families)} ${families < 2 ? 'family' : 'families'} of related models${alone === 0 ? '' : alone === 1 ? ', one model on its own' : `, ${alone} models on their own`}.`,
    stated.length === 0
      ? ''
      : `Of ${stated.length} claimed parentage${stated.length === 1 ? '' : 's'}, ${count('confirmed')} confirmed, ${count('contradicted')} contradicted, ${count('claimed')} undecided.`,
  ];
  return parts.join(' ').trim();
}

const SAMPLES: readonly (readonly [style: string, text: string])[] = [
  ['descent', 'descent; arrowhead: direction known'],
  ['merge-arc', 'further parent of a merge'],
  ['shared-initialisation', 'same initialisation, neither from the other'],
  ['identical', 'identical weights'],
  ['claimed', '? claimed, not decided'],
  ['contradicted', '✗ claimed, contradicted'],
];

function legend(): Markup {
  return html`<ul class="legend">${SAMPLES.map(
    ([style, text]) =>
      html`<li><svg class="drawing sample" width="38" height="12" viewBox="0 0 38 12" aria-hidden="true"><path d="M2 6H36" class="branch ${style}"/>${style === 'identical' && html`<path d="M2 6H36" class="branch-core"/>`}</svg>${text}</li>`,
  )}</ul>`;
}

function notes(tree: LineageTree): Markup {
  if (tree.notes.length === 0) return html``;
  return html`<section aria-labelledby="notes-title"><h2 id="notes-title">What to bear in mind</h2><ul>${tree.notes.map((note) => html`<li>${prose(note)}</li>`)}</ul></section>
`;
}

function edges(tree: LineageTree): Markup {
  const name = nameOf(tree);
  return html`<section aria-labelledby="edges-title"><h2 id="edges-title">Branches</h2>${dataTable(
    'Every related pair, and every claimed one',
    [
      'child',
      'parent, or other end',
      'how it came about',
      'direction',
      'distance',
      'chance if independent',
      'claim',
      'rests on',
    ],
    tree.edges.map((edge) => [
      name(edge.child),
      name(edge.parent),
      edge.status === 'contradicted' ? null : edgeWords(edge),
      edge.status === 'contradicted' ? null : edge.directed ? 'known' : 'open',
      edge.distance,
      edge.log10P === undefined ? null : chanceMarkup(edge.log10P),
      html`<span title="${STATUS_MEANING[edge.status]}">${STATUS_MARKS[edge.status]} ${edge.status === 'silent' ? 'none' : edge.status}</span>`,
      prose(edge.support),
    ]),
  )}</section>
`;
}

function claims(tree: LineageTree): Markup {
  if (tree.claims.length === 0) return html``;
  const name = nameOf(tree);
  return html`<section aria-labelledby="claims-title"><h2 id="claims-title">Claims</h2>${dataTable(
    'Parentage as stated elsewhere, against the weights',
    ['child', 'claimed parent', 'where it is stated', 'outcome', 'note'],
    tree.claims.map((claim) => [
      name(claim.child),
      claim.parent === undefined ? 'none: trained from scratch' : name(claim.parent),
      claim.source,
      html`${STATUS_MARKS[claim.status]} ${STATUS_MEANING[claim.status]}`,
      claim.note === '' ? null : prose(claim.note),
    ]),
  )}</section>
`;
}

function models(tree: LineageTree): Markup {
  const facts = [...new Set(tree.models.flatMap((model) => Object.keys(model.summary ?? {})))].slice(0, 12);
  return html`<section aria-labelledby="models-title"><h2 id="models-title">Models</h2>${dataTable(
    'Models in the order given',
    ['name', 'digest', ...facts],
    tree.models.map((model) => [
      nameMarkup(model.name),
      digestMarkup(model.digest),
      ...facts.map((fact) => {
        const value = model.summary?.[fact];
        if (typeof value === 'number')
          return Number.isInteger(value) ? countInWords(value) : amount(value, 4);
        return value === undefined || value === null
          ? null
          : typeof value === 'string'
            ? value
            : JSON.stringify(value);
      }),
    ]),
  )}</section>
`;
}

function nameOf(tree: LineageTree): (id: string) => Markup {
  const names = new Map(tree.models.map((model) => [model.id, model.name]));
  return (id) => nameMarkup(names.get(id) ?? id);
}
