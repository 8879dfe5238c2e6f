import { drawSketch, type LeakBudget, type SketchDocument, type SketchTensor } from '@filiation/evidence';
import type { CanonicalModel, CanonicalTensor } from '../canonical/model.ts';

/** Elements read at once; 16 MiB of float32. */
const PIECE_ELEMENTS = 4 * 2 ** 20;

export interface SketchModelOptions {
  /** Joint seed, 64 hex digits: drawn after both sides had committed to their models. */
  readonly seed: string;
  /** Random sums of each tensor. */
  readonly rows: number;
  /** Significant digits, as the plan says. */
  readonly digits: number;
  readonly budget: LeakBudget;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Sketch of a model that is not handed over: random sums of each tensor, named by its role, so that models
 * in different formats and under different names meet. Compare two with `compareSketches`.
 *
 * @throws FiliationError as `drawSketch`, and what reading the model throws
 */
export function sketchModel(model: CanonicalModel, options: SketchModelOptions): Promise<SketchDocument> {
  const tensors = new Map<string, SketchTensor>();
  for (const tensor of model.tensors) {
    const name = roleName(tensor);
    // Of two tensors with one role, the first is the one that every test sees.
    if (!tensors.has(name)) tensors.set(name, sketchTensor(model, tensor, name));
  }
  return drawSketch({ ...options, tensors: [...tensors.values()] });
}

/** `mlp-gate/3`, `mlp-up/3/expert-7`, `attention-q/0/bias`. */
function roleName({ role, layer, expert, bias }: CanonicalTensor): string {
  const parts = [
    role,
    layer,
    expert === undefined ? undefined : `expert-${expert}`,
    bias ? 'bias' : undefined,
  ];
  return parts.filter((part) => part !== undefined).join('/');
}

function sketchTensor(model: CanonicalModel, tensor: CanonicalTensor, name: string): SketchTensor {
  const { rows, columns, stored, view } = tensor;
  const bits = Math.max(1, Math.floor((8 * stored.byteLength) / Math.max(1, stored.elementCount)));
  // Each piece of a transposed tensor would cost a pass over all of it.
  const step = view?.transposed === true ? rows : Math.max(1, Math.floor(PIECE_ELEMENTS / columns));
  return {
    name,
    elements: rows * columns,
    bits,
    async *read() {
      for (let first = 0; first < rows; first += step) {
        const count = Math.min(step, rows - first);
        const wanted = Int32Array.from({ length: count }, (_, i) => first + i);
        yield (await model.read(tensor, { rows: wanted })).data;
      }
    },
  };
}
