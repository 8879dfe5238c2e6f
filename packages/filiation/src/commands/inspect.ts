import { inspectModel } from '@filiation/weights';
import { Command } from 'commander';
import { openModels } from '../io/open-models.ts';
import { openTerminal } from '../io/terminal.ts';
import { renderInspection } from '../view/inspect-text.ts';
import { TOLERANT } from './options.ts';

interface InspectOptions {
  readonly json?: boolean;
  readonly tensors?: boolean;
  readonly tolerant?: boolean;
}

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('Show what a model file or folder is, as Filiation reads it')
    .argument('<model>', 'a model folder or file')
    .option('--json', 'print one JSON document on stdout')
    .option('--tensors', 'list every tensor')
    .option('--tolerant', TOLERANT)
    .action(runInspect);
}

async function runInspect(path: string, options: InspectOptions): Promise<void> {
  const terminal = openTerminal();
  const [model] = await openModels([path], terminal, options);
  const inspection = inspectModel(model!);
  await model!.store.close();
  const text = options.json
    ? JSON.stringify(inspection, null, 2)
    : renderInspection(inspection, {
        width: terminal.width,
        colour: terminal.colour,
        tensors: options.tensors === true,
      });
  process.stdout.write(`${text}\n`);
}
