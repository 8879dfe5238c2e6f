import type { Architecture } from './canonical/architecture.ts';
import {
  type CanonicalModel,
  type CanonicalTensor,
  type OriginClaims,
  ROLES,
  type TensorRole,
} from './canonical/model.ts';
import type { Oddity, StoredTensor, TensorStore } from './store.ts';

/** What a model file is, as Filiation reads it: plain data for `filiation inspect` and its JSON. */
export interface Inspection {
  readonly name: string;
  readonly digest: string;
  readonly format: TensorStore['format'];
  readonly architecture: Architecture;
  readonly totals: { readonly tensors: number; readonly parameters: number; readonly bytes: number };
  /** Largest first. */
  readonly dtypes: readonly DtypeTotal[];
  /** In the order of ROLES. */
  readonly roles: readonly RoleSummary[];
  readonly tensors: readonly InspectedTensor[];
  readonly unassigned: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[];
  }[];
  readonly tokenizer: InspectedTokenizer | undefined;
  readonly claims: OriginClaims | undefined;
  readonly oddities: readonly Oddity[];
}

export interface DtypeTotal {
  readonly dtype: string;
  readonly tensors: number;
  readonly parameters: number;
  readonly bytes: number;
}

/** All tensors of one role. */
export interface RoleSummary {
  readonly role: TensorRole;
  readonly tensors: number;
  readonly biases: number;
  /** Number of layers that have it; 0 for roles outside the layers. */
  readonly layers: number;
  readonly experts: number;
  /** `352×128`, the commonest first. */
  readonly shapes: readonly string[];
  readonly dtypes: readonly string[];
}

export interface InspectedTensor {
  readonly role: TensorRole;
  readonly bias: boolean;
  readonly layer?: number;
  readonly expert?: number;
  readonly rows: number;
  readonly columns: number;
  readonly dtype: string;
  readonly file: string;
  readonly origin: string;
}

export interface InspectedTokenizer {
  readonly kind: string;
  readonly tokens: number;
  readonly merges: number;
  readonly added: number;
  readonly special: number;
  readonly vocabularyDigest: string;
  readonly mergesDigest: string | undefined;
  readonly chatTemplateDigest: string | undefined;
}

/** Reads nothing but what opening the model has read already. */
export function inspectModel(model: CanonicalModel): Inspection {
  const { store } = model;
  return {
    name: model.name,
    digest: model.digest,
    format: store.format,
    architecture: model.architecture,
    totals: {
      tensors: store.tensors.length,
      parameters: total(store.tensors, 'elementCount'),
      bytes: total(store.tensors, 'byteLength'),
    },
    dtypes: dtypeTotals(store.tensors),
    roles: roleSummaries(model.tensors),
    tensors: model.tensors.map(inspectTensor),
    unassigned: model.unassigned.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    tokenizer: inspectTokenizer(model),
    claims: model.claims,
    oddities: model.oddities,
  };
}

function inspectTensor(tensor: CanonicalTensor): InspectedTensor {
  const { role, bias, layer, expert, rows, columns, stored, origin } = tensor;
  return {
    role,
    bias,
    ...(layer === undefined ? {} : { layer }),
    ...(expert === undefined ? {} : { expert }),
    rows,
    columns,
    dtype: stored.dtype,
    file: stored.file,
    origin,
  };
}

function inspectTokenizer({ tokenizer }: CanonicalModel): InspectedTokenizer | undefined {
  if (tokenizer === undefined) return undefined;
  const { kind, vocabulary, merges, added, vocabularyDigest, mergesDigest, chatTemplateDigest } = tokenizer;
  return {
    kind,
    tokens: vocabulary.filter((text) => text !== undefined).length,
    merges: merges.length,
    added: added.length,
    special: added.filter(({ special }) => special).length,
    vocabularyDigest,
    mergesDigest,
    chatTemplateDigest,
  };
}

function dtypeTotals(tensors: readonly StoredTensor[]): DtypeTotal[] {
  const groups = groupBy(tensors, ({ dtype }) => dtype);
  return [...groups]
    .map(([dtype, group]) => ({
      dtype,
      tensors: group.length,
      parameters: total(group, 'elementCount'),
      bytes: total(group, 'byteLength'),
    }))
    .sort((a, b) => b.bytes - a.bytes || (a.dtype < b.dtype ? -1 : 1));
}

function roleSummaries(tensors: readonly CanonicalTensor[]): RoleSummary[] {
  const groups = groupBy(tensors, ({ role }) => role);
  return ROLES.flatMap((role) => {
    const group = groups.get(role);
    return group === undefined ? [] : [summarise(role, group)];
  });
}

function summarise(role: TensorRole, group: readonly CanonicalTensor[]): RoleSummary {
  const matrices = group.filter(({ bias }) => !bias);
  const shapes = groupBy(matrices, ({ rows, columns }) => `${rows}×${columns}`);
  return {
    role,
    tensors: matrices.length,
    biases: group.length - matrices.length,
    layers: new Set(group.flatMap(({ layer }) => (layer === undefined ? [] : [layer]))).size,
    experts: new Set(group.flatMap(({ expert }) => (expert === undefined ? [] : [expert]))).size,
    shapes: [...shapes].sort((a, b) => b[1].length - a[1].length).map(([shape]) => shape),
    dtypes: [...new Set(group.map(({ stored }) => stored.dtype))].sort(),
  };
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function total(tensors: readonly StoredTensor[], what: 'elementCount' | 'byteLength'): number {
  return tensors.reduce((sum, tensor) => sum + tensor[what], 0);
}
