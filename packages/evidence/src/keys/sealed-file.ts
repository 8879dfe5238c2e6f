import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { FiliationError } from '@filiation/verify';
import { Secret } from './secret.ts';

/** Bytes of a sealed file; real ones have about 600. */
export const MAX_SEALED_BYTES = 16_384;
/** Everything sealed here (Ed25519 seed, master salt) has 32 bytes. */
export const SECRET_BYTES = 32;
const KDF_SALT_BYTES = 16;
/** ChaCha20-Poly1305, RFC 8439: nonce and tag. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/**
 * Bounds on what a file may ask for (scrypt, RFC 7914: 128·n·r bytes of memory): at most 1 GiB and half a
 * minute, so that a hostile file cannot stop the machine.
 */
const MIN_N = 2 ** 14;
const MAX_N = 2 ** 20;
const MAX_R = 16;
const MAX_P = 4;
const MAX_MEMORY = 2 ** 30;
const MAX_LABEL = 1_024;

/** scrypt cost. */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and about half a second. */
export const SCRYPT_COST: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };

export type SealedKind = 'signing-key' | 'master-salt' | 'seed-value';
const KINDS: readonly unknown[] = ['signing-key', 'master-salt', 'seed-value'] satisfies SealedKind[];

/** What a sealed file says of itself. Nothing of it is certain until the file has been opened. */
export interface SealedHeader {
  readonly schema: 'filiation.sealed/1';
  readonly kind: SealedKind;
  /** signing-key: its verifier key; master-salt: what it salts; seed-value: its case and seed. */
  readonly label: string;
  readonly kdf: { readonly name: 'scrypt'; readonly salt: string } & ScryptCost;
  readonly aead: { readonly name: 'chacha20-poly1305'; readonly nonce: string };
}

/**
 * Encrypts a 32-byte secret under a passphrase: scrypt, then ChaCha20-Poly1305 with the header as
 * associated data, so that neither the label nor the cost can be changed. Returns the file's text.
 */
export async function seal(
  secret: Secret,
  passphrase: Secret,
  about: { readonly kind: SealedKind; readonly label: string },
  cost: ScryptCost = SCRYPT_COST,
): Promise<string> {
  const header = checkHeader({
    schema: 'filiation.sealed/1',
    kind: about.kind,
    label: about.label,
    kdf: { name: 'scrypt', ...cost, salt: randomBytes(KDF_SALT_BYTES).toString('base64') },
    aead: { name: 'chacha20-poly1305', nonce: randomBytes(NONCE_BYTES).toString('base64') },
  });
  if (secret.length !== SECRET_BYTES) throw new FiliationError('INTERNAL', 'a secret has 32 bytes');
  const key = await deriveKey(passphrase, header);
  try {
    const nonce = Buffer.from(header.aead.nonce, 'base64');
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData(header), { plaintextLength: SECRET_BYTES });
    const sealed = secret.use((bytes) => Buffer.concat([cipher.update(bytes), cipher.final()]));
    const ciphertext = Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64');
    return `${JSON.stringify({ ...header, ciphertext }, null, 2)}\n`;
  } finally {
    key.fill(0);
  }
}

/**
 * Opens the bytes of a sealed file. A wrong passphrase and a damaged file give the same error.
 *
 * @throws FiliationError DENIED; MALFORMED, LIMIT_EXCEEDED for what is not a sealed file of this kind
 */
export async function unseal(
  file: Uint8Array,
  passphrase: Secret,
  kind: SealedKind,
): Promise<{ readonly label: string; readonly secret: Secret }> {
  const { header, ciphertext } = parseSealed(file);
  if (header.kind !== kind)
    throw new FiliationError('MALFORMED', `this file holds a ${header.kind}, not a ${kind}`);
  const key = await deriveKey(passphrase, header);
  try {
    const nonce = Buffer.from(header.aead.nonce, 'base64');
    const cipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData(header), { plaintextLength: SECRET_BYTES });
    cipher.setAuthTag(ciphertext.subarray(SECRET_BYTES));
    const open = Buffer.concat([cipher.update(ciphertext.subarray(0, SECRET_BYTES)), cipher.final()]);
    const secret = new Secret(Uint8Array.from(open));
    open.fill(0);
    return { label: header.label, secret };
  } catch {
    // No cause: what went wrong inside must not help to guess.
    throw new FiliationError('DENIED', 'the passphrase is wrong or the file is damaged', {
      hint: 'type the passphrase again, or restore the file from your copy',
    });
  } finally {
    key.fill(0);
  }
}

