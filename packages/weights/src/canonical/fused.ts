import type { FileHabits } from './assign.ts';
import type { Matched, NamedModel } from './matched.ts';
import type { TensorRole } from './model.ts';
import type { TensorView } from './view.ts';

export interface Part {
  readonly role: TensorRole;
  readonly rows: number;
  readonly blocks: TensorView['blocks'];
}

/** Which rows of a (perhaps fused) matrix belong to which role, or why that cannot be said. */
export function splitParts(
  entry: Matched,
  rows: number,
  model: NamedModel,
  habits: FileHabits,
): readonly Part[] | string {
  const { roles } = entry;
  if (roles.length === 1) return [{ role: roles[0]!, rows, blocks: { first: 0, size: rows, stride: rows } }];
  const queryKeyValue = roles[0] === 'attention-q';
  const sizes = queryKeyValue ? queryKeyValueRows(entry, rows, model, habits) : halves(rows);
  if (sizes === undefined) return `its ${rows} rows do not divide into ${roles.join(', ')}`;
  const groups = groupCount(entry, sizes, habits);
  if (groups === undefined) return 'its heads are interleaved, and no configuration says how many there are';
  if (sizes.some((size) => size % groups !== 0)) return `its rows do not divide into ${groups} heads`;
  let first = 0;
  return roles.map((role, i) => {
    const size = sizes[i]! / groups;
    const blocks = { first, size, stride: rows / groups };
    first += size;
    return { role, rows: sizes[i]!, blocks };
  });
}

function halves(rows: number): readonly number[] | undefined {
  return rows % 2 === 0 ? [rows / 2, rows / 2] : undefined;
}

/** The attention output's input width is the width of the queries; keys and values share the rest. */
function queryKeyValueRows(
  entry: Matched,
  rows: number,
  model: NamedModel,
  habits: FileHabits,
): readonly number[] | undefined {
  const { heads, headSize } = habits.facts;
  const claimed = heads !== undefined && headSize !== undefined ? heads * headSize : undefined;
  const query = model.inputWidth('attention-o', entry.match.layer) ?? claimed ?? rows / 3;
  const each = (rows - query) / 2;
  return Number.isInteger(query) && Number.isInteger(each) && each > 0 ? [query, each, each] : undefined;
}

/** How often the parts repeat: once, once a key/value head, or row by row. */
function groupCount(entry: Matched, sizes: readonly number[], habits: FileHabits): number | undefined {
  const { dialect } = entry.match;
  if (entry.interleave === 'rows') return sizes[0]!;
  const override = dialect === 'gguf' || entry.roles[0] !== 'attention-q' ? undefined : interleaveOf(habits);
  if ((override ?? entry.interleave ?? 'parts') === 'parts') return 1;
  const { facts } = habits;
  const headSize = facts.heads === undefined ? facts.headSize : sizes[0]! / facts.heads;
  if (headSize === undefined) return undefined;
  return Number.isInteger(headSize) ? sizes[1]! / headSize : undefined;
}

/** GPT-BigCode interleaves heads only where every query head has its own key and value. */
function interleaveOf({ family, facts }: FileHabits): 'parts' | 'heads' | undefined {
  if (family?.name === 'gpt-bigcode') return facts.multiQuery === false ? 'heads' : 'parts';
  return family?.interleave;
}
