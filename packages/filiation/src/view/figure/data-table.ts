import { amount, grouped } from '../html/format.ts';
import { type Content, html, type Markup } from '../html/markup.ts';

/** Rows shown in a page; the JSON document always holds all of them. */
const MAX_ROWS = 2000;

export interface TableOptions {
  /** The caption stands above the table already; it is kept for those who hear the page. */
  readonly captionShown?: boolean;
}

/** A table that scrolls sideways by itself when it is wider than the page. First column: row heads. */
export function dataTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Content[])[],
  options: TableOptions = {},
): Markup {
  const shown = rows.slice(0, MAX_ROWS);
  const numeric = columns.map((_, at) => at > 0 && isNumeric(shown, at));
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
<table class="data"><caption${options.captionShown && html` class="visually-hidden"`}>${caption}</caption>
<thead><tr>${columns.map((column, at) => html`<th scope="col"${numeric[at] && NUMBER}>${column}</th>`)}</tr></thead>
<tbody>${shown.map((cells) => tableRow(cells, numeric))}</tbody></table></div>
${rows.length > shown.length && html`<p class="note">${grouped(rows.length - shown.length)} further rows are in the JSON document.</p>`}`;
}

const NUMBER = html` class="number"`;

function isNumeric(rows: readonly (readonly Content[])[], at: number): boolean {
  return (
    rows.some((cells) => typeof cells[at] === 'number') &&
    rows.every((cells) => typeof cells[at] === 'number' || (cells[at] ?? null) === null)
  );
}

function tableRow(cells: readonly Content[], numeric: readonly boolean[]): Markup {
  return html`<tr>${cells.map((cell, at) =>
    at === 0
      ? html`<th scope="row">${cellContent(cell)}</th>`
      : html`<td${numeric[at] && NUMBER}>${cellContent(cell)}</td>`,
  )}</tr>
`;
}

function cellContent(cell: Content): Content {
  if (cell === null || cell === undefined || cell === false) return '–';
  return typeof cell === 'number' ? amount(cell, 4) : cell;
}
