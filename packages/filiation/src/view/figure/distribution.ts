import type { DistributionFigure } from '@filiation/evidence';
import { amount } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { dataTable } from './data-table.ts';
import { type Drawn, REST } from './drawn.ts';
import { extent, linearScale, type Scale, spread, ticks, widened } from './scale.ts';
import { drawing, FIGURE_WIDTH, label, labelWidth, line, px } from './svg.ts';

const LABEL_LIMIT = 28;
const ROW = 34;
const TOP = 34;
const MAX_DOTS = 600;

/** The pair's value as a line through rows of dots: one row for each group of other pairs. */
export function drawDistribution(figure: DistributionFigure, id: string): Drawn {
  const groups = figure.groups.map((group) => ({ ...group, values: group.values.filter(Number.isFinite) }));
  const table = dataTable(
    `${figure.title} (${figure.unit})`,
    ['', 'value'],
    [
      ['this pair', figure.observed],
      ...groups.flatMap((group) => group.values.map((value) => [group.label, value])),
    ],
  );
  const range = extent([figure.observed, ...groups.flatMap((group) => group.values)]);
  if (range === undefined || !Number.isFinite(figure.observed)) return { table };

  const left =
    labelWidth(
      groups.map((group) => group.label),
      LABEL_LIMIT,
    ) + 20;
  const [low, high] = widened(range, 0.05);
  const scale = linearScale(low, high, left + 10, FIGURE_WIDTH - 24);
  const bottom = TOP + Math.max(1, groups.length) * ROW;
  const at = scale(figure.observed);
  const content = [
    axis(low, high, scale, left, bottom, figure.unit),
    groups.map((group, index) => {
      const y = TOP + (index + 0.5) * ROW;
      return html`<g>${label(left - 10, y + 4, group.label, { anchor: 'end', limit: LABEL_LIMIT })}${line(left, y, FIGURE_WIDTH - 14, y, 'grid')}${spread(
        group.values.length,
        MAX_DOTS,
      ).map((which) => dot(group.values[which] ?? 0, which, y, scale, group.label))}</g>`;
    }),
    line(at, TOP - 6, at, bottom, 'observed-line'),
    html`<path d="M${px(at - 6)} ${TOP - 14}h12l-6 9z" class="observed"/>`,
    label(at, TOP - 19, `this pair: ${amount(figure.observed)}`, {
      anchor: at < left + 80 ? 'start' : at > FIGURE_WIDTH - 90 ? 'end' : 'middle',
      class: 'strong',
    }),
  ];
  const description = `This pair: ${amount(figure.observed)} ${figure.unit}. ${groups.map(summary).join(' ')} ${REST}`;
  return { svg: drawing({ id, height: bottom + 44, title: figure.title, description, content }), table };
}

function summary(group: { label: string; values: readonly number[] }): string {
  const range = extent(group.values);
  return range === undefined
    ? `${group.label}: no values.`
    : `${group.label}: ${group.values.length} values from ${amount(range[0])} to ${amount(range[1])}.`;
}

/** Dots are scattered up and down by a fixed low-discrepancy rule, so that equal values stay countable. */
function dot(value: number, index: number, y: number, scale: Scale, name: string): Markup {
  const lift = (((0.5 + index * 0.618034) % 1) - 0.5) * ROW * 0.5;
  return html`<circle cx="${px(scale(value))}" cy="${px(y + lift)}" r="3.4" class="control"><title>${name}: ${amount(value)}</title></circle>`;
}

function axis(low: number, high: number, scale: Scale, left: number, bottom: number, unit: string): Markup {
  return html`${line(left, bottom, FIGURE_WIDTH - 14, bottom, 'axis')}${ticks(low, high, 6).map(
    (tick) =>
      html`${line(scale(tick), bottom, scale(tick), bottom + 4, 'axis')}${label(scale(tick), bottom + 18, amount(tick), { anchor: 'middle' })}`,
  )}${label((left + FIGURE_WIDTH) / 2, bottom + 36, unit, { anchor: 'middle', class: 'muted', limit: 80 })}`;
}
