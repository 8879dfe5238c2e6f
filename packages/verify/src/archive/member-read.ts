import { FiliationError } from '../error.ts';
import { quoted } from '../quoted.ts';
import type { BundleMember } from '../source.ts';

/** Bytes of one piece of a streamed member. */
export const PIECE_BYTES: number = 2 ** 20;

/** All pieces of a member together.
 *  @throws FiliationError LIMIT_EXCEEDED before anything is read */
export async function readWhole(
  bundle: string,
  { path, size }: BundleMember,
  limit: number,
  pieces: AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  if (size > limit)
    throw new FiliationError('LIMIT_EXCEEDED', `${bundle}: ${quoted(path)} has ${size} bytes`, {
      where: path,
      hint: `At most ${limit} bytes are read of such a file: it is not what it should be.`,
    });
  const whole = new Uint8Array(size);
  let at = 0;
  for await (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The member of a path.
 *  @throws FiliationError NOT_FOUND */
export function memberAt<M extends BundleMember>(
  bundle: string,
  byPath: ReadonlyMap<string, M>,
  path: string,
): M {
  const member = byPath.get(path);
  if (member !== undefined) return member;
  throw new FiliationError('NOT_FOUND', `${bundle} holds no ${quoted(path)}`, {
    where: path,
    hint: 'The bundle is incomplete: ask for the whole one.',
  });
}
