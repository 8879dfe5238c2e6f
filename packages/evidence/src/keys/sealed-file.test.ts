import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/verify';
import { type ScryptCost, seal, sealedHeader, unseal } from './sealed-file.ts';
import { Secret } from './secret.ts';

/** The least that is accepted: tests need no strength. */
const CHEAP: ScryptCost = { n: 2 ** 14, r: 1, p: 1 };
const SEED = Uint8Array.from({ length: 32 }, (_, i) => i);
const seedOf = () => new Secret(SEED.slice());
const bytesOf = (text: string) => new TextEncoder().encode(text);
const about = { kind: 'signing-key', label: 'a label' } as const;

const coded = (code: string) => (error: unknown) => error instanceof FiliationError && error.code === code;

describe('a sealed file', () => {
  it('gives back what was sealed, with its label', async () => {
    const text = await seal(seedOf(), Secret.ofText('a passphrase'), about, CHEAP);
    const { label, secret } = await unseal(bytesOf(text), Secret.ofText('a passphrase'), 'signing-key');
    assert.equal(label, 'a label');
    secret.use((bytes) => assert.deepEqual(bytes, SEED));
  });

  it('uses scrypt with n = 2^17, r = 8, p = 1 unless told otherwise', async () => {
    const { kdf } = sealedHeader(bytesOf(await seal(seedOf(), Secret.ofText('p'), about)));
    assert.deepEqual([kdf.n, kdf.r, kdf.p], [2 ** 17, 8, 1]);
  });

  it('is another file each time: fresh salt and nonce', async () => {
    const one = await seal(seedOf(), Secret.ofText('p'), about, CHEAP);
    const two = await seal(seedOf(), Secret.ofText('p'), about, CHEAP);
    const parts = (text: string) => {
      const { kdf, aead, ciphertext } = JSON.parse(text);
      return [kdf.salt, aead.nonce, ciphertext];
    };
    assert.equal(new Set([...parts(one), ...parts(two)]).size, 6);
  });

  it('takes a passphrase typed in another normalisation form for the same', async () => {
    const text = await seal(seedOf(), Secret.ofText('caf\u00e9'), about, CHEAP);
    await unseal(bytesOf(text), Secret.ofText('cafe\u0301'), 'signing-key');
  });

  it('answers a wrong passphrase and every change of the ciphertext, label and salts alike', async () => {
    const text = await seal(seedOf(), Secret.ofText('right'), about, CHEAP);
    const messages = new Set<string>();
    const refused = async (file: string, passphrase: string) =>
      assert.rejects(unseal(bytesOf(file), Secret.ofText(passphrase), 'signing-key'), (error) => {
        assert.ok(error instanceof FiliationError);
        assert.equal(error.code, 'DENIED');
        assert.equal(error.cause, undefined);
        messages.add(`${error.message}|${error.hint}`);
        return true;
      });
    await refused(text, 'wrong');
    const change = (edit: (file: Record<string, string>) => void) => {
      const file = JSON.parse(text);
      edit(file);
      return JSON.stringify(file);
    };
    const flipped = (encoded: string, at: number) => {
      const bytes = Buffer.from(encoded, 'base64');
      bytes[at]! ^= 1;
      return bytes.toString('base64');
    };
    for (const at of [0, 31, 32, 47])
      await refused(
        change((file) => {
          file.ciphertext = flipped(file.ciphertext!, at);
        }),
        'right',
      );
    await refused(text.replace('a label', 'A label'), 'right');
    await refused(text.replace('"n": 16384', '"n": 32768'), 'right');
    await refused(text.replace('"p": 1', '"p": 2'), 'right');
    const { kdf, aead } = JSON.parse(text);
    await refused(text.replace(kdf.salt, flipped(kdf.salt, 3)), 'right');
    await refused(text.replace(aead.nonce, flipped(aead.nonce, 3)), 'right');
    assert.equal(messages.size, 1);
  });

  it('is refused as another kind, even with the passphrase', async () => {
    const text = await seal(seedOf(), Secret.ofText('p'), about, CHEAP);
    await assert.rejects(unseal(bytesOf(text), Secret.ofText('p'), 'master-salt'), coded('MALFORMED'));
    const renamed = text.replace('signing-key', 'master-salt');
    await assert.rejects(unseal(bytesOf(renamed), Secret.ofText('p'), 'master-salt'), coded('DENIED'));
  });

  it('cannot ask for more work than the bounds', async () => {
    const text = await seal(seedOf(), Secret.ofText('p'), about, CHEAP);
    for (const [from, to] of [
      ['"n": 16384', '"n": 1099511627776'],
      ['"n": 16384', '"n": 2097152'],
      ['"n": 16384', '"n": 16385'],
      ['"n": 16384', '"n": 2'],
      ['"n": 16384', '"n": 1e999'],
      ['"n": 16384', '"n": "16384"'],
      ['"r": 1', '"r": 17'],
      ['"r": 1', '"r": 0'],
      ['"p": 1', '"p": 5'],
      ['"p": 1', '"p": -1'],
    ] as const) {
      assert.ok(text.includes(from));
      assert.throws(() => sealedHeader(bytesOf(text.replace(from, to))), coded('LIMIT_EXCEEDED'), to);
    }
    const hungry = text.replace('"n": 16384', '"n": 1048576').replace('"r": 1', '"r": 16');
    assert.throws(() => sealedHeader(bytesOf(hungry)), coded('LIMIT_EXCEEDED'));
  });

  it('is refused where it is not one, without quoting it', async () => {
    const text = await seal(seedOf(), Secret.ofText('p'), about, CHEAP);
    const file = JSON.parse(text);
    const bad = [
      '',
      'canary',
      '[]',
      'null',
      '"canary"',
      text.slice(0, -20),
      JSON.stringify({ ...file, canary: 1 }),
      JSON.stringify({ ...file, schema: 'canary' }),
      JSON.stringify({ ...file, kind: 'canary' }),
      JSON.stringify({ ...file, label: '' }),
      JSON.stringify({ ...file, kdf: { ...file.kdf, name: 'canary' } }),
      JSON.stringify({ ...file, aead: { ...file.aead, name: 'canary' } }),
      JSON.stringify({ ...file, aead: { ...file.aead, nonce: 'canary' } }),
      JSON.stringify({ ...file, ciphertext: file.ciphertext.slice(4) }),
      JSON.stringify({ ...file, ciphertext: `${file.ciphertext} ` }),
      JSON.stringify({ ...file, ciphertext: 7 }),
    ];
    for (const each of bad)
      assert.throws(
        () => sealedHeader(bytesOf(each)),
        (error) => coded('MALFORMED')(error) && !String((error as Error).message).includes('canary'),
        each,
      );
    assert.throws(() => sealedHeader(new Uint8Array(20_000)), coded('LIMIT_EXCEEDED'));
    assert.throws(() => sealedHeader(Uint8Array.of(0xff, 0xfe)), coded('MALFORMED'));
  });
});
