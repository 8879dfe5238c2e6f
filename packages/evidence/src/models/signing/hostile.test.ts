import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { FiliationError } from '@filiation/verify';
import fc from 'fast-check';
import { sharedEvidence } from '../test-support/shared-data.ts';
import { parseSignatureBundle, writeSignatureBundle } from './bundle.ts';
import { preAuthentication, pythonBytes } from './pae.ts';
import { parseModelStatement } from './statement.ts';
import { type ModelSignatureReport, verifyModelSignature } from './verify-model.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const trust = {
  method: 'key',
  publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
} as const;
const digest = createHash('sha256').update('x').digest('hex');
const file = (name: string) => ({ name, algorithm: 'sha256', digest });

interface Parts {
  readonly resources?: unknown;
  readonly serialization?: object;
  readonly subject?: unknown;
  readonly statement?: object;
}

/** A genuine signature over whatever a hostile signer likes to state. */
function signed({ resources = [file('a')], serialization, subject, statement }: Parts): Uint8Array {
  const list = Array.isArray(resources) ? resources : [];
  const root = createHash('sha256')
    .update(Buffer.from(list.map((entry) => entry?.digest ?? '').join(''), 'hex'))
    .digest('hex');
  const document = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subject ?? [{ name: 'm', digest: { sha256: root } }],
    predicateType: 'https://model_signing/signature/v1.0',
    predicate: {
      resources,
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ...serialization },
    },
    ...statement,
  };
  const payload = new TextEncoder().encode(JSON.stringify(document));
  const signature = sign('sha256', preAuthentication(payload), privateKey);
  return new TextEncoder().encode(writeSignatureBundle({ hint: 'h' }, payload, signature));
}

describe('a hostile signer', () => {
  let model: string;
  before(async () => {
    model = await mkdtemp(join(tmpdir(), 'filiation-hostile-'));
    await writeFile(join(model, 'a'), 'x');
  });
  after(() => rm(model, { recursive: true, force: true }));
  const check = (parts: Parts): Promise<ModelSignatureReport> =>
    verifyModelSignature({ modelPath: model, bundle: signed(parts), trust });

  test('the harness itself signs what verifies', async () => {
    const report = await check({});
    assert.equal(report.verdict, 'verified');
    assert.match(report.remarks.join(' '), /hint in the signature names another key/);
  });

  for (const name of ['../a', '/etc/passwd', 'x/../../a', 'x//a', './a', 'x/.', 'a\0b', 'x/', '\ud800'])
    test(`no path ${JSON.stringify(name)}`, () =>
      assert.rejects(check({ resources: [file(name)] }), FiliationError));

  const refused: readonly (readonly [what: string, parts: Parts, code: string])[] = [
    ['a name twice', { resources: [file('a'), file('a')] }, 'MALFORMED'],
    ['the model itself beside other files', { resources: [file('.'), file('a')] }, 'MALFORMED'],
    ['a short digest', { resources: [{ ...file('a'), digest: 'ab' }] }, 'MALFORMED'],
    ['a digest in capitals', { resources: [{ ...file('a'), digest: digest.toUpperCase() }] }, 'MALFORMED'],
    ['another algorithm for one file', { resources: [{ ...file('a'), algorithm: 'md5' }] }, 'MALFORMED'],
    ['BLAKE3', { serialization: { hash_type: 'blake3' } }, 'UNSUPPORTED'],
    ['an unknown method', { serialization: { method: 'tree' } }, 'UNSUPPORTED'],
    ['resources that are no list', { resources: 'a' }, 'MALFORMED'],
    ['another predicate', { statement: { predicateType: 'https://example.org/x' } }, 'UNSUPPORTED'],
    ['two subjects', { subject: [{}, {}] }, 'MALFORMED'],
    ['a root of other files', { subject: [{ name: 'm', digest: { sha256: digest } }] }, 'UNVERIFIED'],
    [
      '300,000 files',
      { resources: Array.from({ length: 300_000 }, (_, i) => file(`f${i}`)) },
      'LIMIT_EXCEEDED',
    ],
    ['20,000 ignored paths', { serialization: { ignore_paths: Array(20_000).fill('x') } }, 'LIMIT_EXCEEDED'],
    ...['a:0:0', 'a:1:5', 'a:0:99', 'a', 'a:-1:4', 'a:0:1e3', 'a:0:99999999999999999999'].map(
      (name) =>
        [
          `the shard ${name}`,
          { resources: [file(name)], serialization: { method: 'shards', shard_size: 8 } },
          'MALFORMED',
        ] as const,
    ),
    ['shards of no size', { resources: [file('a:0:1')], serialization: { method: 'shards' } }, 'MALFORMED'],
    [
      'shards of a size beyond numbers',
      { resources: [file('a:0:1')], serialization: { method: 'shards', shard_size: 1e300 } },
      'MALFORMED',
    ],
    [
      'a gap between shards',
      { resources: [file('a:0:8'), file('a:16:24')], serialization: { method: 'shards', shard_size: 8 } },
      'MALFORMED',
    ],
  ];
  for (const [what, parts, code] of refused)
    test(`${what}: ${code}`, () => assert.rejects(check(parts), { code }));

  test('leaving everything out signs nothing, and the report says so', async () => {
    const report = await check({ resources: [], serialization: { ignore_paths: ['a'] } });
    assert.match(report.remarks.join(' '), /covers no file at all/);
    assert.deepEqual(report.files.notCovered, ['a']);
  });

  test('a signed file that the settings leave out is still looked at', async () => {
    const resources = [{ ...file('a'), digest: '0'.repeat(64) }];
    const report = await check({ resources, serialization: { ignore_paths: ['a'] } });
    assert.deepEqual(report.files.differences, [{ path: 'a', problem: 'changed' }]);
  });
});

