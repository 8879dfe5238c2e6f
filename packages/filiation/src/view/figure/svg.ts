import { type Content, html, type Markup } from '../html/markup.ts';
import { shorten } from '../printable.ts';

/** Width of every figure in its own units; pages scale it to the column. */
export const FIGURE_WIDTH = 720;
/** Width of an average character of a 12-unit label, with room for wide system fonts. */
const CHARACTER_WIDTH = 6.7;

export interface DrawingFrame {
  /** Unique in the document; becomes part of element ids, so letters, digits and hyphens only. */
  readonly id: string;
  readonly width?: number;
  readonly height: number;
  readonly title: string;
  /** What a person who cannot see the drawing needs to hear. */
  readonly description: string;
  readonly content: Content;
}

/** One accessible drawing: title and description are read out, the rest is one image. */
export function drawing(frame: DrawingFrame): Markup {
  const width = frame.width ?? FIGURE_WIDTH;
  const height = Math.ceil(frame.height);
  return html`<svg class="drawing" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${frame.id}-title ${frame.id}-desc"><title id="${frame.id}-title">${frame.title}</title><desc id="${frame.id}-desc">${frame.description}</desc>${frame.content}</svg>`;
}

export interface LabelOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly class?: string;
  /** Degrees, clockwise, about the label's own position. */
  readonly turn?: number;
  /** Longest text in characters; longer ones are shortened and given whole as a tool tip. */
  readonly limit?: number;
}

export function label(x: number, y: number, text: string, options: LabelOptions = {}): Markup {
  const shown = options.limit === undefined ? text : shorten(text, options.limit);
  const turn = options.turn === undefined ? undefined : `rotate(${options.turn} ${px(x)} ${px(y)})`;
  return html`<text x="${px(x)}" y="${px(y)}"${attribute('text-anchor', options.anchor)}${attribute('class', options.class)}${attribute('transform', turn)}>${shown}${shown === text ? undefined : html`<title>${text}</title>`}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, style: string): Markup {
  return html`<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" class="${style}"/>`;
}

/** A polyline as path data; empty for no points. */
export function pathThrough(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('');
}

/** A coordinate at a hundredth: smaller documents, same picture. Throws on NaN and infinities, which
 *  would silently remove an element from a drawing. */
export function px(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`coordinate ${value} is not finite`);
  return Math.round(value * 100) / 100;
}

/** Room that the longest of these labels needs, at most `limit` characters of it. */
export function labelWidth(labels: readonly string[], limit: number): number {
  const longest = labels.reduce((most, text) => Math.max(most, [...text].length), 0);
  return Math.ceil(CHARACTER_WIDTH * Math.min(longest, limit));
}

function attribute(name: string, value: string | undefined): Content {
  return value === undefined ? undefined : html` ${name}="${value}"`;
}
