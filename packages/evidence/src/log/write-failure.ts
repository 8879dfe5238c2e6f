import { FiliationError } from '@filiation/verify';
import { systemReason } from '../io/write-file.ts';

/** Runs work on files; errors of the operating system become WRITE_FAILED. */
export async function asWriteFailure<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof FiliationError) throw cause;
    throw new FiliationError('WRITE_FAILED', `cannot write in ${folder}: ${systemReason(cause)}`, {
      where: folder,
      hint: 'free space or check permissions, then try again: what was there is as it was',
      cause,
    });
  }
}
