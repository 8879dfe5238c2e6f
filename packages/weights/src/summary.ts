import type { CanonicalModel } from './canonical/model.ts';
import type { ModelSummary } from './report.ts';

/** The facts a reader of a report knows a model by. */
export function summariseModel(model: CanonicalModel): ModelSummary {
  const elements = new Map<string, number>();
  for (const tensor of model.store.tensors)
    elements.set(tensor.dtype, (elements.get(tensor.dtype) ?? 0) + tensor.elementCount);
  const { heads, mlpSize } = model.architecture;
  return {
    name: model.name,
    digest: model.digest,
    format: model.store.format,
    family: model.architecture.family,
    parameters: model.store.tensors.reduce((sum, tensor) => sum + tensor.elementCount, 0),
    layers: model.architecture.layers,
    hiddenSize: model.architecture.hiddenSize,
    ...(heads === undefined ? {} : { heads }),
    ...(mlpSize === undefined ? {} : { mlpSize }),
    vocabularySize: model.architecture.vocabularySize,
    dtypes: [...elements].sort((a, b) => b[1] - a[1]).map(([dtype]) => dtype),
    oddities: model.oddities.map((oddity) => oddity.text),
  };
}
