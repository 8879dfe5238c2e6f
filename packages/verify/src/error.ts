/**
 * One error type for everything a person can cause or must be told about. Callers switch on `code`,
 * never on the text; the command line prints `message` (what and where) and `hint` (what to do).
 */
export type ErrorCode =
  // the caller's mistake
  | 'USAGE'
  | 'BAD_CONFIG'
  // outside bytes are bad
  | 'NOT_FOUND'
  | 'UNREADABLE'
  | 'MALFORMED'
  | 'TRUNCATED'
  | 'LIMIT_EXCEEDED'
  | 'UNSUPPORTED'
  | 'UNSAFE'
  // the case says no
  | 'CONFLICT'
  | 'DENIED'
  | 'UNVERIFIED'
  // the world failed us
  | 'UNREACHABLE'
  | 'WRITE_FAILED'
  | 'INTERRUPTED'
  // our defect
  | 'INTERNAL';

export interface ErrorDetails {
  /** What to do about it, one sentence. */
  readonly hint?: string;
  /** File or object the error speaks of. */
  readonly where?: string;
  readonly cause?: unknown;
}

export class FiliationError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly where: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'FiliationError';
    this.code = code;
    this.hint = details.hint;
    this.where = details.where;
  }
}

/** Process exit status of an error: 2 usage or bad input, 3 verification failed, 4 interrupted but
 *  resumable, 1 our fault. */
export function exitStatus(error: unknown): 1 | 2 | 3 | 4 {
  if (!(error instanceof FiliationError)) return 1;
  if (error.code === 'INTERRUPTED') return 4;
  if (error.code === 'UNVERIFIED') return 3;
  return error.code === 'INTERNAL' ? 1 : 2;
}

/** What is wrong with outside bytes, for a failed check. @throws whatever is no FiliationError */
export function faultOf(error: unknown): string {
  if (error instanceof FiliationError) return error.message;
  throw error;
}
