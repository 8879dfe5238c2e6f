import { FiliationError } from '../error.ts';

/** A failed system call on a file that is read, as one error for people. */
export function readFault(path: string, cause: unknown): FiliationError {
  if (cause instanceof FiliationError) return cause;
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  if (reason === 'ENOENT')
    return new FiliationError('NOT_FOUND', `${path} is not there`, {
      where: path,
      hint: 'Check the name.',
      cause,
    });
  return new FiliationError('UNREADABLE', `cannot read ${path}: ${reason}`, {
    where: path,
    hint: 'Check what it is and its permissions.',
    cause,
  });
}
