/** Colours of pages and figures: one list for light (and print), one for dark. Blue and orange differ
 *  for every common colour vision and in grey; each also differs in shape or text wherever used. */
export interface Palette {
  readonly paper: string;
  readonly surface: string;
  readonly sunken: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly edge: string;
  /** The pair in question. */
  readonly accent: string;
  readonly 'accent-soft': string;
  /** The null, controls, and what speaks against. */
  readonly contrast: string;
  readonly 'contrast-soft': string;
  readonly focus: string;
}

export const LIGHT: Palette = {
  paper: '#f7f5f0',
  surface: '#fffefb',
  sunken: '#f1eee7',
  ink: '#1c2126',
  muted: '#555d66',
  line: '#dfdad0',
  edge: '#8b8f94',
  accent: '#1b5a92',
  'accent-soft': '#e4edf5',
  contrast: '#a34b06',
  'contrast-soft': '#f7e7d8',
  focus: '#0b6bcb',
};

export const DARK: Palette = {
  paper: '#121518',
  surface: '#191d21',
  sunken: '#20252a',
  ink: '#e8e5de',
  muted: '#a7aeb6',
  line: '#333a41',
  edge: '#7b838b',
  accent: '#86bdea',
  'accent-soft': '#1d3346',
  contrast: '#eda766',
  'contrast-soft': '#40301f',
  focus: '#8cc8ff',
};

/** Nine steps of even lightness (OKLCH), pale yellow over green to deep blue; low values are nearest to
 *  the background, so strong values stand out in light, in dark and on grey paper. */
export const LIGHT_RAMP: readonly string[] =
  '#f8f6ce #bfe4ab #7ad09e #19b89d #009c9d #007b93 #005b7d #1a3e5b #1d2534'.split(' ');
export const DARK_RAMP: readonly string[] =
  '#232b3a #214361 #005f82 #007f95 #009e99 #2eb894 #84cd92 #c4dea2 #f3f1c9'.split(' ');

/** WCAG 2 contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrastRatio(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Black or white, whichever is easier to read on a colour. */
export function inkOn(colour: string): string {
  return contrastRatio(colour, '#000000') >= contrastRatio(colour, '#ffffff') ? '#000000' : '#ffffff';
}

function declarations(palette: Palette, ramp: readonly string[]): string {
  const named = Object.entries(palette).map(([name, colour]) => `--${name}:${colour}`);
  const steps = ramp.flatMap((colour, step) => [`--h${step}:${colour}`, `--h${step}-ink:${inkOn(colour)}`]);
  return [...named, ...steps].join(';');
}

/** Custom properties on the root element, of a page or of an SVG file. A page's reader may choose a theme
 *  by `data-theme`; paper is always light. */
export function paletteStyle(): string {
  const light = declarations(LIGHT, LIGHT_RAMP);
  const dark = declarations(DARK, DARK_RAMP);
  return [
    `:root{color-scheme:light;${light}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme="light"]){color-scheme:dark;${dark}}}`,
    `:root[data-theme="dark"]{color-scheme:dark;${dark}}`,
    // As specific as the rules above, and later: print wins.
    `@media print{:root,:root:not([data-theme="light"]),:root[data-theme="dark"]{color-scheme:light;${light}}}`,
  ].join('\n');
}
