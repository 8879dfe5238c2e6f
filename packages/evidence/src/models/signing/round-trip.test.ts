import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { sharedEvidence } from '../test-support/shared-data.ts';
import { readSigningKey } from './keys.ts';
import { type SignModelInput, signModel } from './sign-model.ts';
import { type VerifyModelInput, verifyModelSignature } from './verify-model.ts';

const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not here';
const PEM = { publicKeyEncoding: { type: 'spki', format: 'pem' } } as const;
function newKey(namedCurve = 'P-256') {
  return generateKeyPairSync('ec', {
    namedCurve,
    ...PEM,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}
const key = newKey();

interface Document {
  readonly dsseEnvelope: { payload: string };
}

describe('a model signed and verified', () => {
  let model: string;
  beforeEach(async () => {
    model = await mkdtemp(join(tmpdir(), 'filiation-sign-'));
    await mkdir(join(model, 'deep', 'er'), { recursive: true });
    await writeFile(join(model, 'config.json'), '{}');
    await writeFile(join(model, 'deep', 'er', 'weights.bin'), new Uint8Array(3000).fill(7));
    await writeFile(join(model, 'deep-1'), 'sorts before deep/er by code point');
    await writeFile(join(model, 'empty'), '');
  });
  afterEach(() => rm(model, { recursive: true, force: true }));

  const signIt = (options: Partial<SignModelInput> = {}) =>
    signModel({ modelPath: model, key: readSigningKey(key.privateKey), ...options });
  const checkIt = async (options: Partial<VerifyModelInput> = {}) => {
    const signaturePath = join(model, 'model.sig');
    return verifyModelSignature({
      modelPath: model,
      bundle: await readFile(signaturePath),
      signaturePath,
      trust: { method: 'key', publicKey: key.publicKey },
      ...options,
    });
  };

  test('by every curve, whole files and shards, both digests', async () => {
    for (const curve of ['P-256', 'P-384', 'P-521'])
      for (const method of ['files', 'shards'] as const)
        for (const hash of ['sha256', 'blake2b'] as const) {
          const pair = newKey(curve);
          const signed = await signIt({
            key: readSigningKey(pair.privateKey),
            method,
            hash,
            shardSize: 1024,
            overwrite: true,
          });
          const trust = { method: 'key', publicKey: pair.publicKey } as const;
          const report = await checkIt({ trust });
          assert.equal(report.verdict, 'verified');
          assert.equal(report.root, signed.root);
          assert.deepEqual(report.files.notCovered, method === 'shards' ? ['empty'] : []);
          assert.equal(report.entries.length, method === 'shards' ? 5 : 4);
        }
  });

  test('the listing is in code-point order and leaves out the signature and git', async () => {
    await mkdir(join(model, '.git'));
    await writeFile(join(model, '.git', 'HEAD'), 'x');
    await signIt();
    const report = await checkIt();
    assert.deepEqual(
      report.entries.map((entry) => entry.path),
      ['config.json', 'deep-1', 'deep/er/weights.bin', 'empty'],
    );
    assert.deepEqual(report.files.notCovered, ['.git/']);
    assert.deepEqual(await readdir(model), ['.git', 'config.json', 'deep', 'deep-1', 'empty', 'model.sig']);
  });

  test('a change of one byte, bytes added at the end of a sharded file, a swap of names: seen', async () => {
    await signIt({ method: 'shards', shardSize: 1000 });
    await writeFile(join(model, 'deep', 'er', 'weights.bin'), new Uint8Array(3001).fill(7));
    await rename(join(model, 'config.json'), join(model, 'c'));
    await rename(join(model, 'deep-1'), join(model, 'config.json'));
    await rename(join(model, 'c'), join(model, 'deep-1'));
    const { verdict, files } = await checkIt();
    assert.equal(verdict, 'differs');
    assert.deepEqual(
      files.differences.map(({ path, problem }) => `${path} ${problem}`),
      ['config.json changed', 'deep-1 changed', 'deep/er/weights.bin changed'],
    );
  });

  test('a file that nobody signed is a difference unless the caller says otherwise', async () => {
    await signIt();
    await writeFile(join(model, 'deep', 'extra.py'), 'import os');
    assert.deepEqual((await checkIt()).files.differences, [{ path: 'deep/extra.py', problem: 'unsigned' }]);
    const report = await checkIt({ ignoreUnsignedFiles: true });
    assert.equal(report.verdict, 'verified');
    assert.deepEqual(report.files.notCovered, ['deep/extra.py']);
    assert.match(report.remarks.join(' '), /says nothing of 1 files/);
  });

  test('a link is signed only on request; put in the place of a signed file, it is seen', async () => {
    await symlink(join(model, 'config.json'), join(model, 'link'));
    await assert.rejects(signIt(), { code: 'UNSAFE' });
    await signIt({ allowSymlinks: true });
    assert.equal((await checkIt()).verdict, 'verified');
    await rm(join(model, 'link'));
    await signIt({ overwrite: true });
    await rename(join(model, 'config.json'), join(tmpdir(), `moved-${process.pid}`));
    await symlink(join(tmpdir(), `moved-${process.pid}`), join(model, 'config.json'));
    const report = await checkIt();
    await rm(join(tmpdir(), `moved-${process.pid}`));
    assert.deepEqual(report.files.differences, [{ path: 'config.json', problem: 'link' }]);
  });

  test('a single file is signed beside itself', async () => {
    const file = join(model, 'deep-1');
    const { path } = await signIt({ modelPath: file });
    assert.equal(path, `${file}.sig`);
    await rename(path, join(model, 'model.sig'));
    const report = await checkIt({ modelPath: file });
    assert.equal(report.verdict, 'verified');
    assert.deepEqual(
      report.entries.map((entry) => entry.path),
      ['.'],
    );
  });

  test('another key, an altered payload: not verified', async () => {
    await signIt();
    await assert.rejects(checkIt({ trust: { method: 'key', publicKey: newKey().publicKey } }), {
      code: 'UNVERIFIED',
    });
    const text = await readFile(join(model, 'model.sig'), 'utf8');
    const document = JSON.parse(text);
    const payload = Buffer.from(document.dsseEnvelope.payload, 'base64')
      .toString()
      .replace('deep-1', 'deep-2');
    document.dsseEnvelope.payload = Buffer.from(payload).toString('base64');
    const bundle = Buffer.from(JSON.stringify(document));
    await assert.rejects(checkIt({ bundle }), { code: 'UNVERIFIED' });
  });

  test('nothing is replaced unasked, and a key never reaches the message', async () => {
    await signIt();
    await assert.rejects(signIt(), { code: 'CONFLICT' });
    const broken = key.privateKey.replace(/[A-Z]/, 'q');
    assert.throws(
      () => readSigningKey(broken, 'a passphrase of mine'),
      (error: Error) => {
        const told = `${error.message}${error.cause}${error.stack}`;
        assert.ok(!told.includes(broken.split('\n')[1]!.slice(0, 16)) && !told.includes('a passphrase'));
        return true;
      },
    );
    await assert.rejects(checkIt({ trust: { method: 'key', publicKey: key.privateKey } }), { code: 'USAGE' });
  });

  test('openssl alone accepts what is written', { skip: noOpenssl }, async () => {
    const pair = newKey('P-384');
    const { path } = await signIt({ key: readSigningKey(pair.privateKey) });
    const { dsseEnvelope } = JSON.parse(await readFile(path, 'utf8'));
    const payload = Buffer.from(dsseEnvelope.payload, 'base64');
    const head = `DSSEv1 28 application/vnd.in-toto+json ${payload.length} `;
    await writeFile(join(model, 'message'), Buffer.concat([Buffer.from(head), payload]));
    await writeFile(join(model, 'signature'), Buffer.from(dsseEnvelope.signatures[0].sig, 'base64'));
    await writeFile(join(model, 'key.pem'), pair.publicKey);
    const command = ['dgst', '-sha384', '-verify', 'key.pem', '-signature', 'signature', 'message'];
    assert.match(spawnSync('openssl', command, { cwd: model }).stdout.toString(), /Verified OK/);
  });

  const schemas = sharedEvidence(join('oms-spec', 'schemas', 'v1.0'));
  test('what is written follows the published JSON Schemas', { skip: schemas === undefined }, async () => {
    const ajv = new Ajv2020({ strict: false });
    const load = (name: string): AnySchemaObject =>
      JSON.parse(readFileSync(join(schemas!, `${name}.schema.json`), 'utf8'));
    for (const name of ['envelope', 'predicate']) ajv.addSchema(load(name));
    const bundleOf = ajv.compile(load('bundle'));
    const statementOf = ajv.compile(load('statement'));
    for (const method of ['files', 'shards'] as const) {
      await signIt({ method, overwrite: true });
      const document: Document = JSON.parse(await readFile(join(model, 'model.sig'), 'utf8'));
      assert.ok(bundleOf(document), JSON.stringify(bundleOf.errors));
      const statement = JSON.parse(Buffer.from(document.dsseEnvelope.payload, 'base64').toString());
      assert.ok(statementOf(statement), JSON.stringify(statementOf.errors));
    }
  });
});
