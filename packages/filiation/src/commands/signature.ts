import type { KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FiliationError,
  isEncryptedKey,
  type ManifestHash,
  ownTerminal,
  readPassphrase,
  readPrivateFile,
  readSigningKey,
  type SignatureTrust,
  signModel,
  verifyModelSignature,
} from '@filiation/evidence';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readSmallFile, readSmallText } from '../io/read-file.ts';
import { openTerminal } from '../io/terminal.ts';
import { signatureText, signedText } from '../view/signature-text.ts';
import { wholeNumber } from './options.ts';

/** Bytes of a signature, of PEM files and of an archived trusted root. */
const MAX_SIGNATURE = 128 * 2 ** 20;
const MAX_PEM = 4 * 2 ** 20;
const MAX_ROOT = 16 * 2 ** 20;

export function signatureCommand(): Command {
  return new Command('signature')
    .description('Verify or make a signature of a model (OpenSSF Model Signing)')
    .addCommand(verifyCommand())
    .addCommand(signCommand());
}

interface VerifyOptions {
  readonly signature?: string;
  readonly key?: string;
  readonly roots?: string;
  readonly at?: Date;
  readonly trustedRoot?: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly ignore?: readonly string[];
  readonly ignoreUnsigned?: boolean;
  readonly legacy?: boolean;
  readonly json?: boolean;
}

function verifyCommand(): Command {
  return new Command('verify')
    .description("Check a model's signature, then every file against what was signed")
    .argument('<model>', 'a model folder or file')
    .option('--signature <file>', 'the signature; default: model.sig in the folder, FILE.sig beside a file')
    .option('--key <pem>', 'signed with a key: the public key you trust')
    .option('--roots <pem>', 'signed with a certificate: the root certificates you trust')
    .option('--at <time>', 'with --roots: when the certificates must have been valid; default: now', time)
    .option('--trusted-root <json>', 'keyless: the trusted root archived when it was signed')
    .option('--identity <name>', 'keyless: the signer expected, exactly')
    .option('--issuer <uri>', 'keyless: who vouches for the signer, exactly')
    .option('--ignore <paths...>', 'leave these paths of the model out')
    .option('--ignore-unsigned', 'accept files that the signature says nothing of; they are listed')
    .option('--legacy', 'also accept the form of release 0.2.0 of the reference implementation, as weaker')
    .option('--json', 'print one JSON document on stdout')
    .addHelpText(
      'after',
      '\nGive one of --key, --roots, or --trusted-root with --identity and --issuer. Nothing is fetched.' +
        '\nExit status: 0 verified, 3 not verified or files differ, 2 usage or bad input.',
    )
    .action(runVerify);
}

async function runVerify(model: string, options: VerifyOptions): Promise<void> {
  const terminal = openTerminal();
  const trust = await readTrust(options);
  const signaturePath = options.signature ?? (await defaultSignature(model));
  const report = await verifyModelSignature({
    modelPath: model,
    bundle: await readSmallFile(signaturePath, MAX_SIGNATURE),
    signaturePath,
    trust,
    ignoreUnsignedFiles: options.ignoreUnsigned ?? false,
    ignorePaths: options.ignore ?? [],
    legacy: options.legacy ?? false,
    onProgress: (path, done, total) => terminal.meter.update(`digesting: ${path}`, done, total, 'bytes'),
  }).finally(() => terminal.meter.end());
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  (options.json ? process.stderr : process.stdout).write(signatureText(report, terminal));
  // What was asked for is that the files are those signed.
  if (report.verdict === 'differs') process.exitCode = 3;
}

