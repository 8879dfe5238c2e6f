import type { PrimaryResult } from '@filiation/evidence';
import { chance, chanceRaised, superscript } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { REST } from './drawn.ts';
import { countScale, countTicks, type Scale } from './scale.ts';
import { drawing, FIGURE_WIDTH, label, labelWidth, line, px } from './svg.ts';

const LABEL_LIMIT = 30;
const ROW = 26;
const TOP = 26;
const AXIS_HEIGHT = 42;

/** One line a primary test: its length is the exponent N of "1 in 10^N", logarithmic in 1 + N. */
export function drawEvidenceStrip(
  primary: readonly PrimaryResult[],
  titleOf: (testId: string) => string,
  log10Threshold: number | undefined,
): Markup {
  const rows = primary.map((result) => ({
    result,
    title: titleOf(result.test),
    exponent: Number.isFinite(result.log10PAdjusted) ? Math.max(0, -result.log10PAdjusted) : 0,
  }));
  const left =
    labelWidth(
      rows.map((row) => row.title),
      LABEL_LIMIT,
    ) + 18;
  const right = FIGURE_WIDTH - 138;
  const most = Math.max(10, -(log10Threshold ?? 0), ...rows.map((row) => row.exponent));
  const scale = countScale(most, left, right);
  const bottom = TOP + rows.length * ROW;
  const content = [
    axis(most, scale, left, right, bottom),
    log10Threshold !== undefined && threshold(-log10Threshold, scale, bottom),
    rows.map(({ result, title, exponent }, index) => {
      const y = TOP + (index + 0.5) * ROW;
      const mark = result.significant
        ? html`<circle cx="${px(scale(exponent))}" cy="${px(y)}" r="6" class="observed"/>`
        : html`<circle cx="${px(scale(exponent))}" cy="${px(y)}" r="5" class="open"/>`;
      return html`<g>${label(left - 10, y + 4, title, { anchor: 'end', limit: LABEL_LIMIT })}${line(scale(0), y, scale(exponent), y, 'bar')}${mark}${label(FIGURE_WIDTH - 2, y + 4, chanceRaised(result.log10PAdjusted), { anchor: 'end' })}</g>`;
    }),
  ];
  const description = `${rows.map(({ result, title }) => `${title}: ${chance(result.log10PAdjusted)}${result.significant ? ', counts' : ', does not count'}.`).join(' ')} ${REST}`;
  return drawing({
    id: 'primary-tests-drawing',
    height: bottom + AXIS_HEIGHT,
    title: 'Primary tests',
    description,
    content,
  });
}

function axis(most: number, scale: Scale, left: number, right: number, bottom: number): Markup {
  return html`${countTicks(most, scale, 44).map(
    (tick) =>
      html`${line(scale(tick), TOP, scale(tick), bottom + 4, 'grid')}${label(scale(tick), bottom + 18, tick === 0 ? 'certain' : `10${superscript(tick)}`, { anchor: 'middle' })}`,
  )}${line(left, bottom, right, bottom, 'axis')}${label((left + right) / 2, bottom + 36, 'one chance in … if the models were independent', { anchor: 'middle', class: 'muted' })}`;
}

function threshold(exponent: number, scale: Scale, bottom: number): Markup {
  const x = scale(exponent);
  return html`${line(x, TOP - 4, x, bottom, 'threshold')}${label(x + 5, TOP - 8, `counts from ${chanceRaised(-exponent).replace(/^\w+ (?=1 in)/, '')} on`, { class: 'small' })}`;
}