describe('bytes that are no signature', () => {
  test('end in one of our errors, whatever they are', () => {
    const start = '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"';
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string().map((text) => start + text),
          fc.string(),
        ),
        (text) => {
          for (const read of [parseSignatureBundle, parseModelStatement])
            assert.throws(() => read(new TextEncoder().encode(text), 'x'), FiliationError);
        },
      ),
    );
  });

  test('a repeated member is refused: two readers could see two signatures', () => {
    const text = new TextDecoder().decode(signed({}));
    const twice = text.replace('"dsseEnvelope":', '"dsseEnvelope":{},"dsseEnvelope":');
    assert.throws(() => parseSignatureBundle(new TextEncoder().encode(twice), 'x'), { code: 'MALFORMED' });
  });
});

test('Python bytes are written as Python writes them', () => {
  const of = (text: string) => pythonBytes(new TextEncoder().encode(text));
  assert.equal(of('{"a": 1}\n'), `b'{"a": 1}\\n'`);
  assert.equal(of("it's"), `b"it's"`);
  assert.equal(of(`it's "x"`), `b'it\\'s "x"'`);
  assert.equal(of('é\\\t\x7f'), `b'\\xc3\\xa9\\\\\\t\\x7f'`);
});

const spec = sharedEvidence(join('oms-spec', 'test-vectors', 'v1.0'));
const models = sharedEvidence('oms');
describe('bundles of the specification', { skip: spec === undefined }, () => {
  const read = async (name: string) => readFile(join(spec!, name));
  for (const name of ['empty', 'missing-envelope', 'missing-tlog-entries', 'missing-verification-material'])
    test(`${name} is refused`, async () => {
      const bytes = await read(`invalid/${name}.bundle.json`);
      assert.throws(() => parseSignatureBundle(bytes, name), { code: 'MALFORMED' });
    });

  test('a statement of another kind is refused', async () => {
    const { payload } = parseSignatureBundle(await read('invalid-payload/wrong-predicate.bundle.json'), 'x');
    assert.throws(() => parseModelStatement(payload, 'x'), { code: 'UNSUPPORTED' });
  });

  for (const name of ['key', 'certificate', 'sigstore'])
    test(`${name} reads, and its statement with it`, async () => {
      const bundle = parseSignatureBundle(await read(`valid/${name}.bundle.json`), name);
      assert.equal(bundle.material.method, name === 'sigstore' ? 'keyless' : name);
      assert.equal(parseModelStatement(bundle.payload, name).manifest.entries.length, 2);
    });

  test('key and certificate verify the same files', { skip: models === undefined }, async () => {
    const certificates = join(models!, 'keys', 'certificate');
    const pem = (name: string) => readFile(join(certificates, name), 'utf8');
    for (const [name, trusted] of [
      ['key', { method: 'key', publicKey: await pem('signing-key-pub.pem') }],
      ['certificate', { method: 'certificate', roots: await pem('ca-cert.pem'), at: new Date('2026-01-01') }],
    ] as const) {
      const report = await verifyModelSignature({
        modelPath: join(models!, 'v1.1.0-elliptic-key'),
        bundle: await read(`valid/${name}.bundle.json`),
        trust: trusted,
        ignorePaths: ['model.sig'],
      });
      assert.equal(report.verdict, 'verified');
    }
  });
});
