import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ModelSignatureReport, SignedModel } from '@filiation/evidence';
import { filiation } from './run-cli.ts';

describe('filiation signature', () => {
  let folder = '';
  let model = '';
  const path = (name: string): string => join(folder, name);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-signature-'));
    model = path('model');
    await mkdir(model);
    await writeFile(join(model, 'weights.bin'), new Uint8Array(5000).fill(3));
    await writeFile(join(model, 'config.json'), '{}');
    for (const [name, passphrase] of [
      ['plain', undefined],
      ['locked', 'correct horse battery'],
    ] as const) {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
      const lock = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
      const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem', ...lock });
      await writeFile(path(`${name}.pem`), pem, { mode: 0o600 });
      await writeFile(path(`${name}.pub`), pair.publicKey.export({ type: 'spki', format: 'pem' }));
    }
    await writeFile(path('passphrase'), 'correct horse battery\n', { mode: 0o600 });
  });
  after(() => rm(folder, { recursive: true }));

  it('signs, verifies, and names the file that changes', async () => {
    const signed = filiation(['signature', 'sign', model, '--key', path('plain.pem'), '--json']);
    assert.equal(signed.status, 0, signed.stderr);
    assert.equal((JSON.parse(signed.stdout) as SignedModel).files, 2);
    const verify = ['signature', 'verify', model, '--key', path('plain.pub')];
    const good = filiation([...verify, '--json']);
    assert.equal(good.status, 0, good.stderr);
    const report = JSON.parse(good.stdout) as ModelSignatureReport;
    assert.equal(report.verdict, 'verified');
    assert.equal(report.strength, 'standard');
    assert.match(filiation(verify).stdout, /Verified: the signature is genuine, and 2 files/);

    await writeFile(join(model, 'config.json'), '{"changed":true}');
    const bad = filiation(verify);
    assert.equal(bad.status, 3);
    assert.match(bad.stdout, /✗ config\.json has other bytes than were signed/);
    await writeFile(join(model, 'config.json'), '{}');
  });

  it('opens an encrypted key with a passphrase file and never prints either', async () => {
    const out = path('second.sig');
    const sign = ['signature', 'sign', model, '--key', path('locked.pem'), '--out', out];
    const run = filiation([...sign, '--passphrase-file', path('passphrase')]);
    assert.equal(run.status, 0, run.stderr);
    const verify = ['signature', 'verify', model, '--signature', out, '--key', path('locked.pub')];
    // The first signature lies in the folder: the second signs it with the rest.
    assert.equal(filiation(verify).status, 0);
    await writeFile(path('wrong'), 'wrong passphrase', { mode: 0o600 });
    const refused = filiation([...sign, '--force', '--passphrase-file', path('wrong')]);
    assert.equal(refused.status, 2);
    const secret = (await readFile(path('locked.pem'), 'utf8')).split('\n')[1]!;
    for (const text of [run.stdout, run.stderr, refused.stdout, refused.stderr, await readFile(out, 'utf8')])
      assert.ok(!text.includes(secret) && !/correct horse|wrong passphrase/.test(text));
  });

  it('says whom to trust, what is missing, and what is no signature', async () => {
    const cases: readonly (readonly [args: readonly string[], status: number, says: RegExp])[] = [
      [['verify', model], 2, /say whom you trust/],
      [['verify', model, '--key', path('plain.pub'), '--roots', 'x'], 2, /exactly one of/],
      [['verify', model, '--trusted-root', 'x'], 2, /say by whom/],
      [['verify', model, '--key', path('locked.pub')], 3, /not a signature by this key/],
      [['verify', model, '--key', path('plain.pem')], 2, /is a private key/],
      [['verify', model, '--key', path('nothing')], 2, /does not exist/],
      [['verify', model, '--key', path('plain.pub'), '--signature', path('passphrase')], 2, /JSON/],
      [['verify', path('passphrase'), '--key', path('plain.pub')], 2, /does not exist/],
      [['verify', model, '--roots', path('plain.pub')], 2, /signed by the key method/],
      [['verify', model, '--roots', path('plain.pub'), '--at', 'yesterday'], 2, /give a time/],
      [['sign', model, '--key', path('plain.pem')], 2, /is there already/],
      [['sign', model, '--key', path('plain.pub'), '--force'], 2, /other users|cannot be opened/],
      [['sign', model], 2, /--key/],
      [['bend', model], 2, /unknown command/],
    ];
    for (const [args, status, says] of cases) {
      const run = filiation(['signature', ...args]);
      assert.match(run.stderr, says, args.join(' '));
      assert.equal(run.status, status, args.join(' '));
    }
  });
});
