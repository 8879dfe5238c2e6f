import { addExhibit, type ExhibitInput } from '@filiation/evidence';
import type { PartKind } from '@filiation/verify';
import { Command, Option } from 'commander';
import { timeNow } from '../../case/act.ts';
import { newCommitment } from '../../case/parts.ts';
import { type ActorOptions, addActorOptions, openSession } from '../../case/session.ts';
import { parseTime } from '../../case/time-text.ts';
import { openTerminal } from '../../io/terminal.ts';
import { byteCount } from '../../view/html/format.ts';
import { partsOption } from './disclose.ts';

interface AddOptions extends ActorOptions {
  readonly kind: ExhibitInput['kind'];
  readonly name?: string;
  readonly origin: string;
  readonly from: string;
  readonly received?: string;
  readonly custodian?: string;
  readonly reference?: boolean;
  readonly commitOnly?: PartKind;
  readonly rowsFile?: string;
  readonly location?: string;
  readonly notes?: string;
}

export function addCommand(): Command {
  const command = new Command('add')
    .description('Take an exhibit into the case: digest it, keep a copy, log who handed over what and when')
    .argument('<folder>', 'the case')
    .argument('<path>', 'file or folder of the exhibit')
    .addOption(
      new Option('--kind <kind>', 'what it is')
        .choices(['model', 'transcript', 'log', 'mark-book', 'code', 'document', 'other'])
        .default('model'),
    )
    .option('--name <text>', 'what people call it; its file name by default')
    .requiredOption('--origin <text>', 'where it is from: who made or published it, where it was obtained')
    .requiredOption('--from <text>', 'who handed it over')
    .option('--received <time>', 'when it was received, such as 2026-12-31T17:00; now by default')
    .option('--custodian <party>', 'party that holds it from now on; whoever adds it by default')
    .option('--reference', 'leave the bytes where they are: only the digest enters the case')
    .addOption(
      partsOption(
        '--commit-only <kind>',
        'the bytes stay with the party: only digest and commitment to its tensors, rows or files enter',
      ).conflicts('reference'),
    )
    .option('--rows-file <name>', 'with --commit-only rows: the file, where there are several')
    .option('--location <text>', 'where others find a referenced exhibit: a URL or a description')
    .option('--notes <text>', 'remarks');
  return addActorOptions(command).action(runAdd);
}

async function runAdd(folder: string, path: string, options: AddOptions): Promise<void> {
  const terminal = openTerminal();
  const session = await openSession(folder, options);
  try {
    const zone = session.of.state.opening!.claim.timeZone;
    const number = await addExhibit(session.of, session.actor, {
      path,
      kind: options.kind,
      origin: options.origin,
      handedOverBy: options.from,
      receivedAt: options.received === undefined ? timeNow() : parseTime(options.received, zone),
      onProgress: (done, total) => terminal.meter.update(`digesting ${path}`, done, total, 'bytes'),
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.custodian === undefined ? {} : { custodian: options.custodian }),
      ...(options.commitOnly === undefined
        ? {}
        : {
            commit: async (number: string) => {
              const source = {
                kind: options.commitOnly!,
                path,
                equality: false,
                ...(options.rowsFile === undefined ? {} : { file: options.rowsFile }),
              };
              const { commitment } = await newCommitment(session.of, number, source, options, terminal);
              return commitment.record;
            },
          }),
      ...(options.reference === undefined ? {} : { reference: options.reference }),
      ...(options.location === undefined ? {} : { location: options.location }),
      ...(options.notes === undefined ? {} : { notes: options.notes }),
    });
    terminal.meter.end();
    const { claim, sha256 } = session.of.state.exhibits.get(number)!;
    if (options.json === true) process.stdout.write(`${JSON.stringify({ ...claim, sha256 }, null, 2)}\n`);
    else
      process.stdout.write(
        `${number}  ${claim.name}  ${claim.files} ${claim.files === 1 ? 'file' : 'files'}, ${byteCount(claim.size)}\n    sha256:${sha256}\nNext: more exhibits, or: filiation case plan ${folder} --reference E1 --subject E2\n`,
      );
  } finally {
    terminal.meter.end();
    await session.close();
  }
}
