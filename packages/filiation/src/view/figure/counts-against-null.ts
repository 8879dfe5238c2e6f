import type { CountsAgainstNullFigure } from '@filiation/evidence';
import { amount, grouped } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { dataTable } from './data-table.ts';
import { type Drawn, REST } from './drawn.ts';
import { countScale, countTicks, type Scale } from './scale.ts';
import { drawing, FIGURE_WIDTH, label, labelWidth, line, px } from './svg.ts';

const LABEL_LIMIT = 28;
const NULL_HEIGHT = 74;
const TOP = 30;
/** Counts less likely than this are drawn but not called expected. */
const EXPECTED_FROM = 1e-4;

/**
 * One row an observation, on an axis logarithmic in 1 + count so that 0 to 4 (all that chance gives) and
 * hundreds (what descent gives) stand in one picture. Above the rows: the null's probabilities.
 */
export function drawCountsAgainstNull(figure: CountsAgainstNullFigure, id: string): Drawn {
  const observed = figure.observed.filter(({ count, of }) => Number.isFinite(count) && Number.isFinite(of));
  const chances = figure.nullProbability.filter(({ probability }) => Number.isFinite(probability));
  const table = html`${dataTable(
    `${figure.title}: observed (${figure.unit})`,
    ['', 'observed', 'of'],
    observed.map(({ label: name, count, of }) => [name, count, of]),
  )}${dataTable(
    'Probability of each count if the models were independent',
    ['count', 'probability'],
    chances.map(({ count, probability }) => [grouped(count), probability]),
  )}`;
  if (observed.length === 0) return { table };

  const rowHeight = observed.length <= 40 ? 18 : observed.length <= 90 ? 10 : 6;
  const left = labelWidth(['null', ...observed.map((row) => row.label)], LABEL_LIMIT) + 16;
  const right =
    FIGURE_WIDTH -
    16 -
    labelWidth(
      observed.map(({ count, of }) => `${count} of ${of}`),
      16,
    );
  const most = Math.max(1, ...observed.map(({ count, of }) => Math.max(count, of)));
  const scale = countScale(most, left + 14, right - 10);
  const rowsTop = TOP + NULL_HEIGHT + 8;
  const bottom = rowsTop + observed.length * rowHeight;
  const expected = Math.max(
    -1,
    ...chances.filter((each) => each.probability >= EXPECTED_FROM).map((each) => each.count),
  );
  const content = [
    expected >= 0 &&
      html`<rect x="${px(left)}" y="${px(TOP)}" width="${px(Math.min(right, scale(expected + 0.5)) - left)}" height="${px(bottom - TOP)}" class="null-band"/>`,
    countAxis(most, scale, left, right, bottom, figure.unit),
    nullBars(chances, scale, TOP + NULL_HEIGHT, right),
    line(left, TOP + NULL_HEIGHT, right, TOP + NULL_HEIGHT, 'axis'),
    observed.map((row, index) => {
      const y = rowsTop + (index + 0.5) * rowHeight;
      const shown = index % Math.ceil(13 / rowHeight) === 0;
      return html`<g>${line(scale(0), y, scale(row.count), y, 'stem')}${line(scale(row.of), y - rowHeight * 0.3, scale(row.of), y + rowHeight * 0.3, 'limit')}<circle cx="${px(scale(row.count))}" cy="${px(y)}" r="${Math.min(5, rowHeight * 0.36)}" class="observed"><title>${row.label}: ${grouped(row.count)} of ${grouped(row.of)}</title></circle>${shown && label(left - 8, y + 4, row.label, { anchor: 'end', limit: LABEL_LIMIT })}${shown && label(FIGURE_WIDTH - 4, y + 4, `${grouped(row.count)} of ${grouped(row.of)}`, { anchor: 'end' })}</g>`;
    }),
    key(expected, left),
  ];
  const counts = observed.map((row) => row.count);
  const description = `Observed counts from ${Math.min(...counts)} to ${Math.max(...counts)}; if the models were independent, nearly all counts would be at most ${expected}. ${REST}`;
  return { svg: drawing({ id, height: bottom + 44, title: figure.title, description, content }), table };
}

function nullBars(
  chances: CountsAgainstNullFigure['nullProbability'],
  scale: Scale,
  base: number,
  right: number,
): Markup[] {
  const most = Math.max(Number.MIN_VALUE, ...chances.map((each) => each.probability));
  return chances
    .filter((each) => each.probability > 0 && scale(each.count) <= right)
    .map(({ count, probability }) => {
      const width = Math.max(1, Math.min(22, 0.7 * (scale(count + 0.5) - scale(Math.max(0, count - 0.5)))));
      const height = Math.max(1, (probability / most) * (NULL_HEIGHT - 22));
      const x = scale(count);
      return html`<rect x="${px(x - width / 2)}" y="${px(base - height)}" width="${px(width)}" height="${px(height)}" class="null"><title>${grouped(count)}: probability ${amount(probability)}</title></rect>${probability >= 0.005 && width >= 16 && label(x, base - height - 4, `${Math.round(100 * probability)}%`, { anchor: 'middle', class: 'small' })}`;
    });
}

function countAxis(
  most: number,
  scale: Scale,
  left: number,
  right: number,
  bottom: number,
  unit: string,
): Markup {
  return html`${line(left, bottom, right, bottom, 'axis')}${countTicks(most, scale, 26).map(
    (tick) =>
      html`${line(scale(tick), TOP, scale(tick), bottom + 4, 'grid')}${label(scale(tick), bottom + 18, grouped(tick), { anchor: 'middle' })}`,
  )}${label((left + right) / 2, bottom + 36, `${unit} (logarithmic in 1 + count)`, { anchor: 'middle', class: 'muted', limit: 80 })}`;
}

function key(expected: number, left: number): Markup {
  return html`<rect x="${left}" y="7" width="12" height="12" class="null"/>${label(left + 18, 17, expected >= 0 ? `if independent: chance of each count (band: 0 to ${grouped(expected)})` : 'if independent')}<circle cx="${left + 372}" cy="13" r="5" class="observed"/>${label(left + 382, 17, 'observed')}${line(left + 456, 7, left + 456, 19, 'limit')}${label(left + 464, 17, 'possible')}`;
}
