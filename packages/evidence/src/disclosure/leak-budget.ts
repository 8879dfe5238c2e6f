import { FiliationError, type SketchDocument, type SketchLeak } from '@filiation/verify';

/** Share of a model's parameters, and of each tensor's, that sketches may give away in all. */
export const LEAK_FRACTION = 0.01;
/** Bits of a released value beside its digits: sign and exponent. */
const SIGN_AND_EXPONENT = 8;

export interface LeakBudget {
  /** Every sketch of this exhibit that was ever released, in any order. */
  readonly previous: readonly Pick<SketchDocument, 'seed' | 'leak'>[];
  /** Share that may be given away; `LEAK_FRACTION` where absent. */
  readonly fraction?: number;
}

export interface TensorSpending {
  readonly name: string;
  readonly elements: number;
  /** Unknowns that the sketch would give away. */
  readonly released: number;
}

/**
 * Unknowns that one released value can give away. A real sum is one linear equation; but where weights
 * have few bits, a sum with many digits can pin down several of them, so that bits are counted too.
 */
export function leakOfValue(digits: number, bits: number): number {
  return Math.max(1, Math.ceil((digits * Math.log2(10) + SIGN_AND_EXPONENT) / bits));
}

/**
 * Books a sketch: which tensors it may cover and what is given away by then.
 *
 * @throws FiliationError CONFLICT where a sketch with this seed exists; DENIED where sketches would have
 *   given away more than the budget of a tensor or of the model, or no tensor is large enough
 */
export function spend(
  tensors: readonly TensorSpending[],
  seed: string,
  { previous, fraction = LEAK_FRACTION }: LeakBudget,
): {
  readonly allowed: ReadonlyMap<string, number>;
  readonly skipped: SketchDocument['skipped'];
  readonly leak: SketchLeak;
} {
  if (!(fraction > 0 && fraction <= 0.5))
    throw new FiliationError('USAGE', 'the leak budget is a share above 0 and at most 0.5');
  if (previous.some((each) => each.seed === seed))
    throw new FiliationError('CONFLICT', 'a sketch with this seed was released before', {
      hint: 'release that one again, or draw another seed',
    });
  const spent = new Map<string, number>();
  for (const { leak } of previous)
    for (const [name, count] of Object.entries(leak.tensors)) spent.set(name, (spent.get(name) ?? 0) + count);
  const before = [...spent.values()].reduce((sum, count) => sum + count, 0);
  const parameters = tensors.reduce((sum, { elements }) => sum + elements, 0);
  const cap = Math.floor(fraction * parameters);
  const skipped: { name: string; reason: string }[] = [];
  const allowed = new Map<string, number>();
  for (const tensor of tensors) {
    const own = Math.floor(fraction * tensor.elements);
    const already = spent.get(tensor.name) ?? 0;
    if (tensor.released > own)
      skipped.push({
        name: tensor.name,
        reason: `its ${tensor.elements} values allow ${own} unknowns; the sketch has ${tensor.released}`,
      });
    else if (already + tensor.released > own)
      throw denied(`of ${tensor.name}`, already, tensor.released, own);
    else allowed.set(tensor.name, tensor.released);
  }
  const released = [...allowed.values()].reduce((sum, count) => sum + count, 0);
  if (allowed.size === 0)
    throw new FiliationError('DENIED', 'no tensor is large enough for a sketch of this size', {
      hint: 'draw fewer rows or digits',
    });
  if (before + released > cap) throw denied('of the model', before, released, cap);
  const leak = { released, total: before + released, cap, tensors: Object.fromEntries(allowed) };
  return { allowed, skipped, leak };
}

function denied(what: string, before: number, more: number, cap: number): FiliationError {
  return new FiliationError(
    'DENIED',
    `the leak budget ${what} is spent: ${before} unknowns are given away, ${more} more exceed the cap of ${cap}`,
    { hint: 'compare with the sketches that exist, or agree on another cap in the plan' },
  );
}
