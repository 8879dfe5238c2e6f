import { runVerifier } from './cli.ts';

/** The program `filiation-verify`. */
const { stdout, stderr, env, argv } = process;
// A reader that has seen enough (`| head`) is no error.
stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 2));
process.exitCode = await runVerifier(argv.slice(2), {
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  columns: stdout.isTTY ? stdout.columns : undefined,
  progress: stderr.isTTY === true,
  colour: stdout.isTTY === true && env.NO_COLOR === undefined,
});
