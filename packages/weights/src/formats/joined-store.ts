import type { Oddity, StoredTensor, TensorStore } from '../store.ts';

/** Some or all tensors of one opened file. */
export interface StorePart {
  readonly store: TensorStore;
  readonly tensors: readonly StoredTensor[];
}

/** Several files as one store. Metadata of later parts win; `close` closes every part. */
export function joinedStore(
  format: TensorStore['format'],
  parts: readonly StorePart[],
  oddities: readonly Oddity[],
): TensorStore {
  const owner = new Map<StoredTensor, TensorStore>();
  for (const { store, tensors } of parts) for (const tensor of tensors) owner.set(tensor, store);
  const find = (tensor: StoredTensor): TensorStore => {
    const found = owner.get(tensor);
    if (found === undefined) throw new RangeError(`${tensor.name} is not a tensor of this store`);
    return found;
  };
  return {
    format,
    tensors: [...owner.keys()],
    metadata: Object.fromEntries(parts.flatMap(({ store }) => Object.entries(store.metadata))),
    oddities: [...oddities, ...parts.flatMap(({ store }) => store.oddities)],
    elements: async (tensor, start, count) => find(tensor).elements(tensor, start, count),
    bytes: async (tensor, start, count) => find(tensor).bytes(tensor, start, count),
    async close() {
      await Promise.all(parts.map(({ store }) => store.close()));
    },
  };
}
