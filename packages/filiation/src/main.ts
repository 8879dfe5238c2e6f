import { exitStatus } from '@filiation/evidence';
import { buildProgram } from './program.ts';
import { renderError } from './view/text.ts';

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  process.stderr.write(`${renderError(error)}\n`);
  process.exitCode = exitStatus(error);
}
