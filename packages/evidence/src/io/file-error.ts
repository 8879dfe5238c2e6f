import { FiliationError } from '@filiation/verify';

/** The system's complaint about a path in our words; an error that is ours already passes through. */
export function fileError(path: string, cause: unknown): FiliationError {
  if (cause instanceof FiliationError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const at = { where: path, cause };
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new FiliationError('NOT_FOUND', `${path} does not exist`, { ...at, hint: 'Check the path.' });
  if (code === 'EACCES' || code === 'EPERM')
    return new FiliationError('UNREADABLE', `${path} may not be read`, {
      ...at,
      hint: 'Ask for read permission on the file and the folders above it.',
    });
  if (code === 'ERR_INVALID_ARG_VALUE')
    return new FiliationError('UNSAFE', 'a path holds a NUL byte', { ...at, hint: 'Check the path.' });
  return new FiliationError('UNREADABLE', `${path} could not be read (${code})`, {
    ...at,
    hint: 'Check the disk and try again.',
  });
}
