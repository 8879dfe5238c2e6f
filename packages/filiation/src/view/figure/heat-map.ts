import type { HeatMapFigure } from '@filiation/evidence';
import { amount } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { dataTable } from './data-table.ts';
import { type Drawn, REST } from './drawn.ts';
import { drawing, FIGURE_WIDTH, label, labelWidth, px } from './svg.ts';

const STEPS = 9;
/** Longest row or column label in characters. */
const LABEL_LIMIT = 22;
const LEGEND_HEIGHT = 46;
/** Tool tips are left out of larger maps: the table has the values. */
const MAX_TITLES = 5000;

interface Grid {
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Whether column labels must stand slanted to fit. */
  readonly slanted: boolean;
}

/** Cells coloured by value in nine steps; the value also stands in the cell where it fits. */
export function drawHeatMap(figure: HeatMapFigure, id: string): Drawn {
  const { rows, columns, values } = figure;
  const table = dataTable(
    `${figure.title} (${figure.unit})`,
    ['', ...columns],
    rows.map((name, index) => [name, ...columns.map((_, column) => values[index]?.[column] ?? null)]),
  );
  if (rows.length === 0 || columns.length === 0) return { table };
  const grid = layOut(rows, columns);
  const height = grid.top + rows.length * grid.cellHeight + LEGEND_HEIGHT;
  const content = [
    columnLabels(columns, grid),
    rows.map((name, index) => [
      showsRowLabel(index, grid) &&
        label(grid.left - 8, grid.top + (index + 0.5) * grid.cellHeight + 4, name, {
          anchor: 'end',
          limit: LABEL_LIMIT,
        }),
      columns.map((column, at) => cell(figure, name, column, index, at, grid)),
    ]),
    legend(figure, grid, height - LEGEND_HEIGHT + 18),
  ];
  const description = `Heat map of ${rows.length} rows by ${columns.length} columns, ${figure.unit}, from ${amount(figure.domain[0])} to ${amount(figure.domain[1])}. ${REST}`;
  return { svg: drawing({ id, height, title: figure.title, description, content }), table };
}

function layOut(rows: readonly string[], columns: readonly string[]): Grid {
  const left = labelWidth(rows, LABEL_LIMIT) + 16;
  const cellWidth = Math.min(72, (FIGURE_WIDTH - left - 24) / columns.length);
  const slanted = labelWidth(columns, LABEL_LIMIT) > cellWidth - 6;
  return {
    left,
    top: slanted ? 14 + 0.62 * labelWidth(columns, LABEL_LIMIT) : 24,
    cellWidth,
    cellHeight: Math.max(8, Math.min(24, 720 / rows.length)),
    slanted,
  };
}

function columnLabels(columns: readonly string[], grid: Grid): Markup[] {
  const stride = Math.max(1, Math.ceil((grid.slanted ? 13 : 1) / grid.cellWidth));
  return columns
    .map((name, index) =>
      label(grid.left + (index + 0.5) * grid.cellWidth, grid.top - 8, name, {
        anchor: grid.slanted ? 'start' : 'middle',
        limit: LABEL_LIMIT,
        ...(grid.slanted ? { turn: -38 } : {}),
      }),
    )
    .filter((_, index) => index % stride === 0);
}

function showsRowLabel(index: number, grid: Grid): boolean {
  return index % Math.ceil(13 / grid.cellHeight) === 0;
}

function cell(
  figure: HeatMapFigure,
  row: string,
  column: string,
  at: number,
  across: number,
  grid: Grid,
): Markup {
  const value = figure.values[at]?.[across];
  const measured = typeof value === 'number' && Number.isFinite(value);
  const x = grid.left + across * grid.cellWidth;
  const y = grid.top + at * grid.cellHeight;
  const said = `${row}, ${column}: ${measured ? `${amount(value)} ${figure.unit}` : 'not measured'}`;
  const step = measured ? stepOf(value, figure.domain) : undefined;
  const titled = figure.rows.length * figure.columns.length <= MAX_TITLES;
  const box = html`<rect x="${px(x + 0.5)}" y="${px(y + 0.5)}" width="${px(grid.cellWidth - 1)}" height="${px(grid.cellHeight - 1)}" class="${step === undefined ? 'unmeasured' : `h${step}`}">${titled && html`<title>${said}</title>`}</rect>`;
  if (!measured || grid.cellHeight < 16) return box;
  const text = amount(value, 2);
  if (labelWidth([text], 99) > grid.cellWidth) return box;
  const middle = label(x + grid.cellWidth / 2, y + grid.cellHeight / 2 + 4, text, {
    anchor: 'middle',
    class: `value on-h${step}`,
  });
  return html`${box}${middle}`;
}

function stepOf(value: number, [low, high]: readonly [number, number]): number {
  const share = (value - low) / (high - low);
  // An endless or empty domain has no steps.
  if (!(high > low) || Number.isNaN(share)) return 0;
  return Math.max(0, Math.min(STEPS - 1, Math.floor(share * STEPS)));
}

function legend(figure: HeatMapFigure, grid: Grid, y: number): Markup {
  const swatch = 26;
  const right = grid.left + STEPS * swatch;
  const gaps = figure.rows.some((_, row) =>
    figure.columns.some((_, column) => !Number.isFinite(figure.values[row]?.[column] ?? Number.NaN)),
  );
  return html`${Array.from(
    { length: STEPS },
    (_, step) =>
      html`<rect x="${px(grid.left + step * swatch)}" y="${px(y)}" width="${swatch}" height="12" class="h${step}"/>`,
  )}${label(grid.left, y + 26, amount(figure.domain[0]))}${label(right, y + 26, amount(figure.domain[1]), { anchor: 'end' })}${label((grid.left + right) / 2, y + 26, figure.unit, { anchor: 'middle', class: 'muted', limit: 28 })}${
    gaps &&
    html`<rect x="${px(right + 24)}" y="${px(y)}" width="${swatch}" height="12" class="unmeasured"/>${label(right + 56, y + 10, 'not measured', { class: 'muted' })}`
  }`;
}
