import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FiliationError } from '@filiation/verify';
import { ed25519 } from '@noble/curves/ed25519.js';
import { agentSigner } from './agent.ts';
import { openSigner } from './key-store.ts';
import { registerKey } from './register-key.ts';
import { Secret } from './secret.ts';
import { encodedSeedSigner, encodeSeed, generateSeed, type Signer, seedSigner } from './signer.ts';
import { agentProgram, HONEST } from './test-support/agent-program.ts';

const bytesFromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const coded = (code: string) => (error: unknown) => error instanceof FiliationError && error.code === code;
const textOf = (secret: Secret) => secret.use((bytes) => new TextDecoder().decode(bytes));

/** RFC 8032 section 7.1, test 2. */
const RFC_SEED = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
const RFC_PUBLIC = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
const RFC_SIGNATURE =
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
  '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

describe('a signer from a seed', () => {
  const signer = seedSigner('example.org/test', new Secret(bytesFromHex(RFC_SEED)));

  it('signs as RFC 8032 says', async () => {
    assert.equal(Buffer.from(await signer.sign(Uint8Array.of(0x72))).toString('hex'), RFC_SIGNATURE);
  });

  it('writes its verifier key as signed notes do: hash of name, newline, type and key', () => {
    const [name, hash, key] = signer.vkey.split('+', 2).concat(signer.vkey.split('+').slice(2).join('+'));
    assert.equal(name, 'example.org/test');
    assert.match(hash!, /^[0-9a-f]{8}$/);
    assert.equal(Buffer.from(key!, 'base64').toString('hex'), `01${RFC_PUBLIC}`);
  });

  it('is accepted by another implementation', async () => {
    const { seed, vkey } = generateSeed('example.org/fresh');
    const fresh = seedSigner('example.org/fresh', seed);
    assert.equal(fresh.vkey, vkey);
    const message = new TextEncoder().encode('any message');
    const key = Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
    assert.ok(ed25519.verify(await fresh.sign(message), message, Uint8Array.from(key)));
  });

  it('refuses names that a signed note cannot carry', () => {
    for (const name of ['', 'two words', 'a+b', 'a\nb', 'a\u2003b', 'x'.repeat(300), '\ud800'])
      assert.throws(() => generateSeed(name), FiliationError, JSON.stringify(name));
  });

  it('travels through an environment variable as text', async () => {
    const seed = new Secret(bytesFromHex(RFC_SEED));
    const text = textOf(encodeSeed('example.org/test', seed));
    assert.match(text, /^PRIVATE\+KEY\+example\.org\/test\+[0-9a-f]{8}\+/);
    assert.equal(encodedSeedSigner(`${text}\n`).vkey, signer.vkey);
    const opened = await openSigner({ environment: { FILIATION_KEY: text } });
    assert.equal(opened.vkey, signer.vkey);
    const damaged = [text.slice(1), text.replace('example', 'exemple'), `${text}A`, text.slice(0, -4), ''];
    for (const each of damaged) assert.throws(() => encodedSeedSigner(each), coded('BAD_CONFIG'));
  });
});

