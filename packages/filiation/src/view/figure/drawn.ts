import type { Markup } from '../html/markup.ts';

/** What a figure becomes: a drawing where it has something to draw, and its data as a table, always. */
export interface Drawn {
  readonly svg?: Markup;
  readonly table: Markup;
}

/** Last sentence of every drawing's description. */
export const REST = 'All values stand in the table that follows.';
