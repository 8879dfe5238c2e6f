import { type RandomStream, randomStream } from '@filiation/stats';
import { type MemoryTensor, memoryModel } from '../canonical/memory-model.ts';
import type { CanonicalModel } from '../canonical/model.ts';
import { type Matrix, matrix, transpose } from '../matrix.ts';

export interface ExchangeableShape {
  readonly layers: number;
  readonly hidden: number;
  readonly units: number;
  readonly heads: number;
  readonly groups: number;
  readonly headSize: number;
  readonly vocabulary: number;
  readonly experts: number;
}

export const SMALL_SHAPE: ExchangeableShape = {
  layers: 2,
  hidden: 24,
  units: 32,
  heads: 6,
  groups: 3,
  headSize: 6,
  vocabulary: 80,
  experts: 0,
};

/**
 * A model as an independent training might leave it: nothing in common with another draw but what any two
 * models share. Rows lean towards one direction that is the same for all models, a few are loud and lean
 * more (hubs that attract many nearest neighbours), a few are dead; which ones is drawn, as initialisation
 * draws it. Embedding rows have frequency-like sizes common to all models.
 */
export function exchangeableModel(
  name: string,
  random: RandomStream,
  shape: Partial<ExchangeableShape> = {},
): CanonicalModel {
  const { layers, hidden, units, heads, groups, headSize, vocabulary, experts } = {
    ...SMALL_SHAPE,
    ...shape,
  };
  const structured = (rows: number, columns: number): Matrix => structuredRows(random, rows, columns);
  const tensors: MemoryTensor[] = [{ role: 'embedding', matrix: frequencyRows(random, vocabulary, hidden) }];
  for (let layer = 0; layer < layers; layer++) {
    const add = (role: MemoryTensor['role'], m: Matrix, expert?: number): void => {
      tensors.push({ role, layer, matrix: m, ...(expert === undefined ? {} : { expert }) });
    };
    add('attention-norm', gains(random, hidden));
    add('attention-q', structured(heads * headSize, hidden));
    add('attention-k', structured(groups * headSize, hidden));
    add('attention-v', structured(groups * headSize, hidden));
    add('attention-o', transpose(structured(heads * headSize, hidden)));
    add('mlp-norm', gains(random, hidden));
    for (let e = 0; e < Math.max(1, experts); e++) {
      const expert = experts === 0 ? undefined : e;
      add('mlp-gate', structured(units, hidden), expert);
      add('mlp-up', structured(units, hidden), expert);
      add('mlp-down', transpose(structured(units, hidden)), expert);
    }
  }
  return memoryModel({
    name,
    tensors,
    architecture: { heads, keyValueHeads: groups, headSize, experts, hiddenSize: hidden },
  });
}

function structuredRows(random: RandomStream, rows: number, columns: number): Matrix {
  const out = matrix(rows, columns);
  const common = randomStream(`common direction of ${columns}`);
  const direction = Float32Array.from({ length: columns }, common.normal);
  for (let i = 0; i < rows; i++) {
    const kind = random.uniform();
    const size = kind < 0.08 ? 0 : kind < 0.2 ? 12 : 1;
    const lean = kind < 0.2 ? 2 : 0.7;
    for (let j = 0; j < columns; j++)
      out.data[i * columns + j] = size * (random.normal() + lean * direction[j]!);
  }
  return out;
}

function frequencyRows(random: RandomStream, rows: number, columns: number): Matrix {
  const loud = Float32Array.from({ length: columns }, () => (random.uniform() < 0.15 ? 6 : 1));
  // Which way a channel points is drawn as well, as a symmetric initialisation draws it.
  const sign = Float32Array.from({ length: columns }, () => (random.integer(2) === 0 ? 1 : -1));
  const common = randomStream('token sizes');
  const out = matrix(rows, columns);
  for (let i = 0; i < rows; i++) {
    const size = Math.exp(common.normal());
    const offset = common.normal();
    for (let j = 0; j < columns; j++)
      out.data[i * columns + j] = size * loud[j]! * sign[j]! * (random.normal() + 0.8 * offset);
  }
  return out;
}

function gains(random: RandomStream, columns: number): Matrix {
  return matrix(
    1,
    columns,
    Float32Array.from({ length: columns }, () => 0.5 + random.uniform()),
  );
}
