import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { bytesFromHex, concatBytes, hexOf } from './bytes.ts';
import { ed25519KeyOfSpki, ed25519Spki, inspectPublicKey, verifyEd25519 } from './ed25519.ts';
import { GROUP_ORDER } from './ed25519-point.ts';
import { nodePlatform } from './node/platform.ts';
import type { Platform } from './platform.ts';
import { sharedEvidence } from './test-support/shared-data.ts';

/** As a browser: the primitive is right, but nobody says which equation it uses. */
const unsure: Platform = { ...nodePlatform, cofactorless: false };
/** Primitives that always say the same. */
const saying = (answer: boolean): Platform => ({ ...unsure, verifySignature: () => Promise.resolve(answer) });

const { Point } = ed25519;
/** A point of order 8, from noble's list. */
const TORSION = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');

function littleEndianBytes(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

async function challenge(R: Uint8Array, key: Uint8Array, message: Uint8Array): Promise<bigint> {
  const digest = await nodePlatform.digest('sha512', concatBytes(R, key, message));
  return BigInt(`0x${hexOf(digest.toReversed())}`) % GROUP_ORDER;
}

const MESSAGE = Buffer.from('the message');

/** A signature by the scalar 7 with R and key moved by a multiple of the point of order 8. */
async function twisted(inR: number, inKey: number): Promise<{ key: Uint8Array; signature: Uint8Array }> {
  const moved = (point: typeof TORSION, times: number) =>
    Array.from({ length: times }).reduce<typeof TORSION>((sum) => sum.add(TORSION), point);
  const key = moved(Point.BASE.multiply(7n), inKey).toBytes();
  const R = moved(Point.BASE.multiply(11n), inR).toBytes();
  const S = (11n + (await challenge(R, key, MESSAGE)) * 7n) % GROUP_ORDER;
  return { key, signature: concatBytes(R, littleEndianBytes(S)) };
}

test('the first vectors of RFC 8032 section 7.1', async () => {
  const vectors = [
    [
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
  ] as const;
  for (const [key, message, signature] of vectors) {
    assert.equal(inspectPublicKey(bytesFromHex(key)), 'ok');
    for (const platform of [nodePlatform, unsure, saying(true)])
      assert.equal(
        await verifyEd25519(platform, bytesFromHex(key), bytesFromHex(message), bytesFromHex(signature)),
        'valid',
      );
    for (const platform of [nodePlatform, unsure, saying(false)])
      assert.equal(
        await verifyEd25519(platform, bytesFromHex(key), Buffer.from('x'), bytesFromHex(signature)),
        'invalid',
      );
  }
});

test('agrees with noble on signatures it makes, whole or changed in one bit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array(),
      fc.nat(511),
      async (secret, message, bit) => {
        const [key, signature] = [ed25519.getPublicKey(secret), ed25519.sign(message, secret)];
        assert.equal(inspectPublicKey(key), 'ok');
        assert.equal(await verifyEd25519(nodePlatform, key, message, signature), 'valid');
        assert.equal(await verifyEd25519(unsure, key, message, signature), 'valid');
        const changed = Uint8Array.from(signature);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        assert.equal(await verifyEd25519(nodePlatform, key, message, changed), 'invalid');
        assert.equal(await verifyEd25519(unsure, key, message, changed), 'invalid');
      },
    ),
    { numRuns: 12 },
  );
});

test('a signature that only the cofactor lets pass is ambiguous, whatever the platform says', async () => {
  const { key, signature } = await twisted(1, 0);
  assert.equal(inspectPublicKey(key), 'ok');
  assert.ok(ed25519.verify(signature, MESSAGE, key), 'a verifier with the cofactor accepts it');
  for (const platform of [nodePlatform, unsure, saying(true), saying(false)])
    assert.equal(await verifyEd25519(platform, key, MESSAGE, signature), 'ambiguous');
});

test('a key of mixed order is refused when inspected, and its signatures never pass as doubtful ones', async () => {
  const { key, signature } = await twisted(0, 1);
  assert.equal(inspectPublicKey(key), 'mixed-order');
  const states = new Set<string>();
  for (const platform of [nodePlatform, unsure])
    states.add(await verifyEd25519(platform, key, MESSAGE, signature));
  // One challenge in eight leaves no trace of the small part; this message's is not such a one.
  assert.deepEqual([...states], ['ambiguous']);
});

test('a platform that contradicts our arithmetic makes a signature ambiguous', async () => {
  const { key, signature } = await twisted(0, 0);
  assert.equal(await verifyEd25519(saying(true), key, MESSAGE, signature), 'valid');
  assert.equal(await verifyEd25519(saying(false), key, MESSAGE, signature), 'ambiguous');
  assert.equal(await verifyEd25519(saying(true), key, Buffer.from('other'), signature), 'ambiguous');
});

test('the eight points of small order are refused as keys and as R', async () => {
  const { key, signature } = await twisted(0, 0);
  let point = Point.ZERO;
  const seen = new Set<string>();
  for (let i = 0; i < 8; i++, point = point.add(TORSION)) {
    const bytes = point.toBytes();
    seen.add(hexOf(bytes));
    assert.equal(inspectPublicKey(bytes), 'small-order');
    assert.equal(await verifyEd25519(saying(true), bytes, MESSAGE, signature), 'invalid');
    const small = concatBytes(bytes, signature.subarray(32));
    assert.equal(await verifyEd25519(saying(true), key, MESSAGE, small), 'invalid');
  }
  assert.equal(seen.size, 8);
});

