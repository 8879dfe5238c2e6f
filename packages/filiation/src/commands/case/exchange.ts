import { openBundle, openCase, prepareOutput, receivePacket, writePacket } from '@filiation/evidence';
import { nodePlatform, type ReaderFiles, readReaderFiles } from '@filiation/verify/node';
import { Command } from 'commander';
import { type ActorOptions, addActorOptions, openSession } from '../../case/session.ts';
import { keepSight, readSight, SIGHT_OPTION } from '../../case/sight.ts';
import { openTerminal } from '../../io/terminal.ts';
import { counted } from '../../view/counted.ts';

/** Commands by which the sides hand each other bundles and claims. */
export function exchangeCommands(): readonly Command[] {
  return [openCommand(), sendCommand(), receiveCommand()];
}

function openCommand(): Command {
  return new Command('open')
    .description('Make a case folder of a bundle that you received, once it verifies')
    .argument('<bundle>', 'archive or unpacked bundle')
    .argument('<folder>', 'a new folder for the case')
    .option('--policy <file>', 'whom to trust (tlog-policy), instead of the policy in the bundle')
    .option('--seen <checkpoints...>', 'checkpoints you kept from earlier: the log must continue them')
    .option('--sight <file>', SIGHT_OPTION)
    .option('--time-roots <name=pem...>', 'roots of time authorities you trust, instead of those inside')
    .option('--json', 'print one JSON document on stdout')
    .action(runOpen);
}

interface OpenOptions extends ReaderFiles {
  readonly sight?: string;
  readonly json?: boolean;
}

async function runOpen(bundle: string, folder: string, options: OpenOptions): Promise<void> {
  const terminal = openTerminal();
  const own = await readReaderFiles({ ...options, notes: await readSight(options.sight) });
  const { report, checkpoint } = await openBundle({
    bundle,
    folder,
    platform: nodePlatform,
    now: new Date(),
    ...own,
    onProgress: (step, done, total) => terminal.meter.update(step, done, total, step),
  }).finally(() => terminal.meter.end());
  await keepSight(options.sight, checkpoint, () => new Date());
  if (options.json === true) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else
    process.stdout.write(
      `${bundle} verifies; the case lies in ${folder}.\nLook at it: filiation case status ${folder}\nAnswer it: filiation case reply ${folder} --key KEYFILE --to F1 --position disputed --ground …\n`,
    );
}

function sendCommand(): Command {
  return new Command('send')
    .description('Write the claims that wait in the outbox into one file, for whoever keeps the log')
    .argument('<folder>', 'the case')
    .requiredOption('--out <file>', 'the file to write')
    .option('--json', 'print one JSON document on stdout')
    .action(async (folder: string, options: { readonly out: string; readonly json?: boolean }) => {
      await prepareOutput(options.out);
      const of = await openCase(folder, { now: () => new Date() });
      const claims = await writePacket(of, options.out).finally(() => of.close());
      if (options.json === true)
        process.stdout.write(`${JSON.stringify({ packet: options.out, claims }, null, 2)}\n`);
      else
        process.stdout.write(
          `${options.out} holds ${counted(claims, 'claim')}. ${claims === 1 ? 'It counts' : 'They count'} once the log does: hand it to whoever keeps the log.\n`,
        );
    });
}

function receiveCommand(): Command {
  const command = new Command('receive')
    .description('Take the claims of another party into the log')
    .argument('<folder>', 'the case')
    .argument('<packet>', 'file written by: filiation case send');
  return addActorOptions(command).action(async (folder: string, packet: string, options: ActorOptions) => {
    const session = await openSession(folder, options);
    try {
      const claims = await receivePacket(session.of, packet);
      if (options.json === true)
        process.stdout.write(`${JSON.stringify({ logged: claims, entries: session.of.size }, null, 2)}\n`);
      else
        process.stdout.write(
          `${counted(claims, 'claim')} logged; the log has ${session.of.size} entries.\nNext: filiation case seal ${folder} --out CASE.zip, so that the other side sees it there\n`,
        );
    } finally {
      await session.close();
    }
  });
}
