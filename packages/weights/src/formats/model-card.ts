import type { OriginClaims } from '../canonical/model.ts';

/** Characters of front matter looked at, and parents listed. */
const MAX_FRONT_MATTER = 65_536;
const MAX_PARENTS = 64;
const MAX_NAME = 256;

/**
 * `base_model` and `base_model_relation` of a model card's front matter. Only the two shapes that
 * publishers use are read (a scalar, a list of scalars); the rest of YAML is not.
 */
export function readCardClaims(card: string): OriginClaims | undefined {
  const match = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(card.slice(0, MAX_FRONT_MATTER));
  if (match === null) return undefined;
  const lines = match[1]!.split(/\r?\n/);
  const baseModels = valuesOf(lines, 'base_model');
  const [relation] = valuesOf(lines, 'base_model_relation');
  if (baseModels.length === 0) return undefined;
  return { baseModels, ...(relation === undefined ? {} : { relation }) };
}

function valuesOf(lines: readonly string[], key: string): string[] {
  const at = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (at < 0) return [];
  const inline = lines[at]!.slice(key.length + 1).trim();
  if (inline.startsWith('[') && inline.endsWith(']')) return clean(inline.slice(1, -1).split(','));
  if (inline !== '' && !inline.startsWith('#')) return clean([inline]);
  const items: string[] = [];
  for (const line of lines.slice(at + 1)) {
    const item = /^\s*-\s+(.*)$/.exec(line);
    if (item === null) break;
    items.push(item[1]!);
  }
  return clean(items);
}

function clean(values: readonly string[]): string[] {
  return values
    .map((value) => value.trim().replace(/^(['"])(.*)\1$/, '$2'))
    .filter((value) => value !== '' && value.length <= MAX_NAME)
    .slice(0, MAX_PARENTS);
}
