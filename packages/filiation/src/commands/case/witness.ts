import { readFile } from 'node:fs/promises';
import {
  exportWitnessRequest,
  FiliationError,
  fileError,
  generateKey,
  importCosignature,
  openSigner,
  openWitness,
  prepareOutput,
  Secret,
  serveWitness,
  witnessKey,
  writeWholeFile,
} from '@filiation/evidence';
import { formatNoteKey, type JsonObject, parseNoteKey } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { Command } from 'commander';
import { type ActorOptions, addActorOptions, openSession, passphraseSources } from '../../case/session.ts';
import { WITNESS_TOKEN } from '../../case/vouch.ts';

interface WitnessOptions {
  readonly key: string;
  readonly log: readonly string[];
  readonly state: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

interface KeyOptions {
  readonly name: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

/** One JSON document for a script, or a line for a person. */
function tell(options: { readonly json?: boolean }, document: JsonObject, text: string): void {
  process.stdout.write(options.json === true ? `${JSON.stringify(document, null, 2)}\n` : `${text}\n`);
}

/** A witness remembers what it saw of a log and cosigns only what continues it. */
export function witnessCommand(): Command {
  const command = new Command('witness').description(
    'Cosign a log that continues what you saw of it, or have yours cosigned',
  );
  for (const each of [keyCommand(), requestCommand(), cosignCommand(), importCommand(), serveCommand()])
    command.addCommand(each);
  return command;
}

function keyCommand(): Command {
  return new Command('key')
    .description('Make a witness key; what is printed goes into the policy of the case')
    .argument('<file>', 'key file to write')
    .requiredOption('--name <name>', 'name of the witness, such as court.example/witness')
    .option('--passphrase-file <file>', 'file with the passphrase, readable by you alone')
    .option('--json', 'print one JSON document on stdout')
    .action(async (file: string, options: KeyOptions) => {
      const { vkey } = await generateKey(file, options.name, passphraseSources(options));
      const key = formatNoteKey(witnessKey({ name: options.name, vkey }));
      tell(options, { key }, key);
    });
}

function requestCommand(): Command {
  const command = new Command('request')
    .description('Write the request that asks a witness to cosign your log')
    .argument('<folder>', 'the case')
    .requiredOption('--out <file>', 'the file to write')
    .option('--since <entries>', 'size that the witness cosigned last', Number, 0);
  return addActorOptions(command).action(
    async (folder: string, options: ActorOptions & { readonly out: string; readonly since: number }) => {
      await prepareOutput(options.out);
      const session = await openSession(folder, options);
      try {
        await writeWholeFile(options.out, await exportWitnessRequest(session.of.log, options.since));
        const { size } = session.of;
        tell(
          options,
          { request: options.out, size },
          `${options.out} asks for a cosignature at ${size} entries.\nThe witness answers it: filiation case witness cosign ${options.out} --out ANSWER …`,
        );
      } finally {
        await session.close();
      }
    },
  );
}

function addWitnessOptions(command: Command): Command {
  return command
    .requiredOption('--key <file>', 'key file of the witness')
    .requiredOption('--log <keys...>', 'verifier keys of the logs that are witnessed')
    .requiredOption('--state <file>', 'where the witness keeps what it saw; never share or lose it')
    .option('--passphrase-file <file>', 'file with the passphrase, readable by you alone')
    .option('--json', 'print one JSON document on stdout');
}

async function witnessOf(options: WitnessOptions) {
  const signer = await openSigner({ ...passphraseSources(options), keyFile: options.key });
  return openWitness({ stateFile: options.state, signer, logKeys: options.log });
}

function cosignCommand(): Command {
  const command = new Command('cosign')
    .description('Answer a request: cosign where the log continues what you saw, refuse otherwise')
    .argument('<request>', 'file written by: filiation case witness request')
    .requiredOption('--out <file>', 'the answer to write');
  return addWitnessOptions(command).action(
    async (request: string, options: WitnessOptions & { readonly out: string }) => {
      await prepareOutput(options.out);
      const bytes = await readFile(request).catch((cause: unknown) => {
        throw fileError(request, cause);
      });
      const witness = await witnessOf(options);
      try {
        await writeWholeFile(options.out, await witness.cosign(bytes));
        tell(
          options,
          { answer: options.out },
          `Cosigned; hand back ${options.out}, to be taken in with: filiation case witness import`,
        );
      } finally {
        await witness.close();
      }
    },
  );
}

function importCommand(): Command {
  const command = new Command('import')
    .description('Take the answer of a witness into the log')
    .argument('<folder>', 'the case')
    .argument('<answer>', 'file written by: filiation case witness cosign');
  return addActorOptions(command).action(async (folder: string, answer: string, options: ActorOptions) => {
    const session = await openSession(folder, options);
    try {
      const { writer, settings } = session.of;
      if (writer === undefined)
        throw new FiliationError('CONFLICT', 'only whoever keeps the log takes cosignatures in', {
          where: folder,
        });
      const bytes = await readFile(answer).catch((cause: unknown) => {
        throw fileError(answer, cause);
      });
      const keys = settings.witnesses.map(({ key }) => parseNoteKey(nodePlatform, key));
      const taken = (await importCosignature(writer, bytes, keys)).map(({ witness, size, time }) => ({
        witness,
        size,
        at: new Date(time * 1000).toISOString(),
      }));
      const lines = taken.map(
        ({ witness, size, at }) => `${witness} vouches for the log at ${size} entries: ${at}`,
      );
      tell(options, { cosignatures: taken }, lines.join('\n'));
    } finally {
      await session.close();
    }
  });
}

function serveCommand(): Command {
  const command = new Command('serve')
    .description(
      `Serve a witness over HTTP (C2SP tlog-witness); beyond loopback it needs a token in ${WITNESS_TOKEN}`,
    )
    .option('--port <n>', 'port', Number, 8642)
    .option('--host <name>', 'address to listen on', '127.0.0.1');
  return addWitnessOptions(command).action(
    async (options: WitnessOptions & { readonly port: number; readonly host: string }) => {
      const witness = await witnessOf(options);
      const token = process.env[WITNESS_TOKEN];
      const server = await serveWitness({
        witness,
        port: options.port,
        host: options.host,
        ...(token === undefined ? {} : { token: Secret.ofText(token) }),
      });
      process.stdout.write(
        `Witness ${formatNoteKey(witness.key)}\nlistens on ${server.url}; stop it with Ctrl-C.\n`,
      );
      await new Promise<void>((stop) => {
        process.once('SIGINT', stop);
        process.once('SIGTERM', stop);
      });
      await server.close();
      await witness.close();
    },
  );
}
