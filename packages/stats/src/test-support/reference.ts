import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** One line of a table of reference values: doubles taken as exact, then values of 25 digits. */
export interface ReferenceLine {
  readonly name: string;
  readonly numbers: readonly number[];
}

/** Lines of `reference/FILE`, made by the script of that name beside it. */
export function referenceLines(file: string): ReferenceLine[] {
  const text = readFileSync(new URL(`../../reference/${file}`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [name, ...words] = line.split('\t');
      return { name: name!, numbers: words.map(Number) };
    });
}

/** Relative error, where an expected 0 asks for less than the smallest normal number. */
export function relativeError(actual: number, expected: number): number {
  if (Math.abs(expected) < 1e-290 && Math.abs(actual) < 1e-290) return 0;
  return Math.abs(actual - expected) / Math.abs(expected);
}

export function close(actual: number, expected: number, relative = 1e-12): void {
  const error = relativeError(actual, expected);
  assert.ok(error <= relative, `${actual} is not ${expected} (relative error ${error})`);
}
