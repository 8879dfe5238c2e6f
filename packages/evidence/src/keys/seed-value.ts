import { randomBytes } from 'node:crypto';
import { FiliationError } from '@filiation/verify';
import { type NewFileOptions, readSealed, writeSealed } from './key-store.ts';
import type { PassphraseSources } from './passphrase.ts';
import { SECRET_BYTES } from './sealed-file.ts';
import { Secret } from './secret.ts';

/**
 * Draws one side's 32 bytes of a joint seed and writes them to an encrypted file, as keys are: whoever
 * knows them before the reveal could choose the seed.
 *
 * @param label case and number of the seed
 * @throws FiliationError as `generateKey`
 */
export async function generateSeedValue(
  path: string,
  label: string,
  sources: PassphraseSources,
  options: NewFileOptions = {},
): Promise<Secret> {
  const value = new Secret(Uint8Array.from(randomBytes(SECRET_BYTES)));
  await writeSealed(path, value, { kind: 'seed-value', label }, sources, options);
  return value;
}

/** Opens the value of a seed. @throws FiliationError DENIED, and CONFLICT where the file is of another seed */
export async function readSeedValue(
  path: string,
  label: string,
  sources: PassphraseSources,
): Promise<Secret> {
  const found = await readSealed(path, 'seed-value', sources);
  if (found.label === label) return found.secret;
  found.secret.wipe();
  throw new FiliationError('CONFLICT', `${path} holds the value of another seed than ${label}`, {
    where: path,
    hint: 'name the file that was made when this seed was committed to',
  });
}
