import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FigureData } from '@filiation/evidence';
import fc from 'fast-check';
import { DERIVED_OUTCOMES } from '../fixture-findings.ts';
import { markupText } from '../html/markup.ts';
import { skeletonOf } from '../html/well-formed.ts';
import { figureBlock, figureSvg, rocSvg } from './figure.ts';

const FIGURES = Object.values(DERIVED_OUTCOMES).flatMap((outcome) => outcome.figures ?? []);
const base = { id: 'x', title: 'T', caption: 'C', unit: 'u' };
const number = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1e-300, 1e300, Number.NaN, Number.POSITIVE_INFINITY),
);
const numbers = fc.array(number, { maxLength: 12 });
const text = fc.string({ maxLength: 8 });

const anyFigure: fc.Arbitrary<FigureData> = fc.oneof(
  fc
    .record({
      rows: fc.array(text, { maxLength: 4 }),
      columns: fc.array(text, { maxLength: 4 }),
      values: fc.array(fc.array(fc.option(number), { maxLength: 4 }), { maxLength: 4 }),
      domain: fc.tuple(number, number),
    })
    .map((each) => ({ ...base, ...each, kind: 'heat-map' as const })),
  fc
    .record({
      observed: fc.array(fc.record({ label: text, count: fc.nat(), of: fc.nat() }), { maxLength: 5 }),
      nullProbability: fc.array(fc.record({ count: fc.nat(50), probability: number }), { maxLength: 8 }),
    })
    .map((each) => ({ ...base, ...each, kind: 'counts-against-null' as const })),
  fc
    .record({
      observed: number,
      groups: fc.array(fc.record({ label: text, values: numbers }), { maxLength: 4 }),
    })
    .map((each) => ({ ...base, ...each, kind: 'distribution' as const })),
  fc
    .record({
      logScale: fc.boolean(),
      series: fc.array(fc.record({ label: text, values: numbers, floor: number }), { maxLength: 8 }),
    })
    .map((each) => ({ ...base, ...each, kind: 'spectrum' as const })),
  fc
    .record({ series: fc.array(fc.record({ label: text, values: numbers }), { maxLength: 8 }) })
    .map((each) => ({ ...base, ...each, kind: 'quantile-quantile' as const })),
  fc
    .record({ columns: fc.array(text), rows: fc.array(fc.array(fc.option(fc.oneof(text, number)))) })
    .map((each) => ({ ...base, ...each, kind: 'table' as const })),
);

/** Found by the property below: a colour step of no number. */
const ENDLESS_DOMAIN = {
  ...base,
  kind: 'heat-map' as const,
  unit: 'u',
  rows: [''],
  columns: [''],
  values: [[0]],
  domain: [Number.NEGATIVE_INFINITY, 0] as const,
};

describe('figures', () => {
  for (const figure of FIGURES)
    it(`draws ${figure.kind} with a title, a description and a table of its data`, () => {
      const block = markupText(figureBlock(figure, 'figure-1'));
      assert.deepEqual(skeletonOf(block).faults, []);
      assert.match(block, /<table class="data">/);
      assert.ok(block.includes(figure.caption.replaceAll("'", '&#39;')));
      if (figure.kind === 'table') assert.equal(figureSvg(figure), undefined);
      else assert.match(block, /role="img" aria-labelledby="figure-1-title figure-1-desc"/);
    });

  it('draws any data without a broken coordinate or a broken tag', () => {
    fc.assert(
      fc.property(anyFigure, (figure) => {
        const block = markupText(figureBlock(figure, 'f'));
        assert.deepEqual(skeletonOf(block).faults, []);
        assert.doesNotMatch(block, /="[^"]*(NaN|Infinity)[^"]*"/);
      }),
      { numRuns: 300, examples: [[ENDLESS_DOMAIN]] },
    );
  });

  it('keeps 352 observed and a null of 0 to 4 apart and both legible', () => {
    const figure = FIGURES.find((each) => each.kind === 'counts-against-null');
    assert.ok(figure !== undefined);
    const svg = figureSvg(figure) ?? '';
    const band = Number(/x="[\d.]+" y="30" width="([\d.]+)"[^>]*class="null-band"/.exec(svg)?.[1]);
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)"[^>]*class="observed"><title>/g)].map((match) =>
      Number(match[1]),
    );
    assert.equal(dots.length, 4);
    assert.ok(band > 120, 'the null takes a visible part of the axis');
    for (const dot of dots) assert.ok(dot > 66 + band + 200, 'observed counts stand far to the right of it');
  });

  it('says in a heat map what was not measured', () => {
    const figure = FIGURES.find((each) => each.kind === 'heat-map');
    assert.ok(figure !== undefined);
    const svg = figureSvg(figure) ?? '';
    assert.equal(svg.match(/class="unmeasured"/g)?.length, 2);
    assert.match(svg, /layer 2, MLP norm: not measured/);
  });

  it('tells of a figure that a later version made', () => {
    const unknown = { kind: 'hologram', id: 'h', title: 'H', caption: 'later' } as unknown as FigureData;
    assert.match(markupText(figureBlock(unknown, 'f')), /cannot draw a figure of this kind/);
  });
});

describe('figures as files', () => {
  it('carry their own colours for light and dark, and nothing from outside', () => {
    for (const figure of FIGURES.filter((each) => each.kind !== 'table')) {
      const svg = figureSvg(figure) ?? '';
      assert.match(svg, /^<svg[^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*><style>/);
      assert.match(svg, /prefers-color-scheme:dark/);
      assert.doesNotMatch(svg.replace('http://www.w3.org/2000/svg', ''), /https?:|url\(/);
    }
  });

  it('draw error rates, with rates of zero at the left end of the logarithmic axis', () => {
    const svg = rocSvg({
      title: 'Error rates',
      caption: '',
      series: [
        {
          label: 'neuron order',
          area: 0.998,
          points: [
            { falsePositiveRate: 0, truePositiveRate: 0.9 },
            { falsePositiveRate: 0.02, truePositiveRate: 1 },
            { falsePositiveRate: 1, truePositiveRate: 1 },
          ],
        },
      ],
    });
    assert.match(svg ?? '', /neuron order \(area 0\.998\)/);
    assert.match(svg ?? '', /d="M64 46L/);
    assert.equal(rocSvg({ title: '', caption: '', series: [] }), undefined);
  });
});
