/** Test support: reads a page this package made as a strict tokenizer would. */

const VOID = new Set(['meta', 'img', 'link', 'br', 'hr', 'input']);

export interface Skeleton {
  /** What is wrong with the markup; empty for a well-formed page. */
  readonly faults: readonly string[];
  readonly elements: ReadonlyMap<string, number>;
  readonly attributes: ReadonlySet<string>;
  readonly headings: readonly number[];
}

/** Checks nesting, quoting, stray angle brackets, unique ids and links within the page. */
export function skeletonOf(page: string): Skeleton {
  const faults: string[] = [];
  const elements = new Map<string, number>();
  const attributes = new Set<string>();
  const headings: number[] = [];
  const ids = new Set<string>();
  const wanted = new Set<string>();
  const open: string[] = [];
  const body = page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, (_, name: string) => `<${name}></${name}>`);
  const tag =
    /<(\/?)([A-Za-z][A-Za-z0-9-]*)((?:\s+[A-Za-z][A-Za-z0-9:-]*(?:="[^"<>]*")?)*)\s*(\/?)>|<!doctype html>|([<>])/g;
  for (const match of body.matchAll(tag)) {
    const [whole, closing, rawName = '', rest = '', selfClosing, stray] = match;
    if (stray !== undefined)
      faults.push(`stray ${stray} near ${JSON.stringify(body.slice(match.index, match.index + 60))}`);
    if (rawName === '') continue;
    const name = rawName.toLowerCase();
    if (closing === '/') {
      const top = open.pop();
      if (top !== name) faults.push(`${whole} closes <${top}>`);
      continue;
    }
    elements.set(name, (elements.get(name) ?? 0) + 1);
    if (/^h[1-6]$/.test(name)) headings.push(Number(name.slice(1)));
    for (const [, key = '', value = ''] of rest.matchAll(/\s+([A-Za-z][A-Za-z0-9:-]*)(?:="([^"]*)")?/g)) {
      attributes.add(key);
      if (key === 'id' && ids.has(value)) faults.push(`id ${value} stands twice`);
      if (key === 'id') ids.add(value);
      if (key === 'href') wanted.add(value);
      if (key === 'aria-labelledby') for (const part of value.split(' ')) wanted.add(`#${part}`);
    }
    if (!VOID.has(name) && selfClosing !== '/') open.push(name);
  }
  if (open.length > 0) faults.push(`left open: ${open.join(' ')}`);
  for (const target of wanted) if (!ids.has(target.slice(1))) faults.push(`${target} leads nowhere`);
  return { faults, elements, attributes, headings };
}