describe('an agent', () => {
  let folder = '';
  let environment: NodeJS.ProcessEnv = {};
  const { seed, vkey } = generateSeed('example.org/agent');
  const other = generateSeed('example.org/other');
  const message = new TextEncoder().encode('what is signed');
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-agent-'));
    environment = {
      ...process.env,
      TEST_AGENT_SEED: textOf(encodeSeed('example.org/agent', seed)),
      TEST_OTHER_SEED: textOf(encodeSeed('example.org/other', other.seed)),
      FILIATION_PASSPHRASE: 'must not be handed on',
      FILIATION_KEY: 'must not be handed on',
    };
  });
  after(() => rm(folder, { recursive: true }));

  async function agent(name: string, body: string, timeout = 60_000): Promise<Signer> {
    return agentSigner({ command: await agentProgram(folder, name, body), vkey, timeout, environment });
  }

  it('signs what it is asked for', async () => {
    const signer = await agent('honest', HONEST);
    const signature = await signer.sign(message);
    assert.deepEqual(signature, await seedSigner('example.org/agent', seed).sign(message));
    assert.equal(signer.name, 'example.org/agent');
  });

  it('gets the request as documented, and none of our secrets', async () => {
    const body = `const { schema, vkey, ...rest } = request;
      if (schema !== 'filiation.sign-request/1' || vkey !== ${JSON.stringify(vkey)}) process.exit(9);
      if (Object.keys(rest).join() !== 'message') process.exit(9);
      if (JSON.stringify(process.env).includes('must not be handed on')) process.exit(8);
      ${HONEST}`;
    await (await agent('inspecting', body)).sign(message);
  });

  it('is found in the environment as a JSON array, never run by a shell', async () => {
    const command = await agentProgram(folder, 'from environment; exit 1 #', HONEST);
    process.env.TEST_AGENT_SEED = environment.TEST_AGENT_SEED;
    try {
      const signer = await openSigner({
        environment: { FILIATION_KEY_AGENT: JSON.stringify(command) },
        vkey,
      });
      await signer.sign(message);
    } finally {
      delete process.env.TEST_AGENT_SEED;
    }
    for (const text of ['agent --slot 9c', '[]', '[1]', '{}'])
      await assert.rejects(
        openSigner({ environment: { FILIATION_KEY_AGENT: text }, vkey }),
        coded('BAD_CONFIG'),
      );
    await assert.rejects(openSigner({ environment: { FILIATION_KEY_AGENT: '["a"]' } }), coded('USAGE'));
  });

  it('is refused where its signature is not by the key, or of something else', async () => {
    const byOther = HONEST.replace('signer()', 'encodedSeedSigner(process.env.TEST_OTHER_SEED)');
    await assert.rejects((await agent('other', byOther)).sign(message), coded('UNVERIFIED'));
    const ofElse = HONEST.replace("Buffer.from(request.message, 'base64')", 'Buffer.from("else")');
    await assert.rejects((await agent('else', ofElse)).sign(message), coded('UNVERIFIED'));
    const zeros = `answer(JSON.stringify({ signature: Buffer.alloc(64).toString('base64') }));`;
    await assert.rejects((await agent('zeros', zeros)).sign(message), coded('UNVERIFIED'));
  });

  it('that fails, hangs, babbles or is missing ends in one clear error', async () => {
    const bad: readonly [string, string, RegExp][] = [
      ['status', 'process.exit(7);', /status 7/],
      [
        'killed',
        'process.kill(process.pid, "SIGTERM"); await new Promise((f) => setTimeout(f, 60_000));',
        /SIGTERM/,
      ],
      ['silent', '', /JSON/],
      ['words', 'answer("canary");', /JSON/],
      ['empty', 'answer("{}");', /signature/],
      ['short', `answer('{"signature":"AAAA"}');`, /signature/],
      ['flood', 'answer("x".repeat(100_000));', /more than 4096 bytes/],
    ];
    for (const [name, body, reason] of bad)
      await assert.rejects((await agent(name, body)).sign(message), (error) => {
        assert.ok(coded('UNREACHABLE')(error));
        assert.match((error as Error).message, reason);
        assert.ok(!(error as Error).message.includes('canary'));
        return true;
      });
    const hanging = await agent('hanging', 'await new Promise((f) => setTimeout(f, 60_000));', 200);
    await assert.rejects(hanging.sign(message), /within 200 ms/);
    const missing = agentSigner({ command: [join(folder, 'missing')], vkey });
    await assert.rejects(missing.sign(message), coded('UNREACHABLE'));
    assert.throws(() => agentSigner({ command: [], vkey }), coded('BAD_CONFIG'));
    assert.throws(() => agentSigner({ command: ['x'], vkey: 'canary' }), coded('MALFORMED'));
  });
});

describe('registering a key', () => {
  it('reads the keys that we make', () => {
    const { vkey } = generateSeed('example.org/good');
    assert.equal(registerKey(vkey).name, 'example.org/good');
  });

  it('refuses odd keys and keys of other kinds', () => {
    const written = (type: number, hex: string) => {
      const tagged = Buffer.concat([Uint8Array.of(type), bytesFromHex(hex)]);
      const id = createHash('sha256').update('odd\n').update(tagged).digest('hex').slice(0, 8);
      return `odd+${id}+${tagged.toString('base64')}`;
    };
    const torsion = ed25519.Point.fromHex(`ec${'ff'.repeat(30)}7f`);
    const mixed = ed25519.Point.fromHex(RFC_PUBLIC).add(torsion).toHex();
    const odd = ['00'.repeat(32), `01${'00'.repeat(31)}`, `ee${'ff'.repeat(30)}7f`, mixed];
    for (const hex of odd) assert.throws(() => registerKey(written(1, hex)), coded('UNSAFE'), hex);
    assert.throws(() => registerKey(written(4, RFC_PUBLIC)), coded('UNSUPPORTED'));
    assert.throws(() => registerKey(`${written(1, RFC_PUBLIC)}A`), coded('MALFORMED'));
    assert.equal(registerKey(written(1, RFC_PUBLIC)).kind, 'ed25519');
  });
});

describe('openSigner', () => {
  it('says what to configure where nothing is', async () => {
    await assert.rejects(openSigner({ environment: {} }), coded('USAGE'));
  });
});
