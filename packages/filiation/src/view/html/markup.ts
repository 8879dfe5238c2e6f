import { printable } from '../printable.ts';

/** Not exported, so neither JSON data nor other modules can make something that passes for markup. */
const SAFE: unique symbol = Symbol('markup');

/** Markup that this module made: every piece of text in it has been escaped. */
export interface Markup {
  readonly [SAFE]: string;
}

export type Content = string | number | Markup | undefined | null | false | readonly Content[];

/** Template tag: values are escaped unless they are markup already; undefined, null and false vanish.
 *  Attribute values must stand in double quotes in the template. */
export function html(pieces: TemplateStringsArray, ...values: Content[]): Markup {
  let text = pieces[0] ?? '';
  values.forEach((value, index) => {
    text += contentText(value) + (pieces[index + 1] ?? '');
  });
  return { [SAFE]: text };
}

/** Takes text as markup unescaped. Only for this package's own assets, never for data. */
export function trusted(text: string): Markup {
  return { [SAFE]: text };
}

export function markupText(markup: Markup): string {
  return markup[SAFE];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Text for an HTML or SVG text node or a quoted attribute; deceptive characters are made visible. */
export function escapeText(text: string): string {
  return printable(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}

function contentText(value: Content): string {
  if (value === undefined || value === null || value === false) return '';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return escapeText(String(value));
  if (SAFE in value) return value[SAFE];
  return value.map(contentText).join('');
}