/** What a sealed file says of itself, without its passphrase: a claim until it has been opened. */
export function sealedHeader(file: Uint8Array): SealedHeader {
  return parseSealed(file).header;
}

function parseSealed(file: Uint8Array): { readonly header: SealedHeader; readonly ciphertext: Buffer } {
  if (file.length > MAX_SEALED_BYTES)
    throw new FiliationError('LIMIT_EXCEEDED', `a sealed file has at most ${MAX_SEALED_BYTES} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file));
  } catch {
    // No cause: the parser's message would quote the file.
    throw malformed('it is not JSON');
  }
  if (!isRecord(value)) throw malformed('it is not an object');
  const { ciphertext, ...rest } = value;
  return {
    header: checkHeader(rest),
    ciphertext: base64(ciphertext, SECRET_BYTES + TAG_BYTES, 'ciphertext'),
  };
}

/** Returns the header rebuilt in a fixed order of members, which is what the cipher authenticates. */
function checkHeader(value: Record<string, unknown>): SealedHeader {
  const { schema, kind, label, kdf, aead } = value;
  if (Object.keys(value).length !== 5 || schema !== 'filiation.sealed/1')
    throw malformed('its members are not those of filiation.sealed/1');
  if (!isKind(kind)) throw malformed('its kind is not known');
  if (typeof label !== 'string' || label.length === 0 || label.length > MAX_LABEL)
    throw malformed(`its label is not 1 to ${MAX_LABEL} characters`);
  if (!isRecord(kdf) || Object.keys(kdf).length !== 5 || kdf.name !== 'scrypt')
    throw malformed('its kdf is not scrypt');
  if (!isRecord(aead) || Object.keys(aead).length !== 2 || aead.name !== 'chacha20-poly1305')
    throw malformed('its aead is not chacha20-poly1305');
  const { n, r, p } = checkCost(kdf.n, kdf.r, kdf.p);
  const salt = base64(kdf.salt, KDF_SALT_BYTES, 'kdf salt').toString('base64');
  const nonce = base64(aead.nonce, NONCE_BYTES, 'nonce').toString('base64');
  return {
    schema,
    kind,
    label,
    kdf: { name: 'scrypt', n, r, p, salt },
    aead: { name: 'chacha20-poly1305', nonce },
  };
}

function checkCost(n: unknown, r: unknown, p: unknown): ScryptCost {
  const whole = (value: unknown, low: number, high: number): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
  if (
    !whole(n, MIN_N, MAX_N) ||
    !Number.isInteger(Math.log2(n)) ||
    !whole(r, 1, MAX_R) ||
    !whole(p, 1, MAX_P)
  )
    throw new FiliationError('LIMIT_EXCEEDED', 'the sealed file asks for a scrypt cost outside the bounds', {
      hint: `n is a power of two from ${MIN_N} to ${MAX_N}, r at most ${MAX_R}, p at most ${MAX_P}`,
    });
  if (128 * n * r > MAX_MEMORY)
    throw new FiliationError('LIMIT_EXCEEDED', `the sealed file asks for more than ${MAX_MEMORY} bytes`);
  return { n, r, p };
}

function deriveKey(passphrase: Secret, { kdf }: SealedHeader): Promise<Buffer> {
  const { n, r, p } = kdf;
  const options = { N: n, r, p, maxmem: 128 * r * (n + p) + 2 ** 20 };
  return passphrase.use(
    (bytes) =>
      new Promise((resolve, reject) => {
        scrypt(bytes, Buffer.from(kdf.salt, 'base64'), 32, options, (error, key) => {
          if (error === null) resolve(key);
          else reject(new FiliationError('INTERNAL', 'scrypt failed: not enough memory'));
        });
      }),
  );
}

function associatedData(header: SealedHeader): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(header));
}

function base64(value: unknown, bytes: number, what: string): Buffer {
  const decoded = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
  if (decoded === undefined || decoded.length !== bytes || decoded.toString('base64') !== value)
    throw malformed(`its ${what} is not the base64 of ${bytes} bytes`);
  return decoded;
}

function malformed(reason: string): FiliationError {
  return new FiliationError('MALFORMED', `not a sealed file: ${reason}`, {
    hint: 'check that this is the file you meant, or restore it from your copy',
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKind(kind: unknown): kind is SealedKind {
  return KINDS.includes(kind);
}
