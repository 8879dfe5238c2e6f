import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contrastRatio, DARK, DARK_RAMP, inkOn, LIGHT, LIGHT_RAMP } from './palette.ts';

/** WCAG 2.2 AA for text. */
const READABLE = 4.5;

describe('palette', () => {
  for (const [theme, palette] of [
    ['light', LIGHT],
    ['dark', DARK],
  ] as const)
    it(`is readable in ${theme}: every text colour on every ground it stands on`, () => {
      for (const text of ['ink', 'muted', 'accent', 'contrast'] as const)
        for (const ground of ['paper', 'surface'] as const)
          assert.ok(contrastRatio(palette[text], palette[ground]) >= READABLE, `${text} on ${ground}`);
      assert.ok(contrastRatio(palette.ink, palette.sunken) >= READABLE);
      assert.ok(contrastRatio(palette.ink, palette['accent-soft']) >= READABLE);
      assert.ok(contrastRatio(palette.ink, palette['contrast-soft']) >= READABLE);
      assert.ok(contrastRatio(palette.muted, palette['contrast-soft']) >= READABLE);
    });

  for (const [theme, ramp, sign] of [
    ['light', LIGHT_RAMP, -1],
    ['dark', DARK_RAMP, 1],
  ] as const)
    it(`orders the heat map's steps by lightness in ${theme}, so that grey print keeps the order`, () => {
      const lightness = ramp.map((colour) => contrastRatio(colour, '#000000'));
      for (let step = 1; step < lightness.length; step++)
        assert.ok(sign * ((lightness[step] ?? 0) - (lightness[step - 1] ?? 0)) > 0, `step ${step}`);
      for (const colour of ramp) assert.ok(contrastRatio(inkOn(colour), colour) >= READABLE, colour);
    });

  it('measures contrast as WCAG does', () => {
    assert.equal(contrastRatio('#000000', '#ffffff'), 21);
    assert.equal(contrastRatio('#777777', '#777777'), 1);
    assert.ok(Math.abs(contrastRatio('#777777', '#ffffff') - 4.478) < 0.001);
  });
});
