import { readFileSync } from 'node:fs';
import { LIGHT_RAMP, paletteStyle } from './palette.ts';

/** In this order: later rules win, print last. */
const PAGE_STYLES = [
  'page-style.css',
  'content-style.css',
  'opinion-style.css',
  'figure-style.css',
  'print-style.css',
];

const held = new Map<string, string>();

function asset(name: string): string {
  const text = held.get(name) ?? readFileSync(new URL(name, import.meta.url), 'utf8').trim();
  held.set(name, text);
  return text;
}

/** Rules of the heat map's steps: `h3` is a filled step, `on-h3` is text that stands on it. */
function rampStyle(): string {
  return LIGHT_RAMP.map(
    (_, step) =>
      `.drawing .h${step}{fill:var(--h${step})}.drawing text.on-h${step}{fill:var(--h${step}-ink)}`,
  ).join('\n');
}

/** Style of one drawing that stands alone in an SVG file. */
export function figureStyle(): string {
  return `${paletteStyle()}\n${asset('figure-style.css')}\n${rampStyle()}`;
}

/** Style of a page: colours, page, figures, then what only this kind of page has. */
export function pageStyle(own: readonly string[] = []): string {
  return [paletteStyle(), ...PAGE_STYLES.map(asset), rampStyle(), ...own.map(asset)].join('\n');
}

/** The one script of every page: theme, opening everything for print, saving a drawing. */
export function pageScript(): string {
  return asset('page-script.js');
}
