import { FiliationError } from '@filiation/verify';
import { type AgentOptions, agentSigner } from './agent.ts';
import { type PassphraseSources, readPassphrase } from './passphrase.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';
import { registerKey } from './register-key.ts';
import {
  MAX_SEALED_BYTES,
  SCRYPT_COST,
  type ScryptCost,
  type SealedKind,
  seal,
  sealedHeader,
  unseal,
} from './sealed-file.ts';
import { KEY_VARIABLE, type Secret } from './secret.ts';
import { encodedSeedSigner, generateSeed, type Signer, seedSigner } from './signer.ts';

/** Names a command and its arguments as a JSON array: `["my-agent","--slot","9c"]`. */
export const AGENT_VARIABLE = 'FILIATION_KEY_AGENT';

export interface NewFileOptions {
  /** Replace a file that exists. */
  readonly force?: boolean;
  readonly cost?: ScryptCost;
}

/**
 * Makes an Ed25519 key and writes it to an encrypted file (mode 0600, whole or not at all, never over
 * another file without `force`). Returns the verifier key, which is public.
 *
 * @throws FiliationError USAGE, CONFLICT, WRITE_FAILED and what reading the passphrase throws
 */
export async function generateKey(
  path: string,
  name: string,
  passphrase: PassphraseSources,
  options: NewFileOptions = {},
): Promise<{ readonly vkey: string }> {
  const { seed, vkey } = generateSeed(name);
  try {
    await writeSealed(path, seed, { kind: 'signing-key', label: vkey }, passphrase, options);
    return { vkey };
  } finally {
    seed.wipe();
  }
}

/** Encrypts a secret into a new file; used for keys and for the master salts of commitments. */
export async function writeSealed(
  path: string,
  secret: Secret,
  about: { readonly kind: SealedKind; readonly label: string },
  sources: PassphraseSources,
  options: NewFileOptions = {},
): Promise<void> {
  const passphrase = await readPassphrase(sources, { what: path, fresh: true });
  try {
    const text = await seal(secret, passphrase, about, options.cost ?? SCRYPT_COST);
    await writePrivateFile(path, text, options);
  } finally {
    passphrase.wipe();
  }
}

/** Opens an encrypted file.
 *  @throws FiliationError DENIED for a wrong passphrase and for a damaged file alike; NOT_FOUND,
 *    UNREADABLE, UNSAFE, MALFORMED, LIMIT_EXCEEDED */
export async function readSealed(
  path: string,
  kind: SealedKind,
  sources: PassphraseSources,
): Promise<{ readonly label: string; readonly secret: Secret }> {
  const file = await readPrivateFile(path, 'the key file', MAX_SEALED_BYTES);
  return atPath(path, async () => {
    // Before the passphrase is asked for: is there anything to open?
    sealedHeader(file);
    const passphrase = await readPassphrase(sources, { what: path });
    try {
      return await unseal(file, passphrase, kind);
    } finally {
      passphrase.wipe();
    }
  });
}

/** Verifier key that a key file names, without its passphrase: a claim until the key has signed. */
export async function verifierKeyOf(path: string): Promise<string> {
  const file = await readPrivateFile(path, 'the key file', MAX_SEALED_BYTES);
  return atPath(path, () => Promise.resolve(sealedHeader(file).label));
}

/** Signer from an encrypted key file. */
export async function keyFileSigner(path: string, sources: PassphraseSources): Promise<Signer> {
  const { label, secret } = await readSealed(path, 'signing-key', sources);
  try {
    const signer = seedSigner(registerKey(label).name, secret);
    if (signer.vkey === label) return signer;
    throw new FiliationError('MALFORMED', `${path} names another key than it holds`, { where: path });
  } finally {
    secret.wipe();
  }
}

export interface SignerSources extends PassphraseSources {
  /** Encrypted key file. */
  readonly keyFile?: string;
  readonly agent?: AgentOptions;
  /** The key that an agent named in the environment signs for. */
  readonly vkey?: string;
}

/**
 * The signer that the user has configured: an agent or key file named by the caller, then
 * FILIATION_KEY_AGENT, then FILIATION_KEY.
 *
 * @throws FiliationError USAGE where none is configured, and what opening it throws
 */
export async function openSigner(sources: SignerSources): Promise<Signer> {
  if (sources.agent !== undefined) return agentSigner(sources.agent);
  if (sources.keyFile !== undefined) return keyFileSigner(sources.keyFile, sources);
  const command = sources.environment?.[AGENT_VARIABLE];
  if (command !== undefined) return agentSigner({ command: argumentsOf(command), vkey: agentKey(sources) });
  const encoded = sources.environment?.[KEY_VARIABLE];
  if (encoded !== undefined) return encodedSeedSigner(encoded);
  throw new FiliationError('USAGE', 'no signing key is configured', {
    hint: `name a key file, or set ${KEY_VARIABLE} or ${AGENT_VARIABLE}`,
  });
}

function agentKey({ vkey }: SignerSources): string {
  if (vkey !== undefined) return vkey;
  throw new FiliationError('USAGE', `${AGENT_VARIABLE} is set, but not which key the agent holds`, {
    hint: 'name its verifier key',
  });
}

function argumentsOf(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string'))
      return value;
  } catch {
    // Falls through: the parser's message would quote the variable.
  }
  throw new FiliationError('BAD_CONFIG', `${AGENT_VARIABLE} is not a JSON array of strings`, {
    hint: 'for example: ["my-agent","--slot","9c"]',
  });
}

/** Adds the path to an error about a file's content. */
async function atPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FiliationError) || error.where !== undefined) throw error;
    throw new FiliationError(error.code, `${path}: ${error.message}`, {
      where: path,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}