async function readTrust(options: VerifyOptions): Promise<SignatureTrust> {
  const given = [options.key, options.roots, options.trustedRoot].filter((each) => each !== undefined);
  if (given.length !== 1)
    throw new FiliationError('USAGE', 'say whom you trust: a key, root certificates, or a trusted root', {
      hint: 'give exactly one of --key, --roots and --trusted-root',
    });
  if (options.key !== undefined)
    return { method: 'key', publicKey: await readSmallText(options.key, MAX_PEM) };
  if (options.roots !== undefined)
    return {
      method: 'certificate',
      roots: await readSmallText(options.roots, MAX_PEM),
      at: options.at ?? new Date(),
    };
  if (options.identity === undefined || options.issuer === undefined)
    throw new FiliationError('USAGE', 'a keyless signature is by somebody: say by whom', {
      hint: 'give --identity and --issuer, exactly as the certificate has them',
    });
  return {
    method: 'keyless',
    trustedRoot: await readSmallFile(options.trustedRoot!, MAX_ROOT),
    identity: options.identity,
    issuer: options.issuer,
  };
}

async function defaultSignature(model: string): Promise<string> {
  const folder = (await stat(model).catch(() => undefined))?.isDirectory() === true;
  return folder ? join(model, 'model.sig') : `${model}.sig`;
}

interface SignOptions {
  readonly key: string;
  readonly passphraseFile?: string;
  readonly certificates?: string;
  readonly shards?: boolean;
  readonly shardSize?: number;
  readonly hash: ManifestHash;
  readonly allowLinks?: boolean;
  readonly ignore?: readonly string[];
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

function signCommand(): Command {
  return new Command('sign')
    .description('Sign a model: its files, their digests and names')
    .argument('<model>', 'a model folder or file')
    .requiredOption('--key <pem>', 'private key on P-256, P-384 or P-521; readable by you alone')
    .option('--passphrase-file <file>', 'where the passphrase of an encrypted key stands; else it is asked')
    .option('--certificates <pem>', "sign by certificate: the signer's own first, then those up to the root")
    .option('--shards', 'digest pieces of files instead of whole files')
    .option('--shard-size <bytes>', 'with --shards: bytes of a piece', wholeNumber(1), 1_000_000_000)
    .addOption(
      new Option('--hash <name>', 'digest of the files').choices(['sha256', 'blake2b']).default('sha256'),
    )
    .option('--allow-links', 'sign what symbolic links to files lead to')
    .option('--ignore <paths...>', 'leave these paths of the model out; the signature says so')
    .option(
      '--out <file>',
      'where the signature goes; default: model.sig in the folder, FILE.sig beside a file',
    )
    .option('--force', 'replace a signature that is there')
    .option('--json', 'print one JSON document on stdout')
    .action(runSign);
}

async function runSign(model: string, options: SignOptions): Promise<void> {
  const terminal = openTerminal();
  const signed = await signModel({
    modelPath: model,
    key: await openKey(options),
    ...(options.certificates === undefined
      ? {}
      : { certificates: await readSmallText(options.certificates, MAX_PEM) }),
    method: options.shards === true ? 'shards' : 'files',
    ...(options.shards === true && options.shardSize !== undefined ? { shardSize: options.shardSize } : {}),
    hash: options.hash,
    allowSymlinks: options.allowLinks ?? false,
    ignorePaths: options.ignore ?? [],
    ...(options.out === undefined ? {} : { out: options.out }),
    overwrite: options.force ?? false,
    onProgress: (path, done, total) => terminal.meter.update(`digesting: ${path}`, done, total, 'bytes'),
  }).finally(() => terminal.meter.end());
  if (options.json) process.stdout.write(`${JSON.stringify(signed, null, 2)}\n`);
  (options.json ? process.stderr : process.stdout).write(signedText(signed, terminal));
}

async function openKey(options: SignOptions): Promise<KeyObject> {
  const pem = await readPrivateFile(options.key, 'the private key', MAX_PEM);
  try {
    return await readKey(pem, options);
  } finally {
    pem.fill(0);
  }
}

async function readKey(pem: Uint8Array, options: SignOptions): Promise<KeyObject> {
  if (!isEncryptedKey(pem)) return readSigningKey(pem);
  const passphrase = await readPassphrase(
    {
      file: options.passphraseFile,
      environment: process.env,
      ask: ownTerminal(),
    },
    { what: options.key },
  );
  try {
    return passphrase.use((bytes) => readSigningKey(pem, bytes));
  } finally {
    passphrase.wipe();
  }
}

function time(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('give a time such as 2026-05-01 or 2026-05-01T12:00:00Z');
  return date;
}
