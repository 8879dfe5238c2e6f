import { FiliationError } from '@filiation/evidence';
import { renderError } from '../view/text.ts';

/** Ends the run where standard output takes no more: quietly where its reader has seen enough (`| head`),
 *  else with what happened and status 2. */
export function failOnStdout(stream: NodeJS.WriteStream): void {
  stream.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EPIPE') process.exit(0);
    const error = new FiliationError('WRITE_FAILED', `cannot write to standard output: ${cause.code}`, {
      hint: 'free space where the output goes, or send it elsewhere',
      cause,
    });
    process.stderr.write(`${renderError(error)}\n`);
    process.exit(2);
  });
}
