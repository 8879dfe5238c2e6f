import { randomStream } from '@filiation/stats';
import type { CanonicalModel } from '../canonical/model.ts';
import type { WeightSample } from './merge-fit.ts';

const CHUNKS = 48;
const CHUNK_LENGTH = 512;
/** Bits of the stored significand, hidden bit included; the lowest exponent of a normal number. */
const PRECISION: Readonly<Record<string, { bits: number; minExponent: number }>> = {
  F16: { bits: 11, minExponent: -14 },
  BF16: { bits: 8, minExponent: -126 },
  F32: { bits: 24, minExponent: -126 },
  F64: { bits: 24, minExponent: -126 },
};

/** Models whose tensors have the same roles, layers and shapes can be laid over one another. */
export function shapeKey(model: CanonicalModel): string {
  return JSON.stringify(
    model.tensors
      .map((tensor) =>
        [tensor.origin, tensor.role, tensor.layer ?? -1, tensor.rows, tensor.columns].join(' '),
      )
      .sort(),
  );
}

/**
 * Draws the same seeded positions from every matrix of a model, in its own basis; models of one shapeKey
 * give values of the same places. What is not finite counts as 0.
 *
 * @returns undefined where a storage format has no known rounding (quantised blocks).
 */
export async function sampleWeights(
  id: string,
  model: CanonicalModel,
  seed: string,
): Promise<WeightSample | undefined> {
  // Only what shapeKey compares: a tensor without a role would shift the positions of all after it.
  const tensors = [...new Set(model.tensors.map(({ stored }) => stored))]
    .filter((tensor) => tensor.shape.length >= 2)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (tensors.length === 0 || tensors.some((tensor) => PRECISION[tensor.dtype] === undefined))
    return undefined;
  const random = randomStream(`${seed}/merge-sample`);
  const perTensor = Math.max(1, Math.round(CHUNKS / tensors.length));
  const values: number[] = [];
  let squaredRounding = 0;
  for (const tensor of tensors) {
    const { bits, minExponent } = PRECISION[tensor.dtype]!;
    for (let chunk = 0; chunk < perTensor; chunk++) {
      const length = Math.min(CHUNK_LENGTH, tensor.elementCount);
      const start = random.integer(tensor.elementCount - length + 1);
      for (const stored of await model.store.elements(tensor, start, length)) {
        const value = Number.isFinite(stored) ? stored : 0;
        values.push(value);
        const exponent = Math.max(minExponent, Math.floor(Math.log2(Math.abs(value) || 2 ** minExponent)));
        squaredRounding += 2 ** (2 * (exponent - bits + 1)) / 12;
      }
    }
  }
  return { id, values: Float64Array.from(values), rounding: Math.sqrt(squaredRounding / values.length) };
}
