import { concatBytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';

/** Bytes of one row; prompts of a million tokens have about 5 MiB. */
export const MAX_ROW_BYTES: number = 16 * 2 ** 20;

const LINE_FEED = 0x0a;

/**
 * Rows of a transcript or log: the bytes between line feeds, exactly as they are (a carriage return
 * belongs to its row). A line feed at the very end ends the last row; an empty file has no row. What
 * stands in quotes is not looked at: a CSV field with a line feed in it makes two rows.
 * @throws FiliationError LIMIT_EXCEEDED for a row longer than `limit` bytes
 */
export async function* rowsOf(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limit: number = MAX_ROW_BYTES,
): AsyncIterable<Uint8Array> {
  let held: Uint8Array[] = [];
  let [length, row] = [0, 0];
  for await (const piece of pieces) {
    let start = 0;
    while (start < piece.length) {
      const end = piece.indexOf(LINE_FEED, start);
      const stop = end === -1 ? piece.length : end;
      length += stop - start;
      if (length > limit)
        throw new FiliationError('LIMIT_EXCEEDED', `row ${row} is longer than ${limit} bytes`, {
          hint: 'check that this is a file of lines',
        });
      if (end === -1) {
        held.push(piece.slice(start));
        break;
      }
      yield concatBytes(...held, piece.subarray(start, end));
      [held, length, start, row] = [[], 0, end + 1, row + 1];
    }
  }
  if (length > 0) yield concatBytes(...held);
}
