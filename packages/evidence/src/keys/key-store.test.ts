import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FiliationError } from '@filiation/verify';
import {
  generateKey,
  keyFileSigner,
  openSigner,
  readSealed,
  verifierKeyOf,
  writeSealed,
} from './key-store.ts';
import { generateMasterSalt, readMasterSalt } from './master-salt.ts';
import { Secret } from './secret.ts';
import { checked } from './signer.ts';

const cost = { n: 2 ** 14, r: 1, p: 1 };
const sources = { environment: { FILIATION_PASSPHRASE: 'a long passphrase' } };
const coded = (code: string) => (error: unknown) => error instanceof FiliationError && error.code === code;

describe('a master salt', () => {
  it('is kept as keys are, for one exhibit only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'filiation-salt-'));
    try {
      const path = join(folder, 'E3.salt');
      const salt = await generateMasterSalt(path, 'E3', sources, { cost });
      const again = await readMasterSalt(path, 'E3', sources);
      salt.use((p) => again.use((q) => assert.deepEqual(p, q)));
      assert.equal(salt.length, 32);
      await assert.rejects(readMasterSalt(path, 'E4', sources), coded('CONFLICT'));
      await assert.rejects(keyFileSigner(path, sources), coded('MALFORMED'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a key file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-keys-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is made for its owner alone, and signs', async () => {
    const path = join(folder, 'keys', 'claimant.key');
    const { vkey } = await generateKey(path, 'example.org/claimant', sources, { cost });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal((await stat(dirname(path))).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(dirname(path)), ['claimant.key']);
    const signer = await openSigner({ keyFile: path, ...sources });
    assert.equal(signer.vkey, vkey);
    assert.equal(await verifierKeyOf(path), vkey);
    const message = Uint8Array.of(1, 2, 3);
    checked(vkey, message, await signer.sign(message));
  });

  it('is never overwritten unless that is asked for', async () => {
    const path = join(folder, 'kept.key');
    const { vkey } = await generateKey(path, 'example.org/first', sources, { cost });
    await assert.rejects(generateKey(path, 'example.org/second', sources, { cost }), coded('CONFLICT'));
    assert.equal(await verifierKeyOf(path), vkey);
    const forced = await generateKey(path, 'example.org/second', sources, { cost, force: true });
    assert.equal(await verifierKeyOf(path), forced.vkey);
    assert.ok((await readdir(folder)).every((name) => !name.endsWith('.tmp')));
  });

  it('is made by exactly one of two who try at once', async () => {
    const path = join(folder, 'raced.key');
    const tries = [1, 2, 3].map((each) => generateKey(path, `example.org/${each}`, sources, { cost }));
    const done = await Promise.allSettled(tries);
    const won = done.filter(({ status }) => status === 'fulfilled');
    assert.equal(won.length, 1);
    assert.deepEqual((won[0] as PromiseFulfilledResult<object>).value, { vkey: await verifierKeyOf(path) });
  });

  it('is refused with a wrong passphrase, damaged, readable by others, or of another kind', async () => {
    const path = join(folder, 'refused.key');
    await generateKey(path, 'example.org/refused', sources, { cost });
    const wrong = { environment: { FILIATION_PASSPHRASE: 'another passphrase' } };
    await assert.rejects(keyFileSigner(path, wrong), (error) => {
      assert.ok(error instanceof FiliationError && error.code === 'DENIED' && error.where === path);
      return true;
    });
    await assert.rejects(readSealed(path, 'master-salt', sources), coded('MALFORMED'));
    await chmod(path, 0o644);
    await assert.rejects(keyFileSigner(path, sources), coded('UNSAFE'));
    await chmod(path, 0o600);
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, 100));
    await assert.rejects(keyFileSigner(path, sources), coded('MALFORMED'));
    await assert.rejects(keyFileSigner(join(folder, 'none'), sources), coded('NOT_FOUND'));
  });

  it('is refused where its label is another key: it would sign under a false name', async () => {
    const path = join(folder, 'mislabelled.key');
    const { vkey } = await generateKey(join(folder, 'own.key'), 'example.org/own', sources, { cost });
    const seed = new Secret(new Uint8Array(32).fill(7));
    await writeSealed(path, seed, { kind: 'signing-key', label: vkey }, sources, { cost });
    await assert.rejects(keyFileSigner(path, sources), coded('MALFORMED'));
  });

  it('says where it could not be written', async () => {
    await writeFile(join(folder, 'in-the-way'), '');
    await assert.rejects(
      generateKey(join(folder, 'in-the-way', 'a.key'), 'example.org/a', sources, { cost }),
      coded('WRITE_FAILED'),
    );
  });
});
