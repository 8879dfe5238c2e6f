import { fstatSync, read } from 'node:fs';
import { promisify } from 'node:util';
import { FiliationError } from '@filiation/verify';
import { readAtMost, readPrivateFile } from './private-file.ts';
import { PASSPHRASE_VARIABLE, Secret } from './secret.ts';

/** Bytes of a passphrase. */
const MAX_PASSPHRASE_BYTES = 1_024;
/** Characters of a passphrase that protects a new file. */
export const MIN_PASSPHRASE_CHARACTERS = 12;

/** Asks a person for a secret without showing it. */
export type AskSecret = (question: string) => Promise<Secret>;

/** Where a passphrase may come from, in the order in which the places are looked at. */
export interface PassphraseSources {
  /** An open file descriptor: a pipe, or a file that only its owner can read. */
  readonly descriptor?: number | undefined;
  /** A file that only its owner can read. */
  readonly file?: string | undefined;
  /** Holds FILIATION_PASSPHRASE. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** A terminal; absent where nobody sits at one. */
  readonly ask?: AskSecret | undefined;
}

/**
 * Reads the passphrase of a key: descriptor, file, FILIATION_PASSPHRASE, terminal. One line end after it
 * is left out. With `fresh` (a new file is to be protected) it is asked twice and must have 12 characters.
 *
 * @throws FiliationError USAGE where there is no source, it is empty or too short, or the two typed ones
 *   differ; UNSAFE for a file that others can read; NOT_FOUND, UNREADABLE, LIMIT_EXCEEDED
 */
export async function readPassphrase(
  sources: PassphraseSources,
  about: { readonly what: string; readonly fresh?: boolean },
): Promise<Secret> {
  const { descriptor, file, environment, ask } = sources;
  const fromEnvironment = environment?.[PASSPHRASE_VARIABLE];
  let passphrase: Secret;
  if (descriptor !== undefined) passphrase = clean(await readDescriptor(descriptor));
  else if (file !== undefined)
    passphrase = clean(await readPrivateFile(file, 'the passphrase file', MAX_PASSPHRASE_BYTES));
  else if (fromEnvironment !== undefined) passphrase = Secret.ofText(fromEnvironment);
  else if (ask !== undefined) {
    passphrase = await ask(`Passphrase of ${about.what}: `);
    if (about.fresh === true) await askAgain(ask, passphrase);
  } else
    throw new FiliationError('USAGE', `the passphrase of ${about.what} is needed and nobody can be asked`, {
      hint: `run it in a terminal, or set ${PASSPHRASE_VARIABLE}, or name a file that only you can read`,
    });
  checkLength(passphrase, about.fresh === true);
  return passphrase;
}

async function askAgain(ask: AskSecret, first: Secret): Promise<void> {
  const second = await ask('The same once more: ');
  const same = first.use((p) => second.use((q) => Buffer.from(p).equals(q)));
  second.wipe();
  if (same) return;
  first.wipe();
  throw new FiliationError('USAGE', 'the two passphrases differ', { hint: 'type the same one twice' });
}

function checkLength(passphrase: Secret, fresh: boolean): void {
  const characters = passphrase.use((bytes) => [...new TextDecoder().decode(bytes)].length);
  const least = fresh ? MIN_PASSPHRASE_CHARACTERS : 1;
  if (characters >= least) return;
  passphrase.wipe();
  throw new FiliationError('USAGE', fresh ? 'the passphrase is too short' : 'the passphrase is empty', {
    hint: `use at least ${MIN_PASSPHRASE_CHARACTERS} characters; six random words are good`,
  });
}

async function readDescriptor(descriptor: number): Promise<Uint8Array> {
  const what = `the passphrase from descriptor ${descriptor}`;
  try {
    const facts = fstatSync(descriptor);
    if (process.platform !== 'win32' && facts.isFile() && (facts.mode & 0o077) !== 0)
      throw new FiliationError('UNSAFE', `${what}: the file can be read or changed by other users`, {
        hint: 'run chmod 600 on it',
      });
  } catch (cause) {
    if (cause instanceof FiliationError) throw cause;
    throw new FiliationError('UNREADABLE', `${what}: the descriptor is not open`);
  }
  const readPiece = promisify(read);
  const source = {
    read: (buffer: Uint8Array, offset: number, length: number, position: null) =>
      readPiece(descriptor, buffer, offset, length, position),
  };
  return readAtMost(source, what, MAX_PASSPHRASE_BYTES);
}

function clean(bytes: Uint8Array): Secret {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FiliationError('MALFORMED', 'the passphrase is not UTF-8 text');
  } finally {
    bytes.fill(0);
  }
  return Secret.ofText(text.replace(/\r?\n$/, ''));
}
