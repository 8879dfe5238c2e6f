import {
  add,
  advance,
  type Code,
  constant,
  type FunctionSource,
  get,
  type Local,
  loadVector,
  multiply,
  repeat,
  set,
  shuffle,
  storeVector,
} from './assembler.ts';

/** Packs `panels` groups of rows from `source` (rows `stride` bytes apart, each `vectors` times four
 *  floats) to `target`, so that the floats of one step along the width lie together. */
export type PackRows = (
  source: number,
  stride: number,
  panels: number,
  vectors: number,
  target: number,
) => void;

const FLOAT_BYTES = 4;
const VECTOR_BYTES = 16;

/** Packing for panels of two rows, or of a multiple of four. */
export function packRows(name: string, group: number): FunctionSource {
  const [source, stride, panels, vectors, target, remaining] = [0, 1, 2, 3, 4, 5] as const;
  const row = (r: number): Local => 6 + r;
  const held = (q: number): Local => 6 + group + q;
  const rows = Array.from({ length: group }, (_, r) => r);
  const interleave =
    group === 2
      ? interleaveTwo(rows.map(row), [held(0), held(1)], target)
      : rows
          .filter((r) => r % 4 === 0)
          .flatMap((r) => transposeFour(rows.slice(r, r + 4).map(row), held, { target, group, first: r }));
  const panel: Code = [
    ...rows.flatMap((r) => set(row(r), r === 0 ? get(source) : add(get(row(r - 1)), get(stride)))),
    ...set(remaining, get(vectors)),
    ...repeat(remaining, [
      [
        ...interleave,
        ...rows.flatMap((r) => advance(row(r), constant(VECTOR_BYTES))),
        ...advance(target, constant(group * VECTOR_BYTES)),
      ],
    ]),
    ...advance(source, multiply(get(stride), constant(group))),
  ];
  return {
    name,
    parameters: 5,
    locals: ['i32', ...rows.map(() => 'i32' as const), ...new Array<'v128'>(8).fill('v128')],
    body: repeat(panels, [panel]),
  };
}

function interleaveTwo(rows: readonly Local[], held: readonly Local[], target: Local): Code {
  return [
    ...held.flatMap((local, q) => set(local, loadVector(get(rows[q]!), 0))),
    ...storeVector(get(target), 0, shuffle(get(held[0]!), get(held[1]!), [0, 4, 1, 5])),
    ...storeVector(get(target), VECTOR_BYTES, shuffle(get(held[0]!), get(held[1]!), [2, 6, 3, 7])),
  ];
}

/** Four rows of four floats to four columns, written where the panel's rows from `first` lie. */
function transposeFour(
  rows: readonly Local[],
  held: (q: number) => Local,
  to: { readonly target: Local; readonly group: number; readonly first: number },
): Code {
  const low = [0, 4, 1, 5];
  const high = [2, 6, 3, 7];
  const column = (k: number, pair: number, lanes: readonly number[]): Code =>
    storeVector(
      get(to.target),
      (k * to.group + to.first) * FLOAT_BYTES,
      shuffle(get(held(pair)), get(held(pair + 1)), lanes),
    );
  return [
    ...rows.flatMap((local, q) => set(held(q), loadVector(get(local), 0))),
    ...set(held(4), shuffle(get(held(0)), get(held(1)), low)),
    ...set(held(5), shuffle(get(held(2)), get(held(3)), low)),
    ...set(held(6), shuffle(get(held(0)), get(held(1)), high)),
    ...set(held(7), shuffle(get(held(2)), get(held(3)), high)),
    ...column(0, 4, [0, 1, 4, 5]),
    ...column(1, 4, [2, 3, 6, 7]),
    ...column(2, 6, [0, 1, 4, 5]),
    ...column(3, 6, [2, 3, 6, 7]),
  ];
}
