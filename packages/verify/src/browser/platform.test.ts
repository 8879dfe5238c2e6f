import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { hexOf, utf8Bytes } from '../bytes.ts';
import { verifyEd25519 } from '../ed25519.ts';
import { nodePlatform } from '../node/platform.ts';
import type { DigestName, Platform, SignatureScheme } from '../platform.ts';
import { browserPlatform } from './platform.ts';

const message = utf8Bytes('the tenth entry of the log');
const HASHES: readonly DigestName[] = ['sha256', 'sha384', 'sha512'];

interface Signed {
  readonly scheme: SignatureScheme;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

function spkiOf(key: KeyObject): Uint8Array {
  return Uint8Array.from(key.export({ format: 'der', type: 'spki' }));
}

function* signatures(): Generator<Signed> {
  const ed = generateKeyPairSync('ed25519');
  yield {
    scheme: { kind: 'ed25519' },
    publicKey: spkiOf(ed.publicKey),
    signature: sign(null, message, ed.privateKey),
  };
  for (const curve of ['P-256', 'P-384', 'P-521'] as const) {
    const pair = generateKeyPairSync('ec', { namedCurve: curve });
    const publicKey = spkiOf(pair.publicKey);
    for (const hash of HASHES)
      yield {
        scheme: { kind: 'ecdsa', curve, hash },
        publicKey,
        signature: sign(hash, message, pair.privateKey),
      };
  }
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKey = spkiOf(rsa.publicKey);
  for (const hash of HASHES) {
    yield {
      scheme: { kind: 'rsa-pkcs1', hash },
      publicKey,
      signature: sign(hash, message, rsa.privateKey),
    };
    yield {
      scheme: { kind: 'rsa-pss', hash, saltLength: 20 },
      publicKey,
      signature: sign(hash, message, { key: rsa.privateKey, padding: 6, saltLength: 20 }),
    };
  }
}

const signed = [...signatures()];

for (const platform of [browserPlatform, nodePlatform])
  describe(`signatures on ${platform === nodePlatform ? 'node:crypto' : 'WebCrypto'}`, () => {
    it('are accepted in every scheme that cases meet', async () => {
      for (const { scheme, publicKey, signature } of signed)
        assert.ok(
          await platform.verifySignature({ scheme, publicKey, message, signature }),
          JSON.stringify(scheme),
        );
    });

    it('are refused over another message, altered, cut short, or under another key', async () => {
      for (const [at, { scheme, publicKey, signature }] of signed.entries()) {
        const other = signed.find(
          (each) => each.scheme.kind === scheme.kind && each.publicKey !== publicKey,
        )?.publicKey;
        const wrong = [
          { publicKey, message: utf8Bytes('another'), signature },
          { publicKey, message, signature: signature.with(signature.length - 1, signature.at(-1)! ^ 1) },
          { publicKey, message, signature: signature.subarray(1) },
          { publicKey, message, signature: new Uint8Array() },
          { publicKey: publicKey.subarray(1), message, signature },
          { publicKey: new Uint8Array(), message, signature },
          { publicKey: signed[at === 0 ? 1 : 0]!.publicKey, message, signature },
          ...(other === undefined ? [] : [{ publicKey: other, message, signature }]),
        ];
        for (const [which, check] of wrong.entries())
          assert.equal(
            await platform.verifySignature({ scheme, ...check }),
            false,
            `${JSON.stringify(scheme)}, change ${which}`,
          );
      }
    });

    it('are refused where the numbers of ECDSA are negative or too long', async () => {
      const { scheme, publicKey } = signed.find((each) => each.scheme.kind === 'ecdsa')!;
      for (const hex of ['3006020101020181', '30060201ff0201ff', `302602010102210${'1'.repeat(65)}`, '3000'])
        assert.equal(
          await platform.verifySignature({ scheme, publicKey, message, signature: Buffer.from(hex, 'hex') }),
          false,
        );
    });
  });

describe('the browser platform', () => {
  it('digests as node:crypto does', async () => {
    for (const name of HASHES)
      assert.equal(
        hexOf(await browserPlatform.digest(name, message)),
        createHash(name).update(message).digest('hex'),
      );
  });

  it('checks Ed25519 by its own arithmetic where the browser has none', async () => {
    const { publicKey, signature } = signed[0]!;
    const key = publicKey.subarray(-32);
    const without: Platform = {
      ...browserPlatform,
      verifySignature: (check) => withoutEd25519(() => browserPlatform.verifySignature(check)),
    };
    // A key that was never imported, so that nothing is at hand.
    const fresh = generateKeyPairSync('ed25519');
    const freshKey = spkiOf(fresh.publicKey).subarray(-32);
    const own = Uint8Array.from(sign(null, message, fresh.privateKey));
    assert.equal(await verifyEd25519(without, freshKey, message, own), 'valid');
    assert.equal(await verifyEd25519(without, freshKey, message, signature), 'invalid');
    assert.equal(await verifyEd25519(browserPlatform, key, message, signature), 'valid');
  });
});

/** Runs the work in a browser that does not know Ed25519. */
async function withoutEd25519<T>(work: () => Promise<T>): Promise<T> {
  const { subtle } = globalThis.crypto;
  const importKey = subtle.importKey;
  Object.defineProperty(subtle, 'importKey', {
    configurable: true,
    value: () => Promise.reject(new DOMException('Unrecognized algorithm name', 'NotSupportedError')),
  });
  try {
    return await work();
  } finally {
    Object.defineProperty(subtle, 'importKey', { configurable: true, value: importKey });
  }
}
