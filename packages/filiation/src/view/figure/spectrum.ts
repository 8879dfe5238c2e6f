import type { SpectrumFigure } from '@filiation/evidence';
import { amount, grouped } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { shorten } from '../printable.ts';
import { dataTable } from './data-table.ts';
import { type Drawn, REST } from './drawn.ts';
import { decadeTicks, extent, linearScale, logScale, type Scale, spread, ticks, widened } from './scale.ts';
import { drawing, FIGURE_WIDTH, label, line, pathThrough, px } from './svg.ts';

const LEFT = 74;
const RIGHT = FIGURE_WIDTH - 20;
const PLOT_HEIGHT = 260;
const KEY_ROW = 20;
const KEY_COLUMNS = 2;
/** Line styles in the style sheet: colour and dashes both differ. */
const STYLES = 6;
const MAX_POINTS = 1200;
const TABLE_POINTS = 200;

/** Descending series over their index, with each series' noise floor where it has one. */
export function drawSpectrum(figure: SpectrumFigure, id: string): Drawn {
  const table = spectrumTable(figure);
  const drawable = (value: number): boolean => Number.isFinite(value) && (!figure.logScale || value > 0);
  const floors = figure.series.flatMap(({ floor }) => (floor === undefined ? [] : [floor]));
  const range = extent([...figure.series.flatMap((series) => series.values), ...floors].filter(drawable));
  const longest = Math.max(0, ...figure.series.map((series) => series.values.length));
  if (range === undefined || longest === 0) return { table };

  const top = 14 + KEY_ROW * Math.ceil(figure.series.length / KEY_COLUMNS);
  const bottom = top + PLOT_HEIGHT;
  const x = linearScale(1, longest, LEFT + 10, RIGHT - 6);
  const [low, high] = bounds(range, figure.logScale);
  const y = (figure.logScale ? logScale : linearScale)(low, high, bottom, top);
  const content = [
    axes(figure, low, high, longest, x, y, top, bottom),
    figure.series.map((series, index) => {
      const style = `series-${index % STYLES}`;
      const points = spread(series.values.length, MAX_POINTS)
        .map((at) => [at, series.values[at] ?? Number.NaN] as const)
        .filter(([, value]) => drawable(value))
        .map(([at, value]) => [x(at + 1), y(value)] as const);
      const floor = series.floor !== undefined && drawable(series.floor) ? y(series.floor) : undefined;
      return html`<g><path d="${pathThrough(points)}" class="series ${style}"/>${points.length <= 160 && points.map(([cx, cy]) => html`<circle cx="${px(cx)}" cy="${px(cy)}" r="2" class="point ${style}"/>`)}${floor !== undefined && line(LEFT, floor, RIGHT, floor, `floor ${style}`)}${keyEntry(series, index, style)}</g>`;
    }),
  ];
  const description = `${figure.series.map(({ label: name, values, floor }) => `${name}: ${values.length} values, from ${amount(values[0] ?? 0)} down to ${amount(values.at(-1) ?? 0)}${floor === undefined ? '' : `, noise floor ${amount(floor)}`}.`).join(' ')} ${REST}`;
  return { svg: drawing({ id, height: bottom + 44, title: figure.title, description, content }), table };
}

function bounds([low, high]: [number, number], log: boolean): [number, number] {
  if (log) return [Math.max(Number.MIN_VALUE, low / 1.3), Math.min(Number.MAX_VALUE, high * 1.3)];
  return [Math.min(0, low), widened([Math.min(0, low), high], 0.05)[1]];
}

function axes(
  figure: SpectrumFigure,
  low: number,
  high: number,
  longest: number,
  x: Scale,
  y: Scale,
  top: number,
  bottom: number,
): Markup {
  const decades = figure.logScale ? decadeTicks(low, high, 7) : [];
  const marks = decades.length >= 2 ? decades : ticks(low, high, 5);
  return html`${marks.map((tick) => html`${line(LEFT, y(tick), RIGHT, y(tick), 'grid')}${label(LEFT - 8, y(tick) + 4, amount(tick), { anchor: 'end' })}`)}${ticks(
    1,
    longest,
    8,
  )
    .filter(Number.isInteger)
    .map(
      (tick) =>
        html`${line(x(tick), bottom, x(tick), bottom + 4, 'axis')}${label(x(tick), bottom + 18, grouped(tick), { anchor: 'middle' })}`,
    )}${line(LEFT, bottom, RIGHT, bottom, 'axis')}${line(LEFT, top, LEFT, bottom, 'axis')}${label((LEFT + RIGHT) / 2, bottom + 36, 'index, largest first', { anchor: 'middle', class: 'muted' })}${label(14, (top + bottom) / 2, `${figure.unit}${figure.logScale ? ' (log scale)' : ''}`, { anchor: 'middle', class: 'muted', turn: -90, limit: 40 })}`;
}

function keyEntry(series: SpectrumFigure['series'][number], index: number, style: string): Markup {
  const x = LEFT + (index % KEY_COLUMNS) * 320;
  const y = 12 + KEY_ROW * Math.floor(index / KEY_COLUMNS);
  const floor = series.floor === undefined ? '' : ` (thin line: noise floor ${amount(series.floor, 2)})`;
  return html`${line(x, y, x + 26, y, `series ${style}`)}${label(x + 32, y + 4, `${shorten(series.label, 20)}${floor}`)}`;
}

function spectrumTable(figure: SpectrumFigure): Markup {
  const longest = Math.max(0, ...figure.series.map((series) => series.values.length));
  return dataTable(
    `${figure.title} (${figure.unit})`,
    ['index', ...figure.series.map((series) => series.label)],
    [
      ['noise floor', ...figure.series.map((series) => series.floor ?? null)],
      ...spread(longest, TABLE_POINTS).map((at) => [
        grouped(at + 1),
        ...figure.series.map((series) => series.values[at] ?? null),
      ]),
    ],
  );
}
