import type { QuantileFigure } from '@filiation/evidence';
import { amount } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { dataTable } from './data-table.ts';
import { type Drawn, REST } from './drawn.ts';
import { linearScale, type Scale, spread, ticks } from './scale.ts';
import { drawing, label, line, px } from './svg.ts';

const PANEL = 284;
const TOP = 34;
const KEY_ROW = 20;
const STYLES = 6;
const MAX_POINTS = 500;
const TABLE_POINTS = 200;

interface Point {
  /** Uniform quantile and observed p-value, both in (0, 1]. */
  readonly uniform: number;
  readonly observed: number;
}

interface Panel {
  readonly left: number;
  readonly title: string;
  readonly transform: (p: number) => number;
  readonly high: number;
  readonly axis: string;
}

/** p-values against uniform quantiles twice: all of them, and the small ones on a logarithmic scale. */
export function drawQuantiles(figure: QuantileFigure, id: string): Drawn {
  const series = figure.series.map(({ label: name, values }) => ({ name, points: quantiles(values) }));
  const table = quantileTable(figure, series);
  const smallest = Math.min(
    1,
    ...series.flatMap(({ points }) => points.slice(0, 1).flatMap((p) => [p.uniform, p.observed])),
  );
  if (series.every(({ points }) => points.length === 0)) return { table };
  const decades = Math.max(1, Math.ceil(-Math.log10(smallest)));
  const panels: Panel[] = [
    { left: 56, title: 'All p-values', transform: (p) => p, high: 1, axis: 'p' },
    { left: 424, title: 'Small p-values', transform: (p) => -Math.log10(p), high: decades, axis: '−log10 p' },
  ];
  const bottom = TOP + PANEL;
  const height = bottom + 52 + KEY_ROW * Math.ceil(series.length / 3);
  const content = [
    panels.map((panel) =>
      drawPanel(
        panel,
        series.map(({ points }) => points),
      ),
    ),
    series.map(({ name, points }, index) => {
      const x = 56 + (index % 3) * 220;
      const y = bottom + 58 + KEY_ROW * Math.floor(index / 3);
      return html`<circle cx="${x + 5}" cy="${y}" r="4" class="point series-${index % STYLES}"/>${label(x + 16, y + 4, `${name} (n = ${points.length})`, { limit: 28 })}`;
    }),
  ];
  const description = `Sorted p-values against the quantiles a uniform distribution would give, for ${series.map(({ name, points }) => `${name} (${points.length} values)`).join(', ')}. Points on the diagonal mean that the p-values are honest. ${REST}`;
  return { svg: drawing({ id, height, title: figure.title, description, content }), table };
}

function quantiles(values: readonly number[]): Point[] {
  const sorted = values.filter((value) => value >= 0 && value <= 1).sort((a, b) => a - b);
  return sorted.map((value, index) => ({
    uniform: (index + 0.5) / sorted.length,
    // A p-value of 0 has no place on a logarithmic axis; it is drawn at half the smallest quantile.
    observed: value > 0 ? value : 0.25 / sorted.length,
  }));
}

function drawPanel(panel: Panel, series: readonly (readonly Point[])[]): Markup {
  const { left, high, transform } = panel;
  const bottom = TOP + PANEL;
  const x = linearScale(0, high, left, left + PANEL);
  const y = linearScale(0, high, bottom, TOP);
  return html`<g>${label(left, TOP - 12, panel.title, { class: 'strong' })}${ticks(0, high, 5).map((tick) => gridAt(tick, x, y, panel))}<rect x="${left}" y="${TOP}" width="${PANEL}" height="${PANEL}" class="frame"/>${line(x(0), y(0), x(high), y(high), 'diagonal')}${series.map(
    (points, index) =>
      chosen(points).map(
        (point) =>
          html`<circle cx="${px(x(transform(point.uniform)))}" cy="${px(y(Math.min(high, transform(point.observed))))}" r="2" class="point series-${index % STYLES}"/>`,
      ),
  )}${label(left + PANEL / 2, bottom + 36, `uniform quantile (${panel.axis})`, { anchor: 'middle', class: 'muted' })}${label(left - 40, TOP + PANEL / 2, `observed (${panel.axis})`, { anchor: 'middle', class: 'muted', turn: -90 })}</g>`;
}

function gridAt(tick: number, x: Scale, y: Scale, panel: Panel): Markup {
  const bottom = TOP + PANEL;
  return html`${line(x(tick), TOP, x(tick), bottom, 'grid')}${line(panel.left, y(tick), panel.left + PANEL, y(tick), 'grid')}${label(x(tick), bottom + 18, amount(tick), { anchor: 'middle' })}${label(panel.left - 8, y(tick) + 4, amount(tick), { anchor: 'end' })}`;
}

/** The smallest hundred, where the test's promises matter most, and an even choice of the rest. */
function chosen(points: readonly Point[]): Point[] {
  const head = points.slice(0, 100);
  const rest = points.slice(100);
  return [...head, ...spread(rest.length, MAX_POINTS).flatMap((at) => rest[at] ?? [])];
}

function quantileTable(
  figure: QuantileFigure,
  series: readonly { name: string; points: readonly Point[] }[],
): Markup {
  return dataTable(
    figure.title,
    ['series', 'uniform quantile', 'observed p'],
    series.flatMap(({ name, points }) =>
      spread(points.length, TABLE_POINTS).map((at) => [
        name,
        points[at]?.uniform ?? null,
        points[at]?.observed ?? null,
      ]),
    ),
  );
}
