import { FiliationError, type PartItem } from '@filiation/evidence';

/** Which parts are meant: by index, by range of indices, or by name. */
export interface PartChoice {
  has(index: number, item?: PartItem): boolean;
  /** @throws FiliationError NOT_FOUND for what no part was */
  finish(count: number): void;
}

/** Reads `3`, `10-19` and names of tensors or files. @throws FiliationError USAGE */
export function choiceOf(texts: readonly string[]): PartChoice {
  const ranges: [from: number, to: number][] = [];
  const names = new Map<string, boolean>();
  for (const text of texts) {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text);
    if (match === null) names.set(text, false);
    else ranges.push([Number(match[1]), Number(match[2] ?? match[1])]);
  }
  if (texts.length === 0 || ranges.some(([from, to]) => from > to))
    throw new FiliationError('USAGE', 'say which parts are meant', {
      hint: 'give indices from 0, ranges such as 10-19, or names',
    });
  return {
    has(index, item) {
      const name = item === undefined ? undefined : nameOf(item);
      if (name !== undefined && names.has(name)) names.set(name, true);
      return (
        (name !== undefined && names.has(name)) || ranges.some(([from, to]) => index >= from && index <= to)
      );
    },
    finish(count) {
      const beyond = ranges.find(([, to]) => to >= count);
      const missing = [...names].find(([, found]) => !found)?.[0] ?? beyond?.[1];
      if (missing !== undefined)
        throw new FiliationError('NOT_FOUND', `there is no part ${missing}`, {
          hint: `parts are 0 to ${count - 1}; see their names with: filiation inspect`,
        });
    },
  };
}

/** How people name a part; rows have none. */
function nameOf(item: PartItem): string | undefined {
  if ('path' in item) return item.path;
  return 'name' in item ? item.name : undefined;
}
