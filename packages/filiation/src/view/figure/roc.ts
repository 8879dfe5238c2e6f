import { amount } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { dataTable } from './data-table.ts';
import { type Drawn, REST } from './drawn.ts';
import { decadeTicks, linearScale, logScale, spread, ticks } from './scale.ts';
import { drawing, FIGURE_WIDTH, label, line, pathThrough } from './svg.ts';

/** Error rates of one or more tests on cases of known parentage. */
export interface RocFigure {
  readonly title: string;
  readonly caption: string;
  readonly series: readonly {
    readonly label: string;
    /** Area under the curve in [0, 1]. */
    readonly area?: number;
    /** Ascending in the false positive rate; both rates in [0, 1]. */
    readonly points: readonly { readonly falsePositiveRate: number; readonly truePositiveRate: number }[];
  }[];
}

const LEFT = 64;
const RIGHT = FIGURE_WIDTH - 20;
const TOP = 16;
const BOTTOM = 316;
const KEY_ROW = 20;
const STYLES = 6;
/** Left end of the axis; rates below it, 0 among them, are drawn there. */
const LOWEST_RATE = 1e-3;
const TABLE_POINTS = 100;

/** True against false positive rate, the latter logarithmic: an accusation must hold at low rates. */
export function drawRoc(figure: RocFigure, id: string): Drawn {
  const x = logScale(LOWEST_RATE, 1, LEFT, RIGHT);
  const y = linearScale(0, 1, BOTTOM, TOP);
  const content = [
    decadeTicks(LOWEST_RATE, 1, 5).map(
      (tick) =>
        html`${line(x(tick), TOP, x(tick), BOTTOM + 4, 'grid')}${label(x(tick), BOTTOM + 18, tick === LOWEST_RATE ? `≤ ${amount(tick)}` : amount(tick), { anchor: 'middle' })}`,
    ),
    ticks(0, 1, 5).map(
      (tick) =>
        html`${line(LEFT, y(tick), RIGHT, y(tick), 'grid')}${label(LEFT - 8, y(tick) + 4, amount(tick), { anchor: 'end' })}`,
    ),
    html`<path d="${pathThrough(spread(101, 101).map((at) => [x(10 ** (-3 + (3 * at) / 100)), y(10 ** (-3 + (3 * at) / 100))]))}" class="diagonal"/>`,
    figure.series.map((series, index) => curve(series, index, x, y)),
    label((LEFT + RIGHT) / 2, BOTTOM + 36, 'false positive rate (log scale)', {
      anchor: 'middle',
      class: 'muted',
    }),
    label(18, (TOP + BOTTOM) / 2, 'true positive rate', { anchor: 'middle', class: 'muted', turn: -90 }),
  ];
  const table = dataTable(
    figure.title,
    ['test', 'false positive rate', 'true positive rate'],
    figure.series.flatMap(({ label: name, points }) =>
      spread(points.length, TABLE_POINTS).map((at) => [
        name,
        points[at]?.falsePositiveRate ?? null,
        points[at]?.truePositiveRate ?? null,
      ]),
    ),
  );
  const areas = figure.series.map(
    ({ label: name, area }) => `${name}${area === undefined ? '' : `: area ${amount(area)}`}`,
  );
  const description = `True positive rate against false positive rate. ${areas.join('; ')}. ${REST}`;
  const height = BOTTOM + 54 + KEY_ROW * Math.ceil(figure.series.length / 2);
  return { svg: drawing({ id, height, title: figure.title, description, content }), table };
}

function curve(
  series: RocFigure['series'][number],
  index: number,
  x: (rate: number) => number,
  y: (rate: number) => number,
): Markup {
  const style = `series series-${index % STYLES}`;
  const steps: [number, number][] = [];
  for (const { falsePositiveRate, truePositiveRate } of series.points) {
    if (!Number.isFinite(falsePositiveRate) || !Number.isFinite(truePositiveRate)) continue;
    const before = steps.at(-1);
    // Rates of a finite set move in steps: first along, then up.
    if (before !== undefined) steps.push([x(falsePositiveRate), before[1]]);
    steps.push([x(falsePositiveRate), y(truePositiveRate)]);
  }
  const keyX = LEFT + (index % 2) * 320;
  const keyY = BOTTOM + 60 + KEY_ROW * Math.floor(index / 2);
  const name = `${series.label}${series.area === undefined ? '' : ` (area ${amount(series.area)})`}`;
  return html`<path d="${pathThrough(steps)}" class="${style}"/>${line(keyX, keyY, keyX + 26, keyY, style)}${label(keyX + 34, keyY + 4, name, { limit: 42 })}`;
}
