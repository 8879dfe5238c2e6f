import { type MemoryModelInput, type MemoryTensor, memoryModel } from '../canonical/memory-model.ts';
import type { CanonicalModel, CanonicalTensor } from '../canonical/model.ts';
import type { Matrix } from '../matrix.ts';

/** A copy in memory whose matrices are those `change` returns; undefined drops a tensor. */
export async function alteredModel(
  model: CanonicalModel,
  name: string,
  change: (matrix: Matrix, tensor: CanonicalTensor) => Matrix | undefined,
): Promise<CanonicalModel> {
  const tensors: MemoryTensor[] = [];
  for (const tensor of model.tensors) {
    const changed = change(await model.read(tensor), tensor);
    if (changed !== undefined) tensors.push({ ...place(tensor, tensor.layer), matrix: changed });
  }
  return memoryModel({ name, tensors, ...kept(model) });
}

/** A copy that keeps only the given layers, renumbered. */
export async function modelOfLayers(
  model: CanonicalModel,
  name: string,
  layers: readonly number[],
): Promise<CanonicalModel> {
  const tensors: MemoryTensor[] = [];
  for (const tensor of model.tensors.filter((candidate) => candidate.layer === undefined))
    tensors.push({ ...place(tensor, undefined), matrix: await model.read(tensor) });
  for (const [to, from] of layers.entries())
    for (const tensor of model.tensors.filter((candidate) => candidate.layer === from))
      tensors.push({ ...place(tensor, to), matrix: await model.read(tensor) });
  return memoryModel({ name, tensors, ...kept(model) });
}

function place(tensor: CanonicalTensor, layer: number | undefined): Omit<MemoryTensor, 'matrix'> {
  return {
    role: tensor.role,
    bias: tensor.bias,
    ...(layer === undefined ? {} : { layer }),
    ...(tensor.expert === undefined ? {} : { expert: tensor.expert }),
  };
}

/** Facts that tensors alone do not tell. */
function kept({
  architecture,
  tokenizer,
}: CanonicalModel): Pick<MemoryModelInput, 'architecture' | 'tokenizer'> {
  const { heads, keyValueHeads, headSize, experts } = architecture;
  return {
    architecture: { heads, keyValueHeads, headSize, experts },
    ...(tokenizer === undefined ? {} : { tokenizer }),
  };
}
