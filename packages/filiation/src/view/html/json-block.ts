import type { JsonValue } from '@filiation/evidence';
import { html, type Markup, trusted } from './markup.ts';

/** Lines shown of one value; the JSON document always holds all of it. */
const MAX_LINES = 400;
const MAX_LINE_LENGTH = 2000;

/** A value as indented JSON; lists of plain values stay on one line. */
export function jsonBlock(value: JsonValue | undefined): Markup {
  const lines = jsonLines(value ?? null, '');
  const shown = lines
    .slice(0, MAX_LINES)
    .map((line) => (line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}…` : line));
  return html`<pre>${shown.map((line, index) => html`${index > 0 && trusted('\n')}${line}`)}</pre>${lines.length > MAX_LINES && html`<p class="note">${lines.length - MAX_LINES} further lines are in the JSON document.</p>`}`;
}

function jsonLines(value: JsonValue, indent: string): string[] {
  if (value === null || typeof value !== 'object' || isFlatList(value)) return [flat(value)];
  const inner = `${indent}  `;
  const list = Array.isArray(value);
  const entries = list
    ? value.map((entry) => jsonLines(entry, inner))
    : Object.entries(value).map(([key, entry]) => {
        const [first = '', ...rest] = jsonLines(entry, inner);
        return [`${JSON.stringify(key)}: ${first}`, ...rest];
      });
  if (entries.length === 0) return [list ? '[]' : '{}'];
  const body = entries.flatMap(([first = '', ...rest], index) => {
    const lines = [`${inner}${first}`, ...rest];
    const comma = index < entries.length - 1 ? ',' : '';
    return [...lines.slice(0, -1), `${lines.at(-1)}${comma}`];
  });
  return [list ? '[' : '{', ...body, `${indent}${list ? ']' : '}'}`];
}

function isFlatList(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((entry) => entry === null || typeof entry !== 'object');
}

function flat(value: JsonValue): string {
  return Array.isArray(value)
    ? `[${value.map((entry) => JSON.stringify(entry)).join(', ')}]`
    : JSON.stringify(value);
}
