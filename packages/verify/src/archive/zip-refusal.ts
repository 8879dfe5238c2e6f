import { type ErrorCode, FiliationError } from '../error.ts';

const HINTS: Partial<Record<ErrorCode, string>> = {
  MALFORMED: 'It was damaged, altered or packed by another program: get the bundle again from its source.',
  TRUNCATED: 'The file is incomplete: copy it again and compare its size and digest.',
  UNSAFE: 'Sealed bundles never do this: do not unpack it, and ask where it comes from.',
  UNSUPPORTED: 'Sealed bundles are never packed this way: get the bundle again from its source.',
  LIMIT_EXCEEDED: 'No case is that large: check where the file comes from.',
};

/** One way of saying why an archive or one of its members is refused. */
export function refusal(code: ErrorCode, archive: string, message: string, member?: string): FiliationError {
  const hint = HINTS[code];
  return new FiliationError(code, `${archive}: ${message}`, {
    where: member ?? archive,
    ...(hint === undefined ? {} : { hint }),
  });
}
