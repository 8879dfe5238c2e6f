import { count, decimal, described, hash, list, longText, object, text } from '../schema/parts.ts';
import type { Schema } from '../schema/schema.ts';

/** Rows of one sketch. */
export const MAX_SKETCH_ROWS = 1_024;
/** Tensors of one model. */
const MAX_TENSORS = 1_000_000;

export interface TensorSketch {
  readonly name: string;
  readonly elements: number;
  /** One a row: sum of the values, each times +1 or -1, rounded; decimal text. */
  readonly values: readonly string[];
}

/** Linear unknowns given away, as upper bounds. */
export interface SketchLeak {
  /** By this sketch. */
  readonly released: number;
  /** By all sketches so far. */
  readonly total: number;
  readonly cap: number;
  /** By this sketch, of each tensor. */
  readonly tensors: Readonly<Record<string, number>>;
}

/** A few random sums of each tensor, drawn with a seed that nobody could choose. */
export interface SketchDocument {
  readonly schema: 'filiation.sketch/1';
  /** Joint seed, 64 hex digits. */
  readonly seed: string;
  readonly rows: number;
  readonly digits: number;
  readonly tensors: readonly TensorSketch[];
  /** Tensors that are not sketched, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly leak: SketchLeak;
}

export const SKETCH_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:filiation:document:sketch:v1',
  title: 'Filiation document: sketch',
  description:
    'A few random sums of each tensor of a model that is not handed over, and what they give away.',
  ...object({
    schema: { type: 'string', const: 'filiation.sketch/1' },
    seed: described(hash, 'The joint seed that the signs were drawn with.'),
    rows: { type: 'integer', minimum: 1, maximum: MAX_SKETCH_ROWS },
    digits: { type: 'integer', minimum: 1, maximum: 8 },
    tensors: list(
      object({ name: text(1_000), elements: count, values: list(decimal, 1, MAX_SKETCH_ROWS) }),
      0,
      MAX_TENSORS,
    ),
    skipped: list(object({ name: text(1_000), reason: longText }), 0, MAX_TENSORS),
    leak: object({
      released: count,
      total: count,
      cap: count,
      tensors: { type: 'object', additionalProperties: count },
    }),
  }),
};

/** What does not fit within a sketch: rows, names, or what it says it gives away. */
export function sketchFaults({ rows, tensors, leak }: SketchDocument): readonly string[] {
  const faults: string[] = [];
  const names = tensors.map(({ name }) => name);
  const short = tensors.find(({ values }) => values.length !== rows);
  if (short !== undefined)
    faults.push(`gives ${short.values.length} values of ${short.name}, its rows are ${rows}`);
  if (new Set(names).size !== names.length) faults.push('names a tensor twice');
  const booked = Object.keys(leak.tensors);
  if (booked.length !== names.length || names.some((name) => !Object.hasOwn(leak.tensors, name)))
    faults.push('books other tensors in its leak budget than it sketches');
  const sum = Object.values(leak.tensors).reduce((all, each) => all + each, 0);
  if (sum !== leak.released) faults.push(`gives away ${sum} unknowns and books ${leak.released}`);
  const cheap = tensors.find(({ name }) => (leak.tensors[name] ?? 0) < rows);
  if (cheap !== undefined) faults.push(`books fewer unknowns of ${cheap.name} than it gives values`);
  return faults;
}
