import { randomBytes } from 'node:crypto';
import { FiliationError } from '@filiation/verify';
import { type NewFileOptions, readSealed, writeSealed } from './key-store.ts';
import type { PassphraseSources } from './passphrase.ts';
import { SECRET_BYTES } from './sealed-file.ts';
import { Secret } from './secret.ts';

/**
 * Draws the master salt of one commitment and writes it to an encrypted file, as keys are. Each commitment
 * has its own: under one salt, opening a part would help to guess the part at the same place in another.
 *
 * @param scope what is committed to (`E3`); the file can be used for nothing else
 * @throws FiliationError as `generateKey`
 */
export async function generateMasterSalt(
  path: string,
  scope: string,
  sources: PassphraseSources,
  options: NewFileOptions = {},
): Promise<Secret> {
  const salt = new Secret(Uint8Array.from(randomBytes(SECRET_BYTES)));
  await writeSealed(path, salt, { kind: 'master-salt', label: scope }, sources, options);
  return salt;
}

/** Opens the master salt of `scope`. Wipe it after use.
 *  @throws FiliationError DENIED, and CONFLICT where the file is of another scope */
export async function readMasterSalt(
  path: string,
  scope: string,
  sources: PassphraseSources,
): Promise<Secret> {
  const { label, secret } = await readSealed(path, 'master-salt', sources);
  if (label === scope) return secret;
  secret.wipe();
  throw new FiliationError('CONFLICT', `${path} holds the master salt of another exhibit than ${scope}`, {
    where: path,
    hint: 'name the file that was made when the exhibit was committed to',
  });
}
