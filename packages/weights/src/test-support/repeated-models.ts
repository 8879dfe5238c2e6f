import type { RandomStream } from '@filiation/stats';
import { exchangeableModel, SMALL_SHAPE } from '../calibration/exchangeable-model.ts';
import { type MemoryTensor, memoryModel } from '../canonical/memory-model.ts';
import type { CanonicalModel } from '../canonical/model.ts';
import type { Matrix } from '../matrix.ts';

/** Each layer `times` over, one after another, as a model is deepened. */
export function deepened(tensors: readonly MemoryTensor[], times: number): MemoryTensor[] {
  return tensors.flatMap((tensor) =>
    tensor.layer === undefined
      ? [tensor]
      : Array.from({ length: times }, (_, i) => ({ ...tensor, layer: tensor.layer! * times + i })),
  );
}

/** Each MLP as `experts` equal experts, as a dense model is made a mixture. */
export function upcycled(tensors: readonly MemoryTensor[], experts: number): MemoryTensor[] {
  return tensors.flatMap((tensor) =>
    /^mlp-(gate|up|down)$/.test(tensor.role)
      ? Array.from({ length: experts }, (_, expert) => ({ ...tensor, expert }))
      : [tensor],
  );
}

/** Key and value matrices with each head `times` over, as they are spread over devices. */
export function spreadGroups(
  tensors: readonly MemoryTensor[],
  times: number,
  headSize: number,
): MemoryTensor[] {
  return tensors.map((tensor) =>
    /^attention-[kv]$/.test(tensor.role)
      ? { ...tensor, matrix: repeatBlocks(tensor.matrix, times, headSize) }
      : tensor,
  );
}

function repeatBlocks({ rows, columns, data }: Matrix, times: number, size: number): Matrix {
  const out = new Float32Array(data.length * times);
  for (let i = 0; i < rows * times; i++) {
    const block = Math.floor(i / (size * times));
    const from = block * size + (i % size);
    out.set(data.subarray(from * columns, (from + 1) * columns), i * columns);
  }
  return { rows: rows * times, columns, data: out };
}

/** An exchangeable model of the small shape, its tensors remade. */
export async function remade(
  name: string,
  random: RandomStream,
  remake: (tensors: MemoryTensor[]) => MemoryTensor[],
  architecture: { readonly experts?: number; readonly keyValueHeads?: number } = {},
): Promise<CanonicalModel> {
  const model = exchangeableModel(name, random);
  const tensors: MemoryTensor[] = [];
  for (const { role, layer, ...tensor } of model.tensors)
    tensors.push({
      role,
      ...(layer === undefined ? {} : { layer }),
      matrix: await model.read({ role, ...(layer === undefined ? {} : { layer }), ...tensor }),
    });
  const { heads, groups, headSize, hidden } = SMALL_SHAPE;
  return memoryModel({
    name,
    tensors: remake(tensors),
    architecture: { heads, keyValueHeads: groups, headSize, experts: 0, hiddenSize: hidden, ...architecture },
  });
}
