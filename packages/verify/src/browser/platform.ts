import { concatBytes } from '../bytes.ts';
import { DER, DerCursor, readDer } from '../der/reader.ts';
import { readInteger } from '../der/values.ts';
import { ed25519KeyOfSpki, solveEd25519 } from '../ed25519.ts';
import { FiliationError } from '../error.ts';
import type { DigestName, Platform, SignatureCheck, SignatureScheme } from '../platform.ts';
import { runningSha256, sha256 } from './sha256.ts';

const DIGESTS: Readonly<Record<DigestName, string>> = {
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};
/** Bytes of one coordinate. */
const COORDINATE = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const;
/** Imported keys that are kept: a case has few, and importing costs as much as a verification. */
const MAX_KEYS = 64;

type Imported = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
type Parameters = Readonly<Record<string, unknown> & { name: string }>;

/** The checks in a browser: our own SHA-256, WebCrypto for everything else. Also runs in Node. */
export const browserPlatform: Platform = {
  name: 'browser, WebCrypto',
  sha256,
  runningSha256,
  async digest(name, bytes) {
    return new Uint8Array(await subtle().digest(DIGESTS[name], plain(bytes)));
  },
  verifySignature: accepts,
  // Browsers differ, so our own arithmetic has the last word on Ed25519.
  cofactorless: false,
};

async function accepts(check: SignatureCheck): Promise<boolean> {
  const { scheme, publicKey, message } = check;
  const signature = scheme.kind === 'ecdsa' ? rawPair(check.signature, scheme.curve) : check.signature;
  if (signature === undefined) return false;
  try {
    const key = await keyOf(scheme, publicKey);
    return await subtle().verify(verifying(scheme), key, plain(signature), plain(message));
  } catch (error) {
    if (error instanceof FiliationError) throw error;
    // Everything else a browser throws here is about the key.
    if (!isUnsupported(error)) return false;
    if (scheme.kind === 'ed25519') return acceptsAlone(check);
    throw new FiliationError('UNSUPPORTED', `this browser cannot check signatures of ${nameOf(scheme)}`, {
      hint: 'use a newer browser, or the command line',
      cause: error,
    });
  }
}

/** Ed25519 in browsers that do not have it. */
async function acceptsAlone({ publicKey, message, signature }: SignatureCheck): Promise<boolean> {
  const key = ed25519KeyOfSpki(publicKey);
  return key !== undefined && (await solveEd25519(browserPlatform, key, message, signature)).cofactorless;
}

const keys = new Map<string, Imported>();

async function keyOf(scheme: SignatureScheme, spki: Uint8Array): Promise<Imported> {
  const form = importing(scheme);
  const id = `${JSON.stringify(form)} ${spki.join()}`;
  let key = keys.get(id);
  if (key === undefined) {
    key = await subtle().importKey('spki', plain(spki), form as unknown as { name: string }, false, [
      'verify',
    ]);
    if (keys.size >= MAX_KEYS) keys.delete(keys.keys().next().value!);
    keys.set(id, key);
  }
  return key;
}

function importing(scheme: SignatureScheme): Parameters {
  switch (scheme.kind) {
    case 'ed25519':
      return { name: 'Ed25519' };
    case 'ecdsa':
      return { name: 'ECDSA', namedCurve: scheme.curve };
    case 'rsa-pkcs1':
      return { name: 'RSASSA-PKCS1-v1_5', hash: DIGESTS[scheme.hash] };
    case 'rsa-pss':
      return { name: 'RSA-PSS', hash: DIGESTS[scheme.hash] };
  }
}

function verifying(scheme: SignatureScheme): Parameters {
  switch (scheme.kind) {
    case 'ed25519':
      return { name: 'Ed25519' };
    case 'ecdsa':
      return { name: 'ECDSA', hash: DIGESTS[scheme.hash] };
    case 'rsa-pkcs1':
      return { name: 'RSASSA-PKCS1-v1_5' };
    case 'rsa-pss':
      return { name: 'RSA-PSS', saltLength: scheme.saltLength };
  }
}

function nameOf(scheme: SignatureScheme): string {
  return scheme.kind === 'ecdsa' ? `ECDSA on ${scheme.curve}` : importing(scheme).name;
}

/** DER `SEQUENCE { r, s }` to the two numbers side by side, as WebCrypto takes them. */
function rawPair(der: Uint8Array, curve: keyof typeof COORDINATE): Uint8Array | undefined {
  const width = COORDINATE[curve];
  try {
    const cursor = new DerCursor(readDer(der, 'signature'));
    const r = readInteger(cursor.next(DER.integer, 'r'), width + 1);
    const s = readInteger(cursor.next(DER.integer, 's'), width + 1);
    cursor.end('signature');
    return concatBytes(bigEndian(r, width), bigEndian(s, width));
  } catch {
    return undefined;
  }
}

/** @throws RangeError where the number does not fit */
function bigEndian(value: bigint, width: number): Uint8Array {
  if (value < 0n || value >= 1n << BigInt(8 * width)) throw new RangeError('out of range');
  const bytes = new Uint8Array(width);
  for (let i = width - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

function subtle(): typeof crypto.subtle {
  const found = (globalThis.crypto as typeof crypto | undefined)?.subtle;
  if (found !== undefined) return found;
  throw new FiliationError('UNSUPPORTED', 'this browser offers no cryptography to this page', {
    hint: 'open the page from a file or over https, or use the command line',
  });
}

/** WebCrypto takes no views of shared memory; ours never are. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}

function isUnsupported(error: unknown): boolean {
  return error instanceof Error && error.name === 'NotSupportedError';
}
