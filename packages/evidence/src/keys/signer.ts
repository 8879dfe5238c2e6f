import {
  createPrivateKey,
  createPublicKey,
  sign as edSign,
  verify as edVerify,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { base64Of, ed25519Spki, FiliationError, formatNoteKey, noteKey } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { registerKey } from './register-key.ts';
import { SECRET_BYTES } from './sealed-file.ts';
import { KEY_VARIABLE, Secret } from './secret.ts';

/** DER of a PKCS #8 Ed25519 private key (RFC 8410) up to the seed. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Characters of a key name, as in the schema of claims. */
const MAX_NAME = 200;
const SEED_PREFIX = 'PRIVATE+KEY+';

/** Whoever signs log entries and checkpoints: a key held here, or an agent. */
export interface Signer {
  /** Name of the key, as in its verifier key. */
  readonly name: string;
  /** Signed-note verifier key, `name+hash+base64`. */
  readonly vkey: string;
  /** Ed25519 signature, 64 bytes. Checked against `vkey` before it is handed out. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A fresh Ed25519 seed and its verifier key.
 *  @throws FiliationError MALFORMED, USAGE for a name that a signed note or claim cannot carry */
export function generateSeed(name: string): { readonly seed: Secret; readonly vkey: string } {
  const seed = new Secret(Uint8Array.from(randomBytes(SECRET_BYTES)));
  return { seed, vkey: verifierKey(name, publicKeyOf(privateKey(seed))) };
}

/** Signer from a 32-byte Ed25519 seed (RFC 8032). The seed may be wiped afterwards. */
export function seedSigner(name: string, seed: Secret): Signer {
  const key = privateKey(seed);
  const vkey = verifierKey(name, publicKeyOf(key));
  return {
    name,
    vkey,
    sign: (message) =>
      Promise.resolve().then(() => checked(vkey, message, Uint8Array.from(edSign(null, message, key)))),
  };
}

/** Hands out a signature that fits, or throws: a wrong one (faulty memory, faulty agent) is never logged.
 *  @throws FiliationError UNVERIFIED */
export function checked(vkey: string, message: Uint8Array, signature: Uint8Array): Uint8Array {
  if (signature.length !== 64 || !edVerify(null, message, keyObjectOf(vkey), signature))
    throw new FiliationError('UNVERIFIED', `the signature made for ${vkey} does not fit that key`, {
      hint: 'check which key the agent holds; nothing was written',
    });
  return signature;
}

/** Checking a key takes milliseconds, and a process signs with few. */
const keyObjects = new Map<string, KeyObject>();
const MAX_KEY_OBJECTS = 100;

function keyObjectOf(vkey: string): KeyObject {
  const known = keyObjects.get(vkey);
  if (known !== undefined) return known;
  const spki = Buffer.from(ed25519Spki(registerKey(vkey).publicKey));
  const made = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  if (keyObjects.size < MAX_KEY_OBJECTS) keyObjects.set(vkey, made);
  return made;
}

/**
 * The text of a seed for an environment variable: `PRIVATE+KEY+name+hash+base64(1 ‖ seed)`, as signed
 * notes write signing keys. Returned in a Secret.
 */
export function encodeSeed(name: string, seed: Secret): Secret {
  const { keyId } = registerKey(seedSigner(name, seed).vkey);
  return seed.use((bytes) => {
    const tagged = Buffer.concat([Uint8Array.of(1), bytes]);
    const text = Secret.ofText(`${SEED_PREFIX}${name}+${keyId}+${base64Of(tagged)}`);
    tagged.fill(0);
    return text;
  });
}

/** Signer from the text that `encodeSeed` writes.
 *  @throws FiliationError BAD_CONFIG, which quotes nothing of the text */
export function encodedSeedSigner(text: string): Signer {
  const bad = (): FiliationError =>
    new FiliationError('BAD_CONFIG', `${KEY_VARIABLE} does not hold a signing key`, {
      hint: 'it has the form PRIVATE+KEY+name+hash+base64',
    });
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text.trim());
  if (match === null) throw bad();
  const [, name, hash, encoded] = match as unknown as [string, string, string, string];
  const tagged = Buffer.from(encoded, 'base64');
  if (tagged.length !== SECRET_BYTES + 1 || tagged[0] !== 1 || tagged.toString('base64') !== encoded)
    throw bad();
  const seed = new Secret(Uint8Array.from(tagged.subarray(1)));
  tagged.fill(0);
  try {
    const signer = seedSigner(name, seed);
    if (registerKey(signer.vkey).keyId !== hash) throw bad();
    return signer;
  } catch {
    throw bad();
  } finally {
    seed.wipe();
  }
}

function privateKey(seed: Secret): KeyObject {
  return seed.use((bytes) => {
    const der = Buffer.concat([PRIVATE_PREFIX, bytes]);
    try {
      return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    } finally {
      der.fill(0);
    }
  });
}

function publicKeyOf(key: KeyObject): Uint8Array {
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return Uint8Array.from(der.subarray(-32));
}

function verifierKey(name: string, key: Uint8Array): string {
  if (name.length > MAX_NAME)
    throw new FiliationError('USAGE', `a key name has at most ${MAX_NAME} characters`);
  return formatNoteKey(noteKey(nodePlatform, name, 'ed25519', key));
}
