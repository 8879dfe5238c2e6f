import type { Oddity, StoredTensor } from '../store.ts';
import type { ConfigurationFacts } from './configuration.ts';
import type { Family } from './families.ts';
import { splitParts } from './fused.ts';
import type { Matched, NamedModel } from './matched.ts';
import type { CanonicalTensor, TensorRole } from './model.ts';
import { rotaryPairOrder } from './rotary-order.ts';
import { scaleOf } from './scale.ts';
import type { TensorView } from './view.ts';

/** More experts than any published mixture has (DeepSeek-V3: 256; Kimi K2: 384). */
const MAX_EXPERTS = 4096;
/** Views of one model: 61 layers of 256 experts with three matrices each are 46,848. */
const MAX_VIEWS = 1_000_000;

export interface Assignment {
  readonly tensors: readonly CanonicalTensor[];
  readonly unassigned: readonly StoredTensor[];
  readonly oddities: readonly Oddity[];
  readonly hiddenSize: number | undefined;
}

/** How this file was written, where its names do not tell. */
export interface FileHabits {
  readonly facts: ConfigurationFacts;
  readonly family: Family | undefined;
  /** Query and key rows lie as rotary pairs (GGUF of Llama-type models). */
  readonly rotaryPairs: boolean;
  /** Norm gains lack their 1. */
  readonly gainPlusOne: boolean;
}

const READS_RESIDUAL: ReadonlySet<TensorRole> = new Set([
  'attention-q',
  'attention-k',
  'attention-v',
  'attention-q-a',
  'attention-kv-a',
  'mlp-gate',
  'mlp-up',
  'shared-expert-gate',
  'shared-expert-up',
  'router',
]);
const WRITES_RESIDUAL: ReadonlySet<TensorRole> = new Set(['attention-o', 'mlp-down', 'shared-expert-down']);

/** Gives every stored tensor of a known name its roles; says why where the shape forbids it. */
export function assignRoles(model: NamedModel, habits: FileHabits): Assignment {
  const tensors: CanonicalTensor[] = [];
  const refused: StoredTensor[] = [];
  const taken = new Map<string, string>();
  const complaints = new Map<string, { text: string; count: number }>();
  for (const entry of model.matched) {
    const placed =
      tensors.length < MAX_VIEWS ? place(entry, model, habits) : `the model has over ${MAX_VIEWS} parts`;
    const refusal = typeof placed === 'string' ? placed : duplicate(placed, taken);
    if (refusal === undefined) tensors.push(...(placed as readonly CanonicalTensor[]));
    else {
      refused.push(entry.stored);
      const key = `${entry.match.pattern}: ${refusal.replace(/\d+/g, '#')}`;
      const held = complaints.get(key);
      if (held === undefined)
        complaints.set(key, { text: `${entry.stored.name} has no role: ${refusal}`, count: 1 });
      else held.count++;
    }
  }
  const scales = new Set(tensors.flatMap(({ view }) => view?.scale?.stored ?? []));
  return {
    tensors,
    unassigned: [...model.unmatched.filter((stored) => !scales.has(stored)), ...refused],
    oddities: [...complaints.values()].map(({ text, count }) => ({
      severity: 'warning',
      kind: 'no-role',
      text: count === 1 ? text : `${text} (and ${count - 1} more like it)`,
    })),
    hiddenSize: model.hiddenSize,
  };
}

function duplicate(placed: readonly CanonicalTensor[], taken: Map<string, string>): string | undefined {
  const keys = placed.map((tensor) => roleKey(tensor.role, tensor.layer, tensor.expert, tensor.bias));
  const held = keys.map((key) => taken.get(key)).find((name) => name !== undefined);
  if (held !== undefined) return `${held} has it already`;
  for (const [i, key] of keys.entries()) taken.set(key, placed[i]!.stored.name);
  return undefined;
}

export function roleKey(role: TensorRole, layer?: number, expert?: number, bias = false): string {
  return `${role}/${layer ?? ''}/${expert ?? ''}/${bias}`;
}

/** The views of one stored tensor, or why it has none. */
function place(entry: Matched, model: NamedModel, habits: FileHabits): CanonicalTensor[] | string {
  const { stored, match } = entry;
  if (match.rule.experts !== true) return placeMatrix(entry, match.expert, 0, stored.shape, model, habits);
  const experts = stored.shape[0] ?? 0;
  const inner = stored.shape.slice(1);
  if (inner.length !== (match.bias ? 1 : 2))
    return `it should stack experts, but its shape is ${stored.shape.join('×')}`;
  if (experts > MAX_EXPERTS) return `it claims ${experts} experts`;
  const size = inner.reduce((product, side) => product * side, 1);
  const out: CanonicalTensor[] = [];
  for (let expert = 0; expert < experts; expert++) {
    const placed = placeMatrix(entry, expert, expert * size, inner, model, habits);
    if (typeof placed === 'string') return placed;
    out.push(...placed);
  }
  return out;
}

