import type { StoredTensor, TensorStore } from '../store.ts';

export interface StoredInput {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major, as many as the shape says. */
  readonly data: Float32Array;
  /** F32 where absent. */
  readonly dtype?: string;
}

/** Tensors under their stored names, held in memory: what a file reader would have found.
 *  @throws RangeError where data and shape disagree. */
export function memoryStore(
  inputs: readonly StoredInput[],
  options: { readonly format?: TensorStore['format']; readonly metadata?: TensorStore['metadata'] } = {},
): TensorStore {
  const data = new Map<StoredTensor, Float32Array>();
  for (const input of inputs) {
    const elementCount = input.shape.reduce((product, side) => product * side, 1);
    if (elementCount !== input.data.length)
      throw new RangeError(`${input.name}: ${input.data.length} elements for ${input.shape.join('×')}`);
    const { name, shape, dtype = 'F32' } = input;
    data.set({ name, dtype, shape, elementCount, byteLength: 4 * elementCount, file: 'memory' }, input.data);
  }
  const elements = (tensor: StoredTensor, start: number, count: number): Float32Array => {
    const held = data.get(tensor);
    if (held === undefined || start < 0 || count < 0 || start + count > held.length)
      throw new RangeError(`elements ${start}+${count} are not in ${tensor.name}`);
    return held.slice(start, start + count);
  };
  return {
    format: options.format ?? 'memory',
    tensors: [...data.keys()],
    metadata: options.metadata ?? {},
    oddities: [],
    elements: (tensor, start, count) =>
      new Promise((resolve) => {
        resolve(elements(tensor, start, count));
      }),
    bytes: (tensor, start, count) =>
      new Promise((resolve) => {
        const whole = new Uint8Array(elements(tensor, 0, tensor.elementCount).buffer);
        resolve(whole.slice(start, start + count));
      }),
    close: () => Promise.resolve(),
  };
}
