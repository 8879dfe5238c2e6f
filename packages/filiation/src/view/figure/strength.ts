import type { Strength, VerbalScale } from '@filiation/evidence';
import { amount, chanceRaised, superscript } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { countScale, countTicks, linearScale, type Scale } from './scale.ts';
import { drawing, FIGURE_WIDTH, label, line, px } from './svg.ts';

const LEFT = 24;
const RIGHT = FIGURE_WIDTH - 24;
const BAR = 62;

/** How strong an opinion is, drawn on the scale it is worded by. Undefined where nothing was combined. */
export function drawStrength(strength: Strength, scale: VerbalScale, id: string): Markup | undefined {
  if (strength.measure === 'none') return undefined;
  return strength.measure === 'lr' ? drawRatio(strength, scale, id) : drawChance(strength, id);
}

/** Likelihood ratio on the verbal scale: the other proposition to the left, this one to the right. */
function drawRatio(strength: Extract<Strength, { measure: 'lr' }>, scale: VerbalScale, id: string): Markup {
  const most = Math.max(8, Math.ceil(Math.abs(strength.high)), Math.ceil(Math.abs(strength.low)));
  const at = linearScale(-most, most, LEFT, RIGHT);
  const value = at(strength.log10LR);
  const content = [
    label(LEFT, 22, '◂ more probable if proposition 2 holds', { class: 'muted' }),
    label(RIGHT, 22, 'more probable if proposition 1 holds ▸', { anchor: 'end', class: 'muted' }),
    scale.steps.map((_, which) => band(scale, which, strength.word, most, at)),
    line(at(strength.low), BAR + 18, at(strength.high), BAR + 18, 'observed-line'),
    line(at(strength.low), BAR + 13, at(strength.low), BAR + 23, 'observed-line'),
    line(at(strength.high), BAR + 13, at(strength.high), BAR + 23, 'observed-line'),
    html`<circle cx="${px(value)}" cy="${BAR + 18}" r="7" class="observed"/>`,
    label(value, BAR - 22, `${amount(10 ** Math.abs(strength.log10LR), 2)} times`, {
      anchor: value > RIGHT - 80 ? 'end' : value < LEFT + 80 ? 'start' : 'middle',
      class: 'strong',
    }),
    bounds(strength, at),
    axis(most, at),
  ];
  const favoured = strength.log10LR >= 0 ? 1 : 2;
  return drawing({
    id,
    height: BAR + 112,
    title: 'Strength on the verbal scale',
    description: `The results are ${amount(10 ** Math.abs(strength.log10LR), 2)} times more probable under proposition ${favoured}: ${strength.word}. Interval from 10 to the power ${amount(strength.low)} to 10 to the power ${amount(strength.high)}.`,
    content,
  });
}

function band(scale: VerbalScale, which: number, word: string, most: number, at: Scale): Markup {
  const step = scale.steps[which];
  const from = step?.from ?? 0;
  const to = Math.min(most, scale.steps[which + 1]?.from ?? most);
  const boxes = which === 0 ? [[-to, to] as const] : [[from, to] as const, [-to, -from] as const];
  return html`${boxes.map(
    ([low, high]) =>
      html`<rect x="${px(at(low))}" y="${BAR}" width="${px(at(high) - at(low))}" height="36" class="band${step?.word === word && ' here'}"><title>${step?.word ?? ''}</title></rect>`,
  )}`;
}

/** What the calibration set can carry: nothing beyond these lines is ever reported. */
function bounds(strength: Extract<Strength, { measure: 'lr' }>, at: Scale): Markup {
  const marks = [
    [strength.bound.low, 'end', 'least that can be reported'],
    [strength.bound.high, 'start', 'most that can be reported'],
  ] as const;
  return html`${marks.map(
    ([value, anchor, text]) =>
      html`${line(at(value), BAR - 8, at(value), BAR + 48, 'threshold')}${label(at(value) + (anchor === 'start' ? 5 : -5), BAR - 2, text, { anchor, class: 'small' })}`,
  )}`;
}

function axis(most: number, at: Scale): Markup {
  const every = most > 12 ? 4 : 2;
  const marks = Array.from(
    { length: Math.floor(most / every) * 2 + 1 },
    (_, index) => (index - Math.floor(most / every)) * every,
  );
  return html`${marks.map(
    (mark) =>
      html`${line(at(mark), BAR + 36, at(mark), BAR + 41, 'axis')}${label(at(mark), BAR + 58, mark === 0 ? '1' : `10${superscript(Math.abs(mark))}`, { anchor: 'middle' })}`,
  )}${label(FIGURE_WIDTH / 2, BAR + 84, 'how many times more probable the results are (likelihood ratio)', { anchor: 'middle', class: 'muted' })}`;
}

/** A p-value against the level of the plan: no words of support, because it is no likelihood ratio. */
function drawChance(strength: Extract<Strength, { measure: 'p' | 'e' }>, id: string): Markup {
  const value = strength.measure === 'p' ? strength.decidedBy : strength.log10P;
  const size = Math.max(0, -strength.log10P);
  const level = -strength.log10Alpha;
  const most = Math.max(10, size, level);
  const at = countScale(most, LEFT + 30, RIGHT - 30);
  const mark = strength.significant
    ? html`<circle cx="${px(at(size))}" cy="${BAR}" r="7" class="observed"/>`
    : html`<circle cx="${px(at(size))}" cy="${BAR}" r="6" class="open"/>`;
  const content = [
    countTicks(most, at, 48).map(
      (tick) =>
        html`${line(at(tick), BAR - 14, at(tick), BAR + 14, 'grid')}${label(at(tick), BAR + 32, tick === 0 ? 'always' : `10${superscript(tick)}`, { anchor: 'middle' })}`,
    ),
    line(at(0), BAR, at(size), BAR, 'bar'),
    line(at(level), BAR - 26, at(level), BAR + 14, 'threshold'),
    label(at(level) + 5, BAR - 22, `level of the plan: ${chanceRaised(-level)}`, { class: 'small' }),
    mark,
    label(at(size), BAR - 36, chanceRaised(strength.log10P), {
      anchor: at(size) > RIGHT - 120 ? 'end' : 'middle',
      class: 'strong',
    }),
    label(FIGURE_WIDTH / 2, BAR + 56, 'if proposition 2 held, such results would occur once in … cases', {
      anchor: 'middle',
      class: 'muted',
    }),
  ];
  return drawing({
    id,
    height: BAR + 68,
    title: 'The result against the level fixed in the plan',
    description: `If proposition 2 held, results at least this extreme would have a chance of ${chanceRaised(strength.log10P)}; the plan's level is ${chanceRaised(-level)}. ${value === strength.log10P ? '' : `What was held against the level is ${chanceRaised(value)}, of the weakest part that must agree. `}The level is ${strength.significant ? '' : 'not '}reached.`,
    content,
  });
}