function placeMatrix(
  entry: Matched,
  expert: number | undefined,
  offset: number,
  shape: readonly number[],
  model: NamedModel,
  habits: FileHabits,
): CanonicalTensor[] | string {
  const { stored, match, roles } = entry;
  const vector = match.bias || roles[0]!.endsWith('-norm');
  const sides = vector ? [shape.reduce((product, side) => product * side, 1), 1] : squeeze(shape);
  if (sides.length !== 2) return `a matrix is expected, but its shape is ${shape.join('×')}`;
  const [storedRows, storedColumns] = sides as [number, number];
  const transposed = !vector && isTransposed(entry, storedRows, storedColumns, model);
  const rows = transposed ? storedColumns : storedRows;
  const columns = transposed ? storedRows : storedColumns;
  const misfit = vector ? undefined : misfitOf(roles, rows, columns, model.hiddenSize);
  if (misfit !== undefined) return misfit;
  const parts = splitParts(entry, rows, model, habits);
  if (typeof parts === 'string') return parts;
  const scale = vector ? undefined : scaleOf(stored, offset, storedRows, storedColumns, model.byName);
  return parts.map((part) => {
    const order = rotaryOrder(part.role, part.rows, match.rule.rotaryPairs === true, habits);
    const view: TensorView = {
      offset,
      storedRows,
      storedColumns,
      transposed,
      vector,
      blocks: part.blocks,
      ...(order === undefined ? {} : { order }),
      add: habits.gainPlusOne && vector && !match.bias ? 1 : 0,
      ...(scale === undefined ? {} : { scale }),
    };
    return {
      role: part.role,
      bias: match.bias,
      ...(match.layer === undefined ? {} : { layer: match.layer }),
      ...(expert === undefined ? {} : { expert }),
      rows: vector ? 1 : part.rows,
      columns: vector ? part.rows : columns,
      stored,
      origin: originOf(stored.name, view, part.rows, rows, match.rule.experts === true ? expert : undefined),
      view,
    };
  });
}

/** Sides of 1 beyond two dimensions mean nothing (convolution kernels of width 1). */
function squeeze(shape: readonly number[]): readonly number[] {
  if (shape.length <= 2) return shape;
  const kept = shape.filter((side) => side !== 1);
  return kept.length === 2 ? kept : shape;
}

function isTransposed(entry: Matched, rows: number, columns: number, model: NamedModel): boolean {
  const { rule } = entry.match;
  if (rule.transposed !== undefined) return model.inByOut[rule.transposed];
  // Other weights lie out × in; a file that turned them round is read where the shape leaves no doubt.
  const role = entry.roles[0]!;
  if (model.hiddenSize === undefined || rows === columns) return false;
  if (READS_RESIDUAL.has(role)) return rows === model.hiddenSize && columns !== model.hiddenSize;
  return WRITES_RESIDUAL.has(role) && columns === model.hiddenSize && rows !== model.hiddenSize;
}

function misfitOf(
  roles: readonly TensorRole[],
  rows: number,
  columns: number,
  hiddenSize: number | undefined,
): string | undefined {
  if (hiddenSize === undefined) return undefined;
  const role = roles[0]!;
  if (READS_RESIDUAL.has(role) && columns !== hiddenSize)
    return `it is ${rows}×${columns}, but the model is ${hiddenSize} wide`;
  if (WRITES_RESIDUAL.has(role) && rows !== hiddenSize)
    return `it is ${rows}×${columns}, but the model is ${hiddenSize} wide`;
  return undefined;
}

function rotaryOrder(
  role: TensorRole,
  rows: number,
  byName: boolean,
  habits: FileHabits,
): Int32Array | undefined {
  if (role !== 'attention-q' && role !== 'attention-k') return undefined;
  const headSize = habits.facts.headSize ?? headSizeFrom(habits.facts);
  if (!(byName || habits.rotaryPairs) || headSize === undefined) return undefined;
  return headSize % 2 === 0 && rows % headSize === 0 ? rotaryPairOrder(rows, headSize) : undefined;
}

function headSizeFrom(facts: ConfigurationFacts): number | undefined {
  const size = (facts.hiddenSize ?? 0) / (facts.heads ?? 1);
  return facts.heads !== undefined && Number.isInteger(size) && size > 0 ? size : undefined;
}

function originOf(
  name: string,
  view: TensorView,
  rows: number,
  total: number,
  expert: number | undefined,
): string {
  const { first, size, stride } = view.blocks;
  const slice = expert === undefined ? '' : `[${expert}]`;
  const range =
    rows === total
      ? ''
      : size === rows
        ? `[${first}:${first + rows}]`
        : `[${first}:${first + size} of every ${stride}]`;
  return `${name}${slice}${range}${view.transposed ? ' transposed' : ''}`;
}
