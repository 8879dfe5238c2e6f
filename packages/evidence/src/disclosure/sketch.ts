import { randomStream } from '@filiation/stats';
import { FiliationError, MAX_SKETCH_ROWS, type SketchDocument, type TensorSketch } from '@filiation/verify';
import { type LeakBudget, leakOfValue, spend } from './leak-budget.ts';

/** Significant decimal digits of a released value. */
const MAX_DIGITS = 8;
/** Signs that one random word gives. */
const WORD = 32;

/** One tensor to be sketched: a name that both sides give it, and its values in one fixed order. */
export interface SketchTensor {
  readonly name: string;
  readonly elements: number;
  /** Bits that a stored value has: 16, 8, 4. */
  readonly bits: number;
  read(): AsyncIterable<Float32Array>;
}

export interface SketchOptions {
  readonly tensors: readonly SketchTensor[];
  /** Drawn after both sides had committed to their models: who knows it before can train against it. */
  readonly seed: string;
  readonly rows: number;
  /** As the plan says. */
  readonly digits: number;
  readonly budget: LeakBudget;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Draws a sketch: row r of tensor t is the sum of s(i) · w(i) with independent signs from
 * `randomStream(SEED/sketch/NAME)`. Each element takes ⌈rows/32⌉ words of the stream; bit b of word k is
 * the sign of row 32k + b, 1 for plus. Sums run in element order in float64, so that chunking and machine
 * change nothing. Small tensors, of which a sketch would give away more than the budget, are left out.
 *
 * @throws FiliationError USAGE; DENIED where the budget is spent; MALFORMED for values that are not finite
 *   or tensors of another length than declared
 */
export async function drawSketch(options: SketchOptions): Promise<SketchDocument> {
  const { tensors, seed, rows, digits, budget } = options;
  checkOptions(options);
  const { allowed, skipped, leak } = spend(
    tensors.map(({ name, elements, bits }) => ({
      name,
      elements,
      released: rows * leakOfValue(digits, bits),
    })),
    seed,
    budget,
  );
  const sketches: TensorSketch[] = [];
  let done = 0;
  const total = tensors.reduce((sum, { elements }) => sum + elements, 0);
  for (const tensor of tensors) {
    if (allowed.has(tensor.name)) sketches.push(await sketchTensor(tensor, seed, rows, digits));
    done += tensor.elements;
    options.onProgress?.(done, total);
  }
  return { schema: 'filiation.sketch/1', seed, rows, digits, tensors: sketches, skipped, leak };
}

async function sketchTensor(
  tensor: SketchTensor,
  seed: string,
  rows: number,
  digits: number,
): Promise<TensorSketch> {
  const { name, elements } = tensor;
  const stream = randomStream(`${seed}/sketch/${name}`);
  const sums = new Float64Array(rows);
  let read = 0;
  for await (const chunk of tensor.read()) {
    for (const value of chunk) {
      for (let first = 0; first < rows; first += WORD) {
        const word = stream.integer(2 ** WORD);
        const end = Math.min(rows - first, WORD);
        for (let bit = 0; bit < end; bit++) sums[first + bit]! += (word >>> bit) & 1 ? value : -value;
      }
    }
    read += chunk.length;
    if (read > elements) break;
  }
  if (read !== elements || !sums.every(Number.isFinite))
    throw new FiliationError(
      'MALFORMED',
      `tensor ${name} has values that are not finite, or not ${elements}`,
      {
        where: name,
        hint: 'look at the model with: filiation inspect',
      },
    );
  return { name, elements, values: Array.from(sums, (sum) => decimalOf(sum, digits)) };
}

/** Shortest decimal text of the value rounded to significant digits; never `-0`. */
function decimalOf(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  return rounded === 0 ? '0' : String(rounded);
}

function checkOptions({ tensors, seed, rows, digits }: SketchOptions): void {
  const bad = (message: string): never => {
    throw new FiliationError('USAGE', message, { hint: 'take these values from the plan' });
  };
  if (!/^[0-9a-f]{64}$/.test(seed)) bad('the seed of a sketch has 64 hex digits');
  if (!Number.isInteger(rows) || rows < 1 || rows > MAX_SKETCH_ROWS)
    bad(`a sketch has 1 to ${MAX_SKETCH_ROWS} rows`);
  if (!Number.isInteger(digits) || digits < 1 || digits > MAX_DIGITS)
    bad(`values are rounded to 1 to ${MAX_DIGITS} digits`);
  if (new Set(tensors.map(({ name }) => name)).size !== tensors.length) bad('two tensors have the same name');
}
