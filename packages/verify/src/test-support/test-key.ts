import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { claimKeyId } from '../claims/keyring.ts';
import { nodePlatform } from '../node/platform.ts';
import { formatNoteKey, noteKey } from '../note-key.ts';

/** PKCS #8 of an Ed25519 key, up to its 32 secret bytes. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An Ed25519 key made of a seed: for tests only. */
export interface TestKey {
  readonly name: string;
  readonly vkey: string;
  /** As in the envelopes of claims. */
  readonly keyid: string;
  sign(message: Uint8Array): Uint8Array;
}

/** The key whose 32 secret bytes are all `seed`. */
export function testKey(name: string, seed: number): TestKey {
  const secret: KeyObject = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, Buffer.alloc(32, seed)]),
    format: 'der',
    type: 'pkcs8',
  });
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' });
  const vkey = formatNoteKey(noteKey(nodePlatform, name, 'ed25519', new Uint8Array(spki.subarray(-32))));
  return {
    name,
    vkey,
    keyid: claimKeyId(nodePlatform, vkey),
    sign: (message) => new Uint8Array(sign(null, message, secret)),
  };
}
