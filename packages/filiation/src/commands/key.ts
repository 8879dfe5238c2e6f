import { generateKey, ownTerminal, registerKey, verifierKeyOf } from '@filiation/evidence';
import { Command } from 'commander';

interface KeyOptions {
  readonly name: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

/** Keys outside a case: for a party that is to be named before it has a case folder. */
export function keyCommand(): Command {
  return new Command('key')
    .description('Make a signing key, or show the public part of one')
    .addCommand(
      new Command('new')
        .description('Make an Ed25519 key in an encrypted file and print its public part')
        .argument('<file>', 'a new file')
        .requiredOption('--name <name>', 'name of the key, such as example.org/acme; others see it')
        .option('--passphrase-file <path>', 'file with its passphrase, readable by you alone')
        .option('--json', 'print one JSON document on stdout')
        .action(runNew),
    )
    .addCommand(
      new Command('show')
        .description('Print the public part of a key; no passphrase is needed')
        .argument('<file>', 'the key file')
        .option('--json', 'print one JSON document on stdout')
        .action(runShow),
    );
}

async function runNew(file: string, options: KeyOptions): Promise<void> {
  const sources = { file: options.passphraseFile, environment: process.env, ask: ownTerminal() };
  const { vkey } = await generateKey(file, options.name, sources);
  if (options.json === true) print({ file, key: vkey });
  else
    process.stdout.write(
      `${vkey}\n\nGive this line to whoever opens the case. The secret part lies encrypted in ${file}: keep a copy, and its passphrase elsewhere.\n`,
    );
}

async function runShow(file: string, options: { readonly json?: boolean }): Promise<void> {
  const key = await verifierKeyOf(file);
  registerKey(key);
  if (options.json === true) print({ file, key });
  else process.stdout.write(`${key}\n`);
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
