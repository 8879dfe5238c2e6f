import type { Matrix } from '../matrix.ts';
import { matrix, selectRows } from '../matrix.ts';
import type { StoredTensor, TensorStore } from '../store.ts';
import type { Architecture } from './architecture.ts';
import type { CanonicalModel, CanonicalTensor, RowSelection, TensorRole } from './model.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface MemoryTensor {
  readonly role: TensorRole;
  readonly layer?: number;
  readonly expert?: number;
  readonly bias?: boolean;
  readonly matrix: Matrix;
}

export interface MemoryModelInput {
  readonly name: string;
  readonly tensors: readonly MemoryTensor[];
  readonly architecture?: Partial<Architecture>;
  readonly tokenizer?: Tokenizer;
}

/** A model held in memory: scrambled twins, planted relations, simulated nulls. */
export function memoryModel(input: MemoryModelInput): CanonicalModel {
  const data = new Map<StoredTensor, Matrix>();
  const tensors = input.tensors.map((entry): CanonicalTensor => {
    const place = [entry.layer, entry.expert].filter((part) => part !== undefined).join('.');
    const name = `${entry.role}${place === '' ? '' : `.${place}`}${entry.bias ? '.bias' : ''}`;
    const elementCount = entry.matrix.data.length;
    const stored: StoredTensor = {
      name,
      dtype: 'F32',
      shape: [entry.matrix.rows, entry.matrix.columns],
      elementCount,
      byteLength: 4 * elementCount,
      file: 'memory',
    };
    data.set(stored, entry.matrix);
    return {
      role: entry.role,
      bias: entry.bias ?? false,
      ...(entry.layer === undefined ? {} : { layer: entry.layer }),
      ...(entry.expert === undefined ? {} : { expert: entry.expert }),
      rows: entry.matrix.rows,
      columns: entry.matrix.columns,
      stored,
      origin: name,
    };
  });
  const store = memoryStore(data);
  const find: CanonicalModel['find'] = (role, layer, options) =>
    tensors.find(
      (tensor) =>
        tensor.role === role &&
        tensor.layer === layer &&
        tensor.expert === options?.expert &&
        tensor.bias === (options?.bias ?? false),
    );
  return {
    name: input.name,
    digest: `memory:${input.name}`,
    store,
    architecture: { ...describe(tensors), ...input.architecture },
    tokenizer: input.tokenizer,
    tensors,
    unassigned: [],
    oddities: [],
    find,
    read(tensor: CanonicalTensor, selection?: RowSelection): Promise<Matrix> {
      const held = data.get(tensor.stored);
      if (held === undefined) throw new RangeError(`${tensor.origin} is not a tensor of ${input.name}`);
      const rows = selection?.rows;
      return Promise.resolve(
        rows === undefined ? matrix(held.rows, held.columns, held.data.slice()) : selectRows(held, rows),
      );
    },
  };
}

function memoryStore(data: ReadonlyMap<StoredTensor, Matrix>): TensorStore {
  const slice = (tensor: StoredTensor, start: number, count: number): Float32Array => {
    const held = data.get(tensor)?.data;
    if (held === undefined || start < 0 || start + count > held.length)
      throw new RangeError(`elements ${start}+${count} are not in ${tensor.name}`);
    return held.slice(start, start + count);
  };
  return {
    format: 'memory',
    tensors: [...data.keys()],
    metadata: {},
    oddities: [],
    elements: (tensor, start, count) => Promise.resolve(slice(tensor, start, count)),
    bytes(tensor, start, count) {
      const whole = new Uint8Array(slice(tensor, 0, tensor.elementCount).buffer);
      return Promise.resolve(whole.slice(start, start + count));
    },
    close: () => Promise.resolve(),
  };
}

/** Facts that the tensors themselves tell; the caller overrides what they cannot (heads, norm). */
function describe(tensors: readonly CanonicalTensor[]): Architecture {
  const first = (role: TensorRole) => tensors.find((tensor) => tensor.role === role && !tensor.bias);
  const embedding = first('embedding');
  const up = first('mlp-up');
  return {
    family: 'memory',
    layers: 1 + Math.max(-1, ...tensors.map((tensor) => tensor.layer ?? -1)),
    hiddenSize: embedding?.columns ?? up?.columns ?? 0,
    heads: undefined,
    keyValueHeads: undefined,
    headSize: undefined,
    mlpSize: up?.rows,
    gatedMlp: first('mlp-gate') !== undefined,
    experts: 0,
    vocabularySize: embedding?.rows ?? 0,
    tiedHead: first('head') === undefined,
    norm: 'rms',
    positions: 'rotary',
    configuration: {},
  };
}
