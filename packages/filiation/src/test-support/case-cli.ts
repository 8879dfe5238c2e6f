import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeSeed, Secret, seedSigner, writeSealed } from '@filiation/evidence';
import { type CliRun, filiation } from '../e2e/run-cli.ts';

/** Cheaper than for real keys: a test opens many. */
const COST = { n: 2 ** 14, r: 8, p: 1 };

/** A case on the command line: everything that is run and printed is kept, secrets and places are planted. */
export interface CaseCli {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** What every command printed. */
  readonly printed: readonly string[];
  /** Secrets by what they are: bytes that must be found nowhere. */
  readonly secrets: Map<string, Uint8Array>;
  path(...names: string[]): string;
  /** Makes a key file whose seed is known to the test. Returns the verifier key. */
  key(path: string, name: string): Promise<string>;
  /** The text of a key for FILIATION_KEY. */
  keyText(name: string): string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): CliRun;
  /** Runs what must succeed. */
  done(args: readonly string[], env?: Readonly<Record<string, string>>): string;
  json<T>(args: readonly string[], env?: Readonly<Record<string, string>>): T;
  remove(): Promise<void>;
}

/** Parts of names that stand for this machine and its user; claims and bundles must hold none of them. */
export const PLACES: readonly string[] = ['placecanary', 'homecanary', 'usercanary'];

export async function caseCli(): Promise<CaseCli> {
  const folder = await mkdtemp(join(tmpdir(), 'filiation-placecanary-'));
  const home = join(folder, 'homecanary');
  await mkdir(home);
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const secrets = new Map<string, Uint8Array>([
    ['the passphrase', text('canary passphrase one')],
    ['the witness token', text('canary-witness-token')],
    ['a value of the environment', text('canary-environment-value')],
  ]);
  const textOf = (name: string): string => new TextDecoder().decode(secrets.get(name));
  const env = {
    FILIATION_PASSPHRASE: textOf('the passphrase'),
    FILIATION_WITNESS_TOKEN: textOf('the witness token'),
    ACME_TOKEN: textOf('a value of the environment'),
    HOME: home,
    USER: 'usercanary',
    LOGNAME: 'usercanary',
  };
  const printed: string[] = [];
  const seedOf = (name: string): Secret => {
    const seed = Uint8Array.from({ length: 32 }, (_, at) => (at * 37 + 11 * (secrets.size + 1)) % 256);
    secrets.set(`the seed of ${name}`, seed);
    return new Secret(Uint8Array.from(seed));
  };
  const run: CaseCli['run'] = (args, more = {}) => {
    const result = filiation(args, { cwd: folder, env: { ...env, ...more } });
    printed.push(`${args.join(' ')}\n${result.stdout}\n${result.stderr}`);
    return result;
  };
  const done: CaseCli['done'] = (args, more) => {
    const { status, stdout, stderr } = run(args, more);
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout;
  };
  return {
    folder,
    env,
    printed,
    secrets,
    path: (...names) => join(folder, ...names),
    async key(path, name) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      const seed = seedOf(name);
      const label = seedSigner(name, seed).vkey;
      const sources = { environment: env };
      await writeSealed(join(folder, path), seed, { kind: 'signing-key', label }, sources, { cost: COST });
      return label;
    },
    keyText: (name) =>
      encodeSeed(name, new Secret(secrets.get(`the seed of ${name}`)!.slice())).use((bytes) =>
        new TextDecoder().decode(bytes),
      ),
    run,
    done,
    json: (args, more) => JSON.parse(done([...args, '--json'], more)),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** A case of Acme against Bolt, opened on the command line with keys that the test knows. */
export async function openedCase(cli: CaseCli): Promise<void> {
  await cli.key('acme/keys/log.key.json', 'filiation-case/acme');
  await cli.key('acme/keys/acme.key.json', 'acme');
  const bolt = await cli.key('bolt.key.json', 'bolt');
  await writeFile(cli.path('remarks.txt'), 'Nothing to add.\n');
  cli.json([
    ...['case', 'new', 'acme', '--title', 'Acme and Bolt', '--time-zone', 'Europe/Berlin'],
    ...[
      '--party',
      'acme=Acme Ltd;claimant;custodian,examiner',
      `bolt=Bolt GmbH;respondent;custodian,examiner;${bolt}`,
    ],
    ...['--deadline', 'report-by=2099-12-31;order of 1 December;acme', 'hearing=2020-02-01T09:30;summons'],
  ]);
}
