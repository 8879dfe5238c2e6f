import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { nodePlatform } from '../node/platform.ts';
import type { NoteSignature } from '../note.ts';
import { type NoteKey, noteKey } from '../note-key.ts';
import { noteMessage, noteSignature } from '../verify-note.ts';

/** Signs with a key made of a seed: for tests only. */
export interface NoteSigner {
  readonly key: NoteKey;
  sign(text: string, time?: number): NoteSignature;
}

/** PKCS #8 of an Ed25519 key, up to its 32 secret bytes. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The signer whose 32 secret bytes are all `seed`. */
export function noteSigner(
  name: string,
  seed: number,
  kind: 'ed25519' | 'cosignature' = 'ed25519',
): NoteSigner {
  const secret = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, Buffer.alloc(32, seed)]),
    format: 'der',
    type: 'pkcs8',
  });
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' });
  const key = noteKey(nodePlatform, name, kind, new Uint8Array(spki.subarray(-32)));
  return {
    key,
    sign: (text, time) => {
      const signature = sign(null, noteMessage(kind, text, time), secret);
      return noteSignature(key, new Uint8Array(signature), time);
    },
  };
}
