import { exitStatus } from '@filiation/evidence';
import { failOnStdout } from './io/standard-output.ts';
import { buildProgram } from './program.ts';
import { renderError } from './view/text.ts';

failOnStdout(process.stdout);

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  process.stderr.write(`${renderError(error)}\n`);
  process.exitCode = exitStatus(error);
}
