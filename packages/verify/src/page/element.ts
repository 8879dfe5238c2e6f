import { printable } from '../printable.ts';

export type Child = Node | string;

/** Attributes as HTML spells them; never an event, never markup. */
export type Attributes = Readonly<Record<string, string>>;

/**
 * The one way in which this page makes elements. Text comes from bundles that nobody vouches for: it enters
 * as text nodes, with deceptive characters made visible, and in attributes not at all.
 */
export function make(tag: string, attributes: Attributes, ...children: readonly Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.map((child) => (typeof child === 'string' ? printable(child) : child)));
  return element;
}

/** Outside text of any direction, kept from mixing with ours. */
export function outside(text: string): HTMLElement {
  return make('bdi', {}, text);
}

export function heading(level: 2 | 3, text: string, id?: string): HTMLElement {
  return make(`h${level}`, id === undefined ? {} : { id }, text);
}

/** Rows shown of one table; a bundle may hold a million. */
const MAX_ROWS = 1000;

export interface Column<T> {
  readonly name: string;
  readonly kind?: 'number' | 'wide';
  readonly cell: (row: T) => Child;
}

/** A table with a caption for readers who do not see it; the first column heads its row. */
export function table<T>(caption: string, columns: readonly Column<T>[], rows: readonly T[]): HTMLElement {
  const classOf = ({ kind }: Column<T>): Attributes => (kind === undefined ? {} : { class: kind });
  const head = columns.map((column) => make('th', { scope: 'col', ...classOf(column) }, column.name));
  const body = rows
    .slice(0, MAX_ROWS)
    .map((row) =>
      make(
        'tr',
        {},
        ...columns.map((column, at) =>
          make(
            at === 0 ? 'th' : 'td',
            { ...(at === 0 ? { scope: 'row' } : {}), ...classOf(column) },
            column.cell(row),
          ),
        ),
      ),
    );
  const scroll = make(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: '0' },
    make(
      'table',
      {},
      make('caption', { class: 'visually-hidden' }, caption),
      make('thead', {}, make('tr', {}, ...head)),
      make('tbody', {}, ...body),
    ),
  );
  if (rows.length <= MAX_ROWS) return scroll;
  return make('div', {}, scroll, make('p', { class: 'muted' }, `and ${rows.length - MAX_ROWS} more`));
}
