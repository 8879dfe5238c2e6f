import { FiliationError, quoted, quotedList } from '@filiation/evidence';
import type { Oddity } from '../store.ts';
import { isObject, type PickleValue, type TorchTensor } from './pickle-value.ts';

/** Nesting of dictionaries and lists in a checkpoint. */
const MAX_DEPTH = 64;
/** Values visited; one value reached by many ways counts each time. */
const MAX_VISITS = 4_000_000;
/** Keys under which training scripts keep the model beside optimiser and counters. */
const MODEL_KEYS = ['state_dict', 'model_state_dict', 'model', 'module', 'weights'];
/** Attributes of a pickled torch.nn.Module that are no part of a tensor's name. */
const MODULE_ATTRIBUTES = new Set(['_parameters', '_buffers', '_modules']);

export interface NamedTensors {
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  readonly oddities: readonly Oddity[];
}

/**
 * The tensors of a checkpoint by name: keys of nested dictionaries and positions in lists, joined by
 * dots. Where one key holds the model (`state_dict`, `model` …), its tensors are named without that key.
 * @throws FiliationError LIMIT_EXCEEDED for checkpoints nested without end
 */
export function nameTensors(root: PickleValue, where: string): NamedTensors {
  const visitor = new Visitor(where);
  const branches = new Map(
    [...children(root)].map(([key, child]) => [key, { child, found: visitor.tensorsOf(child) }]),
  );
  const wrapper = MODEL_KEYS.find((key) => {
    const branch = branches.get(key);
    return branch !== undefined && branch.found.length > 0 && !isTensor(branch.child);
  });
  const tensors = new Map<string, TorchTensor>();
  const repeated: string[] = [];
  const add = (prefix: string, found: readonly (readonly [string, TorchTensor])[]): void => {
    for (const [path, tensor] of found) {
      const name = join(prefix, path) || 'tensor';
      if (tensors.has(name)) repeated.push(name);
      else tensors.set(name, tensor);
    }
  };
  if (isTensor(root)) add('', [['', root]]);
  if (wrapper !== undefined) add('', branches.get(wrapper)!.found);
  for (const [key, { found }] of branches) if (key !== wrapper) add(join('', key), found);
  return { tensors, oddities: oddities(wrapper, repeated) };
}

/** Walks values; shared by all branches so that the limit on visits holds for the whole checkpoint. */
class Visitor {
  readonly #where: string;
  #visits = 0;

  constructor(where: string) {
    this.#where = where;
  }

  /** Every tensor below a value with its path. */
  tensorsOf(value: PickleValue): (readonly [string, TorchTensor])[] {
    const found: (readonly [string, TorchTensor])[] = [];
    const visit = (at: PickleValue, path: string, depth: number): void => {
      this.#visits += 1 + sizeOf(at);
      if (depth > MAX_DEPTH || this.#visits > MAX_VISITS) throw nestedTooFar(this.#where);
      if (isTensor(at)) found.push([path, at]);
      else for (const [key, child] of children(at)) visit(child, join(path, key), depth + 1);
    };
    visit(value, '', 0);
    return found;
  }
}

/** Named children of a value; of equal keys the last, as in Python. */
function children(value: PickleValue): Iterable<readonly [string, PickleValue]> {
  if (!isObject(value)) return [];
  if (value.kind === 'dict') {
    const named = value.entries.filter(([key]) => ['string', 'number', 'bigint'].includes(typeof key));
    return new Map(named.map(([key, child]) => [String(key), child]));
  }
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.map((item, i) => [String(i), item]);
  return value.kind === 'opaque' ? children(value.state ?? null) : [];
}

/** Entries that `children` looks at, named or not. */
function sizeOf(value: PickleValue): number {
  if (!isObject(value)) return 0;
  if (value.kind === 'dict') return value.entries.length;
  return value.kind === 'opaque' ? sizeOf(value.state ?? null) : 0;
}

/** Path of a child; the attributes in which modules keep tensors leave no trace. */
function join(path: string, key: string): string {
  if (MODULE_ATTRIBUTES.has(key) || key === '') return path;
  return path === '' ? key : `${path}.${key}`;
}

function isTensor(value: PickleValue): value is TorchTensor {
  return isObject(value) && value.kind === 'tensor';
}

function oddities(wrapper: string | undefined, repeated: readonly string[]): Oddity[] {
  const found: Oddity[] = [];
  if (wrapper !== undefined)
    found.push({
      severity: 'note',
      kind: 'unwrapped-checkpoint',
      text: `the model is what the checkpoint keeps under ${quoted(wrapper)}`,
    });
  if (repeated.length > 0)
    found.push({
      severity: 'warning',
      kind: 'repeated-tensor',
      text: `${repeated.length} tensors have the name of another, which is read: ${quotedList(repeated)}`,
    });
  return found;
}

function nestedTooFar(where: string): FiliationError {
  return new FiliationError('LIMIT_EXCEEDED', `${where}: the checkpoint is nested too far`, {
    where,
    hint: 'No checkpoint is built like this: check where the file comes from.',
  });
}