test('encodings that are not canonical, or of no point, are refused', async () => {
  const { key, signature } = await twisted(0, 0);
  // y = p + v for the 19 values that fit 255 bits, either sign; and -0 for x.
  const odd = Array.from({ length: 19 }, (_, v) => [0, 0x80].map((sign) => overP(v, sign))).flat();
  for (const bytes of [...odd, zeroX(1, 0), zeroX(0xec, 0xff)]) {
    assert.equal(inspectPublicKey(bytes), 'not-canonical', hexOf(bytes));
    assert.equal(await verifyEd25519(saying(true), bytes, MESSAGE, signature), 'invalid');
    const moved = concatBytes(bytes, signature.subarray(32));
    assert.equal(await verifyEd25519(saying(true), key, MESSAGE, moved), 'invalid');
  }
  assert.equal(inspectPublicKey(Uint8Array.of(2, ...new Uint8Array(31))), 'not-on-curve');
  assert.equal(inspectPublicKey(new Uint8Array(33)), 'not-canonical');
});

function overP(value: number, sign: number): Uint8Array {
  return new Uint8Array(32)
    .fill(0xff)
    .with(0, 0xed + value)
    .with(31, 0x7f | sign);
}

/** y = 1 or y = -1 with the sign of x set, though x is zero. */
function zeroX(first: number, others: number): Uint8Array {
  return new Uint8Array(32)
    .fill(others)
    .with(0, first)
    .with(31, others === 0 ? 0x80 : 0xff);
}

test('S is below the group order, and lengths are exact', async () => {
  const { key, signature } = await twisted(0, 0);
  const S = BigInt(`0x${hexOf(signature.subarray(32).toReversed())}`);
  for (const larger of [S + GROUP_ORDER, GROUP_ORDER, 2n ** 256n - 1n]) {
    const mutant = concatBytes(signature.subarray(0, 32), littleEndianBytes(larger));
    assert.equal(await verifyEd25519(saying(true), key, MESSAGE, mutant), 'invalid');
  }
  for (const mutant of [signature.subarray(1), concatBytes(signature, new Uint8Array(1)), new Uint8Array(0)])
    assert.equal(await verifyEd25519(saying(true), key, MESSAGE, mutant), 'invalid');
  assert.equal(await verifyEd25519(saying(true), key.subarray(1), MESSAGE, signature), 'invalid');
});

test('keys go into SubjectPublicKeyInfo and out of it', () => {
  const key = ed25519.getPublicKey(new Uint8Array(32).fill(5));
  assert.deepEqual(ed25519KeyOfSpki(ed25519Spki(key)), key);
  assert.equal(ed25519KeyOfSpki(ed25519Spki(key).fill(0, 0, 1)), undefined);
  assert.equal(ed25519KeyOfSpki(key), undefined);
});

const folder = sharedEvidence('ed25519-cctv');
test('no vector on which strict verifiers differ is valid', {
  skip: folder === undefined && 'no data',
}, async () => {
  const vectors = JSON.parse(readFileSync(`${folder}/ed25519vectors.json`, 'utf8')) as readonly {
    readonly number: number;
    readonly key: string;
    readonly sig: string;
    readonly msg: string;
    readonly flags: readonly string[] | null;
  }[];
  const counts = { valid: 0, invalid: 0, ambiguous: 0 };
  for (const { number, key, sig, msg, flags } of vectors) {
    const [publicKey, signature, message] = [bytesFromHex(key), bytesFromHex(sig), Buffer.from(msg)];
    const has = (pattern: RegExp) => flags?.some((flag) => pattern.test(flag)) ?? false;
    const state = await verifyEd25519(nodePlatform, publicKey, message, signature);
    const refused = has(/^(low_order|non_canonical)_[AR]$/);
    assert.equal(state, refused ? 'invalid' : has(/residue/) ? 'ambiguous' : 'valid', `vector ${number}`);
    assert.equal(await verifyEd25519(unsure, publicKey, message, signature), state, `vector ${number}`);
    counts[state]++;
    if (state === 'valid') {
      const check = {
        scheme: { kind: 'ed25519' },
        publicKey: ed25519Spki(publicKey),
        message,
        signature,
      } as const;
      assert.ok(await nodePlatform.verifySignature(check));
      for (const zip215 of [true, false])
        assert.ok(ed25519.verify(signature, message, publicKey, { zip215 }), `vector ${number}`);
    }
    const registered = inspectPublicKey(publicKey);
    if (has(/^non_canonical_A$/)) assert.equal(registered, 'not-canonical', `vector ${number}`);
    else if (has(/^low_order_A$/)) assert.equal(registered, 'small-order', `vector ${number}`);
    else assert.equal(registered, has(/component_A/) ? 'mixed-order' : 'ok', `vector ${number}`);
  }
  assert.deepEqual(counts, { valid: 43, invalid: 808, ambiguous: 63 });
});
