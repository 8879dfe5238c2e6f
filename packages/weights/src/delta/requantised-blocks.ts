import type { PairContext } from '../context.ts';
import { BLOCK_FORMATS } from '../formats/quant/ggml-types.ts';
import { requantisationMatch } from '../formats/quant/requantisation.ts';
import type { TensorPair } from './tensor-pairs.ts';
import type { TensorSide } from './tensor-side.ts';

/** Rows of a block-quantised tensor whose codes are compared. */
const COMPARED_ROWS = 32;
/** Share of equal codes from which the tensor counts as the other one rounded (quantisers that choose
 *  codes before the scale is itself rounded stay above 0.99). */
const EQUAL_CODES = 0.98;

export interface BlockMatch {
  readonly from: 'reference' | 'subject';
  readonly as: string;
  readonly share: number;
}

/**
 * Whether a tensor stored in a block format is the other side's, rounded: its stored codes against the
 * codes that the other side's numbers get under the stored scales. Undefined where neither or both sides
 * are block-quantised, or where rows were moved between file and view in a way not recognised.
 */
export async function requantisedBlocks(
  context: PairContext,
  pair: TensorPair,
): Promise<BlockMatch | undefined> {
  if (pair.columns !== undefined || pair.reference.columns !== pair.subject.columns) return undefined;
  const blocks = { reference: isBlock(pair.reference), subject: isBlock(pair.subject) };
  if (blocks.reference === blocks.subject) return undefined;
  const from = blocks.subject ? ('reference' as const) : ('subject' as const);
  const [original, stored] =
    from === 'reference' ? [pair.reference, pair.subject] : [pair.subject, pair.reference];
  const rows = pair.rows?.subject.length ?? pair.subject.rows;
  const wanted = context.random(`blocks/${pair.label}`).sample(rows, COMPARED_ROWS);
  const through = (map: Int32Array | undefined): Int32Array =>
    map === undefined ? wanted : wanted.map((i) => map[i]!);
  const [rowsOriginal, rowsStored] =
    from === 'reference'
      ? [through(pair.rows?.reference), through(pair.rows?.subject)]
      : [through(pair.rows?.subject), through(pair.rows?.reference)];
  const share = await equalCodes(original, rowsOriginal, stored, rowsStored);
  return share >= EQUAL_CODES ? { from, as: stored.stored.dtype, share } : undefined;
}

function isBlock(side: TensorSide): boolean {
  const format = BLOCK_FORMATS.get(side.stored.dtype);
  return format !== undefined && side.columns % format.elements === 0;
}

async function equalCodes(
  original: TensorSide,
  rowsOriginal: Int32Array,
  stored: TensorSide,
  rowsStored: Int32Array,
): Promise<number> {
  const { elements, bytes } = BLOCK_FORMATS.get(stored.stored.dtype)!;
  const rowBytes = (stored.columns / elements) * bytes;
  let [equal, codes] = [0, 0];
  for (let i = 0; i < rowsOriginal.length; i++) {
    const at = await storedRow(stored, rowsStored[i]!);
    if (at === undefined) return 0;
    const payload = await stored.model.store.bytes(stored.stored, at * rowBytes, rowBytes);
    const values = (await original.read([rowsOriginal[i]!])).data;
    const match = requantisationMatch(stored.stored.dtype, values, payload);
    equal += match.equalCodes;
    codes += match.codes;
  }
  return codes === 0 ? 0 : equal / codes;
}

/** Row of the file that holds a row of the view: the same one, or where the converter of rotary models
 *  put it. The numbers decide. */
async function storedRow(side: TensorSide, row: number): Promise<number | undefined> {
  const wanted = (await side.read([row])).data;
  for (const candidate of [row, ...rotaryRows(side, row)]) {
    if (candidate >= side.rows) continue;
    const found = await side.model.store.elements(side.stored, candidate * side.columns, side.columns);
    if (found.every((value, i) => value === wanted[i])) return candidate;
  }
  return undefined;
}

/** llama.cpp interleaves the two halves of every rotary head: row (half, j) of a head becomes (j, half). */
function rotaryRows(side: TensorSide, row: number): number[] {
  const size = side.model.architecture.headSize;
  if (size === undefined || size % 2 !== 0) return [];
  const head = Math.floor(row / size);
  const inside = row % size;
  return [head * size + 2 * (inside % (size / 2)) + Math.floor(inside / (size / 2))];
}
